import { describe, expect, it } from "vitest";
import { KIM, line, ROBIN } from "../../../testing/builders";
import { movesOf } from "./useMoves";

const AGENT = new Set(["conversation.take", "conversation.give_back", "conversation.resolve"]);
const SUPERVISOR = new Set([...AGENT, "conversation.reassign"]);
const moves = (over: Parameters<typeof line>[1], may: ReadonlySet<string>) =>
  [...movesOf(line("c1", over), ROBIN.id, may)].sort();

describe("what can be done with a conversation", () => {
  it("is to take it while it waits or the assistant has it", () => {
    expect(moves({ state: "waiting" }, AGENT)).toEqual(["take"]);
    expect(moves({ state: "with_bot" }, AGENT)).toEqual(["take"]);
  });

  it("is to give it back or resolve it when it is mine", () => {
    expect(moves({ state: "with_agent", agent: ROBIN }, AGENT)).toEqual(["give_back", "resolve"]);
  });

  it("is nothing when a colleague has it, unless one may reassign", () => {
    expect(moves({ state: "with_agent", agent: KIM }, AGENT)).toEqual([]);
    expect(moves({ state: "with_agent", agent: KIM }, SUPERVISOR)).toEqual(["give_back", "resolve", "take"]);
  });

  it("is nothing without the permission, and nothing when it is closed", () => {
    expect(moves({ state: "waiting" }, new Set())).toEqual([]);
    expect(moves({ state: "closed" }, SUPERVISOR)).toEqual([]);
  });
});
