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

const at = (seq: number, conversation_id = "c"): { conversation_id: string; seq: number } => ({ conversation_id, seq });

test("numbers may have holes, as long as the frame says after which one it comes", () => {
  const cursor = new Cursor();
  expect(cursor.take(at(1), 0)).toBe("new");
  expect(cursor.take(at(4), 1)).toBe("new");
  expect(cursor.take(at(4), 1)).toBe("again");
  expect(cursor.take(at(9), 7)).toBe("lost");
  expect(cursor.take(at(7), 4)).toBe("new");
  expect(cursor.take(at(9), 7)).toBe("new");
  expect(cursor.last).toBe(9);
});

test("one that comes late shows a loss, and another conversation begins anew", () => {
  const cursor = new Cursor();
  expect(cursor.take(at(5))).toBe("new");
  expect(cursor.take(at(3))).toBe("lost");
  expect(cursor.take(at(1, "d"))).toBe("new");
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
