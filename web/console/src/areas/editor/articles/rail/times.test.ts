import { describe, expect, it } from "vitest";
import { fromLocal, toLocal } from "./times";

describe("times of a plan", () => {
  it("go through the field and back to the same minute", () => {
    for (const at of ["2026-03-29T00:30:00.000Z", "2026-10-25T01:30:00.000Z", "2026-12-31T23:59:00.000Z"])
      expect(fromLocal(toLocal(at))).toBe(at);
  });

  it("an empty field is no plan, and nonsense is none either", () => {
    expect(fromLocal("")).toBeNull();
    expect(fromLocal("tomorrow")).toBeNull();
    expect(toLocal(null)).toBe("");
  });
});
