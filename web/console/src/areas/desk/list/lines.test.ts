import { describe, expect, it } from "vitest";
import { upsert } from "../../../realtime/book";
import { KIM, line, ROBIN } from "../../../testing/builders";
import { age, liveIds, settle, short } from "./lines";

const at = (minute: number): string => `2026-05-12T10:0${minute}:00Z`;

describe("the lines of a view", () => {
  const book = upsert(new Map(), [
    line("young", { waiting_since: at(5) }),
    line("old", { waiting_since: at(1) }),
    line("mine", { state: "with_agent", agent: ROBIN }),
    line("kims", { state: "with_agent", agent: KIM }),
  ]);

  it("puts who waits longest first", () => {
    expect(liveIds(book, "unassigned", ROBIN.id, "")).toEqual(["old", "young"]);
  });

  it("shows as mine only what I have", () => {
    expect(liveIds(book, "mine", ROBIN.id, "")).toEqual(["mine"]);
  });

  it("filters by every word, in any order", () => {
    expect(liveIds(book, "unassigned", ROBIN.id, "hello OLD")).toEqual(["old"]);
  });

  it("does not let an older answer overwrite what a frame said since", () => {
    const newer = upsert(book, [line("old", { last_seq: 9, state: "closed" })]);
    expect(upsert(newer, [line("old", { last_seq: 3 })]).get("old")?.state).toBe("closed");
  });
});

describe("a list that is being read", () => {
  it("moves nothing and counts what waits", () => {
    expect(settle(["a", "b"], ["new", "b", "a"], true)).toEqual({ ids: ["a", "b"], fresh: 1 });
  });

  it("keeps lines that left where they stood", () => {
    expect(settle(["a", "b", "c"], ["a", "c"], true)).toEqual({ ids: ["a", "b", "c"], fresh: 0 });
  });

  it("takes the next page at its end", () => {
    expect(settle(["a", "b"], ["a", "b", "c", "d"], true)).toEqual({ ids: ["a", "b", "c", "d"], fresh: 0 });
  });

  it("settles when nobody reads it", () => {
    expect(settle(["a", "b"], ["new", "b", "a"], false)).toEqual({ ids: ["new", "b", "a"], fresh: 0 });
  });
});

it("says by colour how long is too long", () => {
  expect([60_000, 5 * 60_000, 10 * 60_000].map(age)).toEqual(["calm", "soon", "late"]);
});

it("shortens large counts", () => {
  expect([7, 999, 1250, 5000].map(short)).toEqual(["7", "999", "1.2k", "5k"]);
});
