import { expect, test } from "vitest";
import { ended, guess, stateWords, writes } from "./words";

test("a file's kind is guessed by its name", () => {
  expect(guess("help.ZIP")).toBe("markdown");
  expect(guess("articles.csv")).toBe("csv");
  expect(guess("export.jsonl")).toBe("jsonl");
  expect(guess("articles.json")).toBe("zendesk");
  expect(guess("chatwoot-portal.json")).toBe("chatwoot");
  expect(guess("page.html")).toBe("html");
});

test("a run says how far it is", () => {
  expect(stateWords({ state: "running", done: 1200, total: 5000 })).toBe("Importing, 1,200 of 5,000");
});

test("what editors changed here is written only when the file's text is taken", () => {
  const report = { create: 2, change: 3, skip: 4 } as Parameters<typeof writes>[0];
  expect(writes(report, "ours")).toBe(5);
  expect(writes(report, "theirs")).toBe(9);
});

test("what could not be read was not left to an editor", () => {
  expect(ended({ outcomes: { created: 2, skipped: 3 }, broken: 1 })).toEqual([
    ["Made", 2],
    ["Left to its editor", 2],
    ["Broken, left out", 1],
  ]);
  expect(ended({ outcomes: {}, broken: 1 })).toEqual([]);
});
