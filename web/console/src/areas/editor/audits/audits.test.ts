import { beforeEach, expect, test } from "vitest";
import { complete, keep, kept, nextOpen, NO_ANSWERS } from "./answers";
import { accuracyWords, quarterOf, quarters, quarterWords } from "./words";

const STEPS = [{ step: 1 }, { step: 2 }, { step: 3 }];

beforeEach(() => localStorage.clear());

test("the next question is the next one without an answer, then the first that was passed over", () => {
  const answers = { steps: { 2: "yes" as const }, note: "" };
  expect(nextOpen(STEPS, answers, 1)).toBe(3);
  expect(nextOpen(STEPS, answers, 3)).toBe(1);
  expect(nextOpen(STEPS, { steps: { 1: "no", 2: "yes", 3: "yes" }, note: "" }, 3)).toBeNull();
});

test("an audit is finished only when each step has an answer", () => {
  expect(complete(STEPS, { steps: { 1: "yes", 2: "no" }, note: "" })).toBeNull();
  expect(complete(STEPS, { steps: { 1: "yes", 2: "no", 3: "not_applicable" }, note: "" })?.[2]).toEqual({
    step: 3,
    answer: "not_applicable",
    note: "",
  });
});

test("answers are kept on this device until the audit is finished, and rubbish is no answer", () => {
  keep("a1", { steps: { 1: "no" }, note: "Step 3 is gone" });
  expect(kept("a1")).toEqual({ steps: { 1: "no" }, note: "Step 3 is gone" });
  keep("a1", null);
  expect(kept("a1")).toEqual(NO_ANSWERS);
  localStorage.setItem("warmline.audit.a1", '{"steps":{"1":"perhaps"},"note":3}');
  expect(kept("a1")).toEqual(NO_ANSWERS);
  localStorage.setItem("warmline.audit.a1", "{");
  expect(kept("a1")).toEqual(NO_ANSWERS);
});

test("quarters are those of the server and said in months", () => {
  const at = new Date(Date.UTC(2026, 1, 28));
  expect(quarterOf(at)).toBe("2026-Q1");
  expect(quarters(at, 3)).toEqual(["2026-Q1", "2025-Q4", "2025-Q3"]);
  expect(quarterWords("2026-Q4")).toBe("October to December 2026");
  expect(quarterWords("odd")).toBe("odd");
});

test("an accuracy is never said without how sure it is", () => {
  expect(accuracyWords({ accuracy: 0.92, low: 0.84, high: 0.961 })).toBe("92 %, between 84 % and 96 %");
  expect(accuracyWords({ accuracy: null, low: 0, high: 1 })).toBeNull();
});
