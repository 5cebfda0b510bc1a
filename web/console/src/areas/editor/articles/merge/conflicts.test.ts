import { describe, expect, it } from "vitest";
import { EMPTY } from "../article/content";
import { apart, assembled, decided, pieces, takenFields } from "./conflicts";

const CLASHES = [
  { base: "Within 20 days.\n", mine: "Within 30 days.\n", theirs: "Within 14 days.\n" },
  { base: "An old last line.", mine: "", theirs: "A new last line." },
];
const MERGED = `# Returns
<<<<<<< mine
Within 30 days.
=======
Within 14 days.
>>>>>>> theirs
The end.
<<<<<<< mine
=======
A new last line.
>>>>>>> theirs
`;

describe("a text that two people changed", () => {
  it("is cut into what is agreed and what is not, with what stood there before", () => {
    expect(pieces(MERGED, CLASHES)).toEqual([
      { kind: "same", text: "# Returns\n" },
      { kind: "clash", ...CLASHES[0] },
      { kind: "same", text: "The end.\n" },
      { kind: "clash", ...CLASHES[1] },
    ]);
  });

  it("is whole once each place is decided, and not before", () => {
    const all = pieces(MERGED, CLASHES);
    expect(assembled(all, { 0: { take: "mine" } })).toBeNull();
    expect(assembled(all, { 0: { take: "theirs" }, 1: { take: "theirs" } })).toBe(
      "# Returns\nWithin 14 days.\nThe end.\nA new last line.",
    );
    expect(assembled(all, { 0: { take: "both" }, 1: { take: "mine" } })).toBe(
      "# Returns\nWithin 30 days.\nWithin 14 days.\nThe end.\n",
    );
    expect(assembled(all, { 0: { take: "edit", text: "Within a month." }, 1: { take: "mine" } })).toBe(
      "# Returns\nWithin a month.\nThe end.\n",
    );
  });

  it("may hold words that look like markers", () => {
    const words = "Title\n=======\n<<<<<<< mine\n>>>>>>> theirs\n";
    const clash = { base: "a\n", mine: "=======\n", theirs: "b\n" };
    const all = pieces(`${words}<<<<<<< mine\n=======\n=======\nb\n>>>>>>> theirs\n`, [clash]);
    expect(assembled(all, { 0: { take: "mine" } })).toBe(`${words}=======\n`);
    expect(assembled(pieces(words, []), {})).toBe(words);
  });

  it("drops nothing where the clashes are not found in it", () => {
    const text = "a\n<<<<<<< mine\nb";
    expect(assembled(pieces(text, CLASHES), {})).toBe(text);
  });
});

describe("a decided merge", () => {
  it("has each field by the choice, and all else as the server merged it", () => {
    const merged = { ...EMPTY, title: "Mine", summary: "Theirs anyway.", tags: ["a", "b"] };
    const theirs = { ...EMPTY, title: "Theirs", regions: ["DE"] };
    expect(decided(merged, theirs, { title: "theirs", regions: "mine" }, "Text.")).toEqual({
      ...merged,
      title: "Theirs",
      text: "Text.",
    });
  });
});

describe("what differs between two sides", () => {
  it("is told by words, with what is alike around it", () => {
    expect(apart("It is rare.\n\nMy last words.\n", "It is rare.\n\nTheir last words.\n")).toEqual({
      before: "It is rare.\n\n",
      between: "My",
      after: " last words.\n",
    });
    expect(apart("a a", "a").between).toBe(" a");
    expect(apart("", "a")).toEqual({ before: "", between: "", after: "" });
  });

  it("names the fields that the other person changed alone", () => {
    const mine = { ...EMPTY, title: "Mine", tags: ["a"] };
    const merge = { merged: { ...mine, title: "Theirs and mine", tags: ["a", "b"] }, conflicts: [] };
    expect(takenFields(merge, mine)).toEqual(["title", "tags"]);
  });
});
