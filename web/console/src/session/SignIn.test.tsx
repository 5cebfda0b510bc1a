import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SignIn } from "./SignIn";

function answer(status: number, body: unknown): void {
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(Response.json(body, { status }))),
  );
}

async function tryIt(email = "kim@example.com", password = "secret"): Promise<void> {
  await userEvent.type(screen.getByLabelText("E-mail address"), email);
  await userEvent.type(screen.getByLabelText("Password"), password);
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

const page = (done = vi.fn(), expired = false) =>
  render(
    <MantineProvider env="test">
      <SignIn expired={expired} done={done} />
    </MantineProvider>,
  );

afterEach(() => vi.unstubAllGlobals());

describe("signing in", () => {
  it("begins in the first box and tells what is missing before asking the server", async () => {
    answer(500, {});
    page();
    expect(document.activeElement).toBe(screen.getByLabelText("E-mail address"));
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(screen.getByText("Enter your e-mail address.")).toBeTruthy();
    expect(fetch).not.toHaveBeenCalled();
  });

  it("says plainly that the pair is wrong and goes back to the password", async () => {
    answer(401, { code: "bad_credentials", detail: "no" });
    page();
    await tryIt();
    expect((await screen.findByRole("alert")).textContent).toContain("is not right");
    expect(document.activeElement).toBe(screen.getByLabelText("Password"));
  });

  it("waits as long as the server asks to", async () => {
    answer(429, { code: "rate_limited", detail: "slow down", retry_after: 42 });
    page();
    await tryIt();
    expect((await screen.findByRole("alert")).textContent).toContain("42 s");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Sign in" }).disabled).toBe(true);
  });

  it("hands over who it is", async () => {
    const signedIn = {
      agent: { id: "1", name: "Kim", email: "kim@example.com", roles: [], permissions: [] },
      csrf: "t",
    };
    answer(201, signedIn);
    const done = vi.fn();
    page(done);
    await tryIt();
    await vi.waitFor(() => expect(done).toHaveBeenCalledWith(signedIn));
  });

  it("tells that drafts are safe after a session has ended", () => {
    page(vi.fn(), true);
    expect(screen.getByText(/drafts are kept/)).toBeTruthy();
  });
});
