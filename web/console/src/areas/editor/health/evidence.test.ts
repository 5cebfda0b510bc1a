import { expect, test } from "vitest";
import { around, counted, sides, steps } from "./evidence";
import { blindLooks, stepWords } from "./words";

test("the number that two articles do not agree about is marked in its sentence", () => {
  expect(around("Refunds take 14 days.", "14 days")).toEqual(["Refunds take ", "14 days", "."]);
  expect(around("Refunds take two weeks.", "14 days")).toEqual(["Refunds take two weeks.", "", ""]);
  expect(around("Nothing to mark", "")).toEqual(["Nothing to mark", "", ""]);
});

test("what is of another shape is left out instead of breaking the list", () => {
  expect(sides({ data: { sides: [null, { article_id: "refunds", locale: "en", title: "Refunds" }] } })).toEqual([
    { articleId: "refunds", locale: "en", title: "Refunds", sentence: "", number: "" },
  ]);
  expect(sides({ data: {} })).toEqual([]);
  expect(steps([{ intent: "refund", questions: 3 }, "x", { questions: 1 }])).toEqual([{ name: "refund", count: 3 }]);
  expect(counted({ de: 2, en: 4, odd: "x" })).toEqual([
    { name: "en", count: 4 },
    { name: "de", count: 2 },
  ]);
});

test("a measurement says what it looks at and which looks could not see", () => {
  expect(stepWords("duplicate")).toBe("Looking for duplicates");
  expect(stepWords("polishing")).toBe("Looking");
  expect(blindLooks("gap: EmbedderMissing; duplicate: EmbedderMissing; odd: X")).toEqual(["Gaps", "Duplicates"]);
});
