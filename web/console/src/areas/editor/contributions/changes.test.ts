import { expect, test } from "vitest";
import { compared, type Line } from "./changes";

const changed = (lines: readonly Line[]): string[] => lines.filter((line) => line.changed).map(({ text }) => text);

test("only the lines that one text has and the other lacks are marked", () => {
  const [before, after] = compared("One\n\nTwo\n\nThree", "One\n\nTwo and a half\n\nThree\n\nFour");
  expect(changed(before)).toEqual(["Two"]);
  expect(changed(after)).toEqual(["Two and a half", "Four"]);
});

test("a line that moved between equal ones is found again where it fits", () => {
  const [before, after] = compared("A\nB\nC", "A\nX\nB\nC");
  expect(changed(before)).toEqual([]);
  expect(changed(after)).toEqual(["X"]);
});

test("the same text has no changes, and no line is lost", () => {
  const [before, after] = compared("A\n\nB", "A\r\n\r\nB");
  expect([...changed(before), ...changed(after)]).toEqual([]);
  expect(after.map(({ text }) => text)).toEqual(["A", "", "B"]);
});

test("texts too long to compare line by line are marked between their equal ends", () => {
  const many = (word: string): string => Array.from({ length: 2_100 }, (_, at) => `${word} ${at}`).join("\n");
  const [before] = compared(`Same\n${many("old")}\nEnd`, `Same\n${many("new")}\nEnd`);
  expect(changed(before)).toHaveLength(2_100);
});
