import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { useShortcuts } from "../../../app/shortcuts";
import { draw } from "../../../testing/app";
import { type Audit, auditsApi } from "./api";
import { Checklist } from "./Checklist";

const QUESTIONS = ["Is it right?", "Does step one work?", "Did it help?"];

const AUDIT: Audit = {
  id: "a1",
  quarter: "2026-Q4",
  article_id: "returns",
  title: "Returns",
  locale: "en",
  revision: 1,
  release: "r0001-x",
  conversation_id: null,
  seq: null,
  state: "open",
  auditor: null,
  at: "2026-10-12T10:00:00Z",
  done_at: null,
  note: "",
  messages: [],
  article: { title: "Returns", markdown: "Text", latest: 1, withheld: false },
  checklist: QUESTIONS.map((question, at) => ({ step: at + 1, question, answer: null, note: "" })),
};

function Page() {
  useShortcuts();
  return <Checklist audit={AUDIT} />;
}

const press = (key: string): void => void fireEvent.keyDown(document.activeElement ?? document.body, { key });

beforeEach(() => {
  localStorage.clear();
  vi.restoreAllMocks();
});

test("an audit is answered by keys, says what a no does, and is finished with every answer", async () => {
  const finish = vi.spyOn(auditsApi, "finish").mockResolvedValue({ ...AUDIT, state: "failed" });
  draw(<Page />, ["knowledge.edit"]);
  expect(screen.getByRole("button", { name: "Finish" })).toHaveProperty("disabled", true);
  press("y");
  press("n");
  expect(screen.getByText(/With 1 “no” it fails/)).toBeTruthy();
  press("a");
  fireEvent.click(screen.getByRole("button", { name: "Finish as failed" }));
  await waitFor(() => expect(finish).toHaveBeenCalledOnce());
  expect(finish.mock.calls[0]?.[1].map(({ answer }) => answer)).toEqual(["yes", "no", "not_applicable"]);
});

test("answers that were given before on this device are there again", () => {
  localStorage.setItem("warmline.audit.a1", JSON.stringify({ steps: { 1: "yes" }, note: "As far as I can tell" }));
  draw(<Page />, ["knowledge.edit"]);
  expect(screen.getByText("1 of 3 answered")).toBeTruthy();
  press("n");
  expect(screen.getByText("2 of 3 answered")).toBeTruthy();
  expect(screen.getByLabelText<HTMLTextAreaElement>(/Note/).value).toBe("As far as I can tell");
});

test("keys that are typed into the note are no answers", () => {
  draw(<Page />, ["knowledge.edit"]);
  screen.getByLabelText(/Note/).focus();
  press("n");
  expect(screen.getByText("0 of 3 answered")).toBeTruthy();
});
