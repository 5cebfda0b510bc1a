import { screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { draw } from "../../../../testing/app";
import type { Gate, Release } from "../types";
import { PublishDialog } from "./PublishDialog";

const ITEMS = [{ article_id: "returns", locale: "en", title: "Returns" }];
const gate = (passed: boolean): Partial<Gate> => ({
  passed,
  why: passed ? "" : "1 query loses its answer, more than 0.",
  queries: 20,
  won: [],
  lost: passed
    ? []
    : [
        {
          query_id: "q1",
          text: "how do I send it back",
          expected: ["returns"],
          rank_before: 1,
          rank_after: null,
          stolen_by: { article_id: "complaints", title: "Make a complaint" },
        },
      ],
});

function dryRun(links: { from: string; to: string }[], passed: boolean): void {
  vi.stubGlobal("fetch", async () => Response.json({ gate: gate(passed), changes: [], links }));
}

function open(permissions: readonly string[] = []) {
  const publish = vi.fn(async () => ({ number: 7, state: "ready", gate: null }) as unknown as Release);
  const done = vi.fn();
  draw(<PublishDialog items={ITEMS} publish={publish} close={() => undefined} done={done} />, permissions);
  return { publish, done };
}

afterEach(() => vi.unstubAllGlobals());

describe("publishing", () => {
  it("tries it out first, then publishes with the note", async () => {
    dryRun([], true);
    const { publish, done } = open();
    await screen.findByText(/All 20 judged queries are answered as well as before/);
    await userEvent.type(screen.getByLabelText(/Note/), "New limit");
    await userEvent.click(screen.getByRole("button", { name: "Publish" }));
    await waitFor(() => expect(done).toHaveBeenCalled());
    expect(publish).toHaveBeenCalledWith("New limit", "");
  });

  it("shows which question loses its answer to what, and says who can override", async () => {
    dryRun([], false);
    const { publish } = open();
    expect(await screen.findByText("how do I send it back")).toBeTruthy();
    expect(screen.getByText("Make a complaint")).toBeTruthy();
    expect(screen.getByText(/An approver can publish it all the same/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Publish all the same" }).disabled).toBe(true);
    expect(publish).not.toHaveBeenCalled();
  });

  it("is overridden only with a reason", async () => {
    dryRun([], false);
    const { publish } = open(["knowledge.override"]);
    const reason = await screen.findByLabelText(/Why it should be published/);
    const button = screen.getByRole<HTMLButtonElement>("button", { name: "Publish all the same" });
    expect(button.disabled).toBe(true);
    await userEvent.type(reason, "Recall");
    await userEvent.click(button);
    await waitFor(() => expect(publish).toHaveBeenCalledWith("", "Recall"));
  });

  it("is not possible while links would lead nowhere", async () => {
    dryRun([{ from: "returns", to: "no-such-page" }], true);
    open();
    expect(await screen.findByText("no-such-page")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Publish" }).disabled).toBe(true);
  });
});
