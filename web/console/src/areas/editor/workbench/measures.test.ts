import { expect, test } from "vitest";
import { place, shown, step } from "./measures";

test("a figure is written without its zero, and a missing one as a dash", () => {
  expect(shown(0.7864)).toBe(".786");
  expect(shown(1)).toBe("1.000");
  expect(shown(null)).toBe("–");
});

test("a step says which way and how far", () => {
  expect(step(0.5, 0.62)).toEqual({ words: ".120 better", kind: "better" });
  expect(step(0.5, 0.4)).toEqual({ words: ".100 worse", kind: "worse" });
  expect(step(0.5, 0.5002)).toEqual({ words: "as before", kind: "same" });
});

test("what was not measured on both sides has no step", () => {
  expect(step(null, 0.5)).toBeNull();
  expect(step(0.5, undefined)).toBeNull();
});

test("a place is said in words", () => {
  expect(place(3)).toBe("place 3");
  expect(place(null)).toBe("not found");
});
