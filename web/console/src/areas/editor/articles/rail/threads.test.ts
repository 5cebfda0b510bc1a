import { describe, expect, it } from "vitest";
import type { Comment } from "../types";
import { openCount, threads } from "./threads";

const said = (id: string, over: Partial<Comment> = {}): Comment => ({
  id,
  revision: 1,
  quote: null,
  text: id,
  reply_to: null,
  author: { id: null, name: "Kim" },
  at: "2026-05-12T10:00:00Z",
  resolved_at: null,
  resolved_by: null,
  ...over,
});

describe("comments", () => {
  it("stand with their answers, also with answers to answers", () => {
    const all = [said("a"), said("b"), said("a1", { reply_to: "a" }), said("a2", { reply_to: "a1" })];
    expect(threads(all).map(({ first, answers }) => [first.id, answers.map(({ id }) => id)])).toEqual([
      ["a", ["a1", "a2"]],
      ["b", []],
    ]);
  });

  it("open ones come first, and only they are counted", () => {
    const all = [said("done", { resolved_at: "2026-05-12T11:00:00Z" }), said("open")];
    expect(threads(all).map(({ first }) => first.id)).toEqual(["open", "done"]);
    expect(openCount(all)).toBe(1);
  });

  it("an answer whose beginning is gone is not lost", () => {
    expect(threads([said("late", { reply_to: "gone" })])).toHaveLength(1);
  });
});
