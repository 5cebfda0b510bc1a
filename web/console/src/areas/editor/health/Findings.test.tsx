import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { draw } from "../../../testing/app";
import { type Finding, healthApi } from "./api";
import { Findings } from "./Findings";

const FOUND: Finding = {
  key: "contradiction:a.en:b.en:time",
  kind: "contradiction",
  weight: 0.9,
  title: "Returns / Refunds",
  state: "open",
  first_at: "2026-05-12T10:00:00Z",
  last_at: "2026-05-12T10:00:00Z",
  decided_by: null,
  reason: null,
  article: { id: "a", locale: "en", title: "Returns" },
  data: {
    sides: [
      { article_id: "a", locale: "en", title: "Returns", sentence: "Within 14 days.", number: "14 days" },
      { article_id: "b", locale: "en", title: "Refunds", sentence: "Within 30 days.", number: "30 days" },
    ],
  },
};

const page = <Findings kind="contradiction" state="open" counts={{ open: 1 }} choose={() => undefined} measured />;

beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(healthApi, "findings").mockResolvedValue({ items: [FOUND], next_cursor: null, total: 1 } as never);
});

test("a contradiction shows both sentences with their numbers marked", async () => {
  draw(page, ["knowledge.search"]);
  expect((await screen.findByText("14 days")).tagName).toBe("MARK");
  expect(screen.getByText("30 days").tagName).toBe("MARK");
});

test("who may only read is told who works on it, and is offered nothing", async () => {
  draw(page, ["knowledge.search"]);
  await screen.findByText("14 days");
  expect(screen.getByText(/permission “knowledge.edit”/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Ignore" })).toBeNull();
});

test("a finding is ignored only with a reason", async () => {
  const ignore = vi.spyOn(healthApi, "ignore").mockResolvedValue(FOUND as never);
  draw(page, ["knowledge.search", "knowledge.edit"]);
  fireEvent.click(await screen.findByRole("button", { name: "Ignore" }));
  const dialog = await screen.findByRole("dialog");
  const submit = (): HTMLButtonElement => {
    const found = dialog.querySelector<HTMLButtonElement>("button[type=submit]");
    if (!found) throw new Error("The dialog has no button to end it.");
    return found;
  };
  expect(submit().disabled).toBe(true);
  fireEvent.change(screen.getByLabelText(/Why/), { target: { value: "Two different products" } });
  fireEvent.click(submit());
  await waitFor(() => expect(ignore).toHaveBeenCalledWith(FOUND.key, "Two different products"));
});

test("a failed request says so and can be tried again", async () => {
  vi.spyOn(healthApi, "findings").mockRejectedValue(new TypeError("gone"));
  draw(page, ["knowledge.search"]);
  expect(await screen.findByRole("button", { name: "Try again" })).toBeTruthy();
});
