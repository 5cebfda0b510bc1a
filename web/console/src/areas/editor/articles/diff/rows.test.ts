import { describe, expect, it } from "vitest";
import { step, stops, valueWords } from "./rows";

const kinds = (...all: ("same" | "changed" | "added" | "removed" | "gap")[]) => all.map((kind) => ({ kind }));

describe("walking through a difference", () => {
  it("stops once at each run of changes", () => {
    expect(stops(kinds("same", "changed", "added", "gap", "removed", "same"))).toEqual([1, 4]);
    expect(stops(kinds("same", "gap"))).toEqual([]);
  });

  it("goes round at the ends", () => {
    expect([step(3, -1, 1), step(3, 2, 1), step(3, 0, -1), step(3, -1, -1), step(0, -1, 1)]).toEqual([0, 0, 2, 2, -1]);
  });

  it("says lists and nothing in words", () => {
    expect(valueWords(["refunds", "eu"])).toBe("refunds, eu");
    expect(valueWords([])).toBe("–");
    expect(valueWords(null)).toBe("–");
  });
});
