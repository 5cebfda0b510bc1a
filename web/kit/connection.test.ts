import { describe, expect, test } from "vitest";
import { backOff, type Connection, type Deed, type Happening, OFF, PONG_WITHIN_MS, step } from "./connection";

/** Plays happenings from the start; gives the last state and what was to be done at the last step. */
function play(...happenings: Happening[]): { now: Connection; deeds: readonly Deed[] } {
  let now = OFF;
  let deeds: readonly Deed[] = [];
  for (const happening of happenings) [now, deeds] = step(now, happening, 0);
  return { now, deeds };
}

const START: Happening[] = [{ type: "start" }, { type: "opened" }, { type: "welcomed", heartbeatSeconds: 30 }];

describe("the life of a connection", () => {
  test("says hello when the socket is open, and is live when it was welcomed", () => {
    expect(play({ type: "start" }, { type: "opened" }).deeds).toEqual([{ do: "hello" }]);
    expect(play(...START).now.phase.name).toBe("live");
  });

  test("pings when the ping timer rings, and drops the socket when nothing comes back", () => {
    const pinged = play(...START, { type: "rang", timer: "ping" });
    expect(pinged.deeds).toContainEqual({ do: "ping" });
    expect(pinged.deeds).toContainEqual({ do: "set", timer: "silence", ms: PONG_WITHIN_MS });
    const silent = play(...START, { type: "rang", timer: "ping" }, { type: "rang", timer: "silence" });
    expect(silent.now.phase.name).toBe("waiting");
    expect(silent.deeds).toContainEqual({ do: "close" });
  });

  test("takes any frame as a sign of life", () => {
    expect(play(...START, { type: "rang", timer: "ping" }, { type: "heard" }).deeds).toEqual([{ do: "clear", timer: "silence" }]);
  });

  test("waits longer after every failed try, and forgets that once it has been up for a while", () => {
    const cut: Happening = { type: "closed", code: 1006 };
    const retry: Happening = { type: "rang", timer: "retry" };
    expect(play({ type: "start" }, cut, retry, cut, retry, cut).now.attempt).toBe(3);
    expect(play({ type: "start" }, cut, retry, { type: "opened" }, { type: "welcomed" }, cut).now.attempt).toBe(2);
    const settled = play({ type: "start" }, cut, retry, { type: "opened" }, { type: "welcomed" }, { type: "rang", timer: "settle" });
    expect(settled.now.attempt).toBe(0);
  });

  test("tries at once when nudged while it waits, and asks for a sign of life when nudged while live", () => {
    expect(play({ type: "start" }, { type: "closed", code: 1006 }, { type: "nudged" }).deeds).toContainEqual({ do: "open" });
    expect(play(...START, { type: "nudged" }).deeds[0]).toEqual({ do: "ping" });
  });

  test.each([4401, 4403])("does not come back by itself after %i, but does when started again", (code) => {
    const ended = play(...START, { type: "closed", code });
    expect(ended.now.phase).toEqual({ name: "ended", code });
    expect(play(...START, { type: "closed", code }, { type: "nudged" }).deeds).toEqual([]);
    expect(play(...START, { type: "closed", code }, { type: "start" }).deeds).toContainEqual({ do: "open" });
  });

  test.each([1000, 1006, 1012, 4400, 4408, 4429])("comes back after %i", (code) => {
    const { now, deeds } = play(...START, { type: "closed", code });
    expect(now.phase.name).toBe("waiting");
    expect(deeds.some((deed) => deed.do === "set" && deed.timer === "retry")).toBe(true);
  });

  test("gives up on a greeting that does not come", () => {
    expect(play({ type: "start" }, { type: "opened" }, { type: "rang", timer: "greet" }).now.phase.name).toBe("waiting");
  });

  test("ignores what comes after it was stopped", () => {
    const { now, deeds } = play(...START, { type: "stop" }, { type: "closed", code: 1006 });
    expect(now).toEqual(OFF);
    expect(deeds).toEqual([]);
  });
});

test("back-off doubles, is spread over its upper half, and never passes half a minute", () => {
  expect(backOff(0, 0)).toBe(200);
  expect(backOff(0, 1)).toBe(400);
  expect(backOff(3, 0)).toBe(1600);
  expect(backOff(40, 1)).toBe(30_000);
});
