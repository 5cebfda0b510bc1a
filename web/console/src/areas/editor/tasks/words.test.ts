import { expect, test } from "vitest";
import { dayOf, endOf, fromWords, originOf } from "./words";

test("a task leads to what it was made of", () => {
  expect(originOf({ kind: "contribution", data: { contribution_id: "c1" }, finding: null })?.to).toBe(
    "/knowledge/contributions/c1",
  );
  expect(originOf({ kind: "failed_audit", data: { audit_id: "a1" }, finding: "failed_audit:x" })?.to).toBe(
    "/knowledge/audits/a1",
  );
  expect(originOf({ kind: "gap", data: {}, finding: "gap:x" })?.to).toBe("/knowledge/health?kind=gap&state=tasked");
  expect(originOf({ kind: "gap", data: {}, finding: null })).toBeNull();
});

test("a kind that this console does not know is still said", () => {
  expect(fromWords("outdated_translation")).toBe("Outdated translation");
  expect(fromWords("new_kind")).toBe("new kind");
});

test("a task is due at the end of the day that is named", () => {
  const at = endOf("2026-05-12");
  expect(at && dayOf(at)).toBe("2026-05-12");
  expect(new Date(at ?? "").getHours()).toBe(17);
  expect(endOf("")).toBeNull();
});
