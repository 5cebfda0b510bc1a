import { expect, test } from "vitest";
import { Cursor } from "./cursor";
import { newId } from "./ids";
import { Outbox } from "./outbox";

test("what was not acknowledged is there after a reload, in order", () => {
  sessionStorage.clear();
  const before = new Outbox<string>(sessionStorage, "box");
  before.add("a", "one", 1);
  before.add("b", "two", 2);
  before.add("c", "three", 3);
  before.accepted("a");
  before.drop("b");
  const after = new Outbox<string>(sessionStorage, "box");
  expect(after.waiting.map((entry) => entry.body)).toEqual(["three"]);
  after.settle();
  expect(after.entries).toHaveLength(1);
});

test("a refused one waits for the person and is sent again with the same id", () => {
  const box = new Outbox<string>(null, "box");
  box.add("a", "one", 1);
  box.refused("a", "rate_limited");
  expect(box.waiting).toEqual([]);
  expect(box.entries[0]).toMatchObject({ state: "refused", code: "rate_limited" });
  expect(box.again("a")).toEqual({ client_id: "a", body: "one", at: 1, state: "waiting" });
  expect(box.again("nobody")).toBeNull();
});

test("storage that is full or broken stops nothing", () => {
  const broken = {
    getItem: () => "{not json",
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => undefined,
  };
  const box = new Outbox<string>(broken, "box");
  box.add("a", "one", 1);
  expect(box.waiting).toHaveLength(1);
});

test("staff notice a hole in the numbers", () => {
  const cursor = new Cursor(true);
  const seq = (n: number): { conversation_id: string; seq: number } => ({ conversation_id: "c", seq: n });
  expect([1, 2, 2, 4, 3, 4].map((n) => cursor.take(seq(n)))).toEqual(["new", "new", "again", "lost", "new", "new"]);
});

test("customers hear numbers with holes, and notice one that comes late", () => {
  const cursor = new Cursor(false);
  const seq = (n: number): { conversation_id: string; seq: number } => ({ conversation_id: "c", seq: n });
  expect([1, 4, 4, 9, 7].map((n) => cursor.take(seq(n)))).toEqual(["new", "new", "again", "new", "lost"]);
  expect(cursor.take({ conversation_id: "d", seq: 1 })).toBe("new");
  expect(cursor.last).toBe(1);
});

test("ids are random UUIDs, also without randomUUID", () => {
  const shape = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
  expect(newId()).toMatch(shape);
  const real = crypto.randomUUID;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  expect(newId()).toMatch(shape);
  Object.defineProperty(crypto, "randomUUID", { value: real, configurable: true });
});
