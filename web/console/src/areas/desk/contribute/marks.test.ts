import { expect, test } from "vitest";
import { piecesOf } from "./marks";

const span = (start: number, end: number, label = "email", field = "text") =>
  ({ start, end, label, field }) as Parameters<typeof piecesOf>[1][number];

test("a text is cut at its private details", () => {
  expect(piecesOf("write to a@b.c now", [span(9, 14)], "text")).toEqual([
    { text: "write to ", label: null },
    { text: "a@b.c", label: "email" },
    { text: " now", label: null },
  ]);
});

test("details of other fields and inside of others cut nothing", () => {
  expect(piecesOf("a@b.c", [span(0, 5), span(2, 4, "phone"), span(0, 2, "card", "why")], "text")).toEqual([
    { text: "a@b.c", label: "email" },
  ]);
});

test("a text without private details is one piece, and none has none", () => {
  expect(piecesOf("hello", [], "text")).toEqual([{ text: "hello", label: null }]);
  expect(piecesOf("", [], "text")).toEqual([]);
});
