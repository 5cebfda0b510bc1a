/** Draws a part of the console as a signed-in person would have it, without a server. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { LinkProvider } from "../realtime/LinkProvider";
import { SignedIn, type SignedInSession } from "../session/session";
import { ROBIN } from "./builders";

export function draw(part: ReactNode, permissions: readonly string[] = []) {
  const session: SignedInSession = {
    me: { ...ROBIN, email: null, roles: [], permissions: new Set(permissions) },
    csrf: "token",
    signOut: () => undefined,
    expire: () => undefined,
  };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <MemoryRouter>
          <SignedIn value={session}>
            <LinkProvider>{part}</LinkProvider>
          </SignedIn>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
