import { expect, test } from "vitest";
import { changesWords, sizeWords, stepWords } from "./words";

test("only what happened is said of the changes", () => {
  expect(changesWords({ added: 2, changed: 0, removed: 1 })).toBe("2 added, 1 removed");
  expect(changesWords({ added: 0, changed: 0, removed: 0 })).toBe("No text changed");
});

test("one of a thing is not many", () => {
  expect(sizeWords({ articles: 1, passages: 1200, embedded: 3 })).toBe("1 text, 1,200 passages, 3 encoded anew");
});

test("a step that this console does not know is still a step", () => {
  expect(stepWords("checking")).toBe("Asking the judged queries");
  expect(stepWords("polishing")).toBe("Working");
});
