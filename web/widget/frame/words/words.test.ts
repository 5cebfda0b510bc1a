import { describe, expect, test } from "vitest";
import { LOCALES, speak } from ".";

const shape = (value: unknown): unknown =>
  value !== null && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)])) : typeof value;

describe.each(Object.entries(LOCALES))("%s", (_, words) => {
  test("says everything that English says, and nothing is empty", () => {
    expect(shape(words)).toEqual(shape(LOCALES["en"]));
    const sayings = Object.values(words).flatMap((value) => (typeof value === "object" ? Object.values(value as object) : [value]));
    for (const saying of sayings) {
      const text: unknown = typeof saying === "function" ? (saying as (value: never) => string)(3 as never) : saying;
      expect(text).toMatch(/\S/);
      expect(text).not.toMatch(/undefined|\bNaN\b|\b[Oo]ops\b/);
    }
  });

  test.each([1, 2, 9, 10, 250])("has words for place %i in line", (place) => {
    expect(words.place(place)).toMatch(/\S/);
  });
});

describe("the language", () => {
  test.each([
    [["de-AT", "en"], "de-AT", "ltr"],
    [["xx", null, "fr"], "fr", "ltr"],
    [["ar"], "ar", "rtl"],
    [["klingon!"], "en", "ltr"],
    [["en_US!"], "en", "ltr"],
    [[], "en", "ltr"],
  ])("%j is %s", (wished, tag, dir) => {
    expect(speak(...wished)).toMatchObject({ tag, dir });
  });
});
