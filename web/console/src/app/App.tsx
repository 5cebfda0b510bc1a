import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createBrowserRouter, Navigate, RouterProvider } from "react-router";
import { asProblem } from "../api/problem";
import { AREAS } from "../areas";
import { LinkProvider } from "../realtime/LinkProvider";
import { useMay, useSession } from "../session/session";
import { SessionGate } from "../session/SessionGate";
import { Empty } from "../ui/Empty";
import type { Area } from "../areas";
import { Shell } from "./Shell";
import { ThemeMark } from "./ThemeMark";
import { cssVariablesResolver, theme } from "./theme";

function Guarded({ area }: { area: Area }) {
  const may = useMay(area.permission);
  if (may) return <area.Screen />;
  return (
    <Empty title={`Your role does not open the ${area.title.toLowerCase()}`}>
      An administrator can add a role to your account that does (permission “{area.permission}”).
    </Empty>
  );
}

/** The first area that this person may open. */
function Home() {
  const { permissions } = useSession().me;
  const first = AREAS.find(({ permission }) => permissions.has(permission)) ?? AREAS[0];
  return <Navigate to={`/${first?.path ?? ""}`} replace />;
}

const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      children: [
        { index: true, element: <Home /> },
        ...AREAS.map((area) => ({
          path: area.path,
          children: area.routes.map((path) => ({ path, element: <Guarded area={area} /> })),
        })),
        { path: "*", element: <Empty title="There is nothing at this address">Choose an area on the left.</Empty> },
      ],
    },
  ],
  { basename: "/console" },
);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // What the server refuses stays refused; what did not arrive is worth two more tries.
      retry: (count, error) => count < 2 && [0, 502, 503, 504].includes(asProblem(error).status),
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <ThemeMark />
      <Notifications position="top-center" autoClose={6_000} />
      <QueryClientProvider client={queries}>
        <SessionGate>
          <LinkProvider>
            <RouterProvider router={router} />
          </LinkProvider>
        </SessionGate>
      </QueryClientProvider>
    </MantineProvider>
  );
}
