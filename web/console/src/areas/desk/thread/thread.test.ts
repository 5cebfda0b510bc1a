import { describe, expect, it } from "vitest";
import { applyAll, EMPTY } from "../../../realtime/deskThread";
import { botSaid, event, heard, KIM, ROBIN, said } from "../../../testing/builders";
import { moodStory, spots } from "../sidebar/MoodLine";
import { pieces } from "./pieces";
import { rows } from "./rows";

const system = { kind: "system", id: null, name: null } as const;

describe("the rows of a transcript", () => {
  it("group what one side says in one go", () => {
    const thread = applyAll(EMPTY, [
      heard(1, "hi"),
      heard(2, "it is late"),
      botSaid(3, "Let me look"),
      said(4, "Hello"),
    ]);
    expect(
      rows(thread, ROBIN.id, null).map((row) =>
        row.kind === "group" ? `${row.author} ${row.messages.length}` : row.kind,
      ),
    ).toEqual(["day", "customer 2", "bot 1", "agent 1"]);
  });

  it("break a group when time has passed", () => {
    const thread = applyAll(EMPTY, [heard(1, "hi"), heard(2, "still there?", "2026-05-12T10:20:00Z")]);
    expect(rows(thread, ROBIN.id, null).filter(({ kind }) => kind === "group")).toHaveLength(2);
  });

  it("mark where reading stopped, before the customer's next words", () => {
    const thread = applyAll(EMPTY, [heard(1, "hi"), said(2, "Hello"), heard(3, "so?")]);
    expect(rows(thread, ROBIN.id, 2).map(({ kind }) => kind)).toEqual(["day", "group", "group", "unread", "group"]);
    expect(rows(thread, ROBIN.id, 3).map(({ kind }) => kind)).not.toContain("unread");
  });

  it("hang the decision on the handover that it caused, and hide all others", () => {
    const decide = (seq: number, move: "reply" | "hand_off") =>
      event(seq, system, {
        type: "decision.made",
        message_id: "m1",
        move,
        reason: "explicit_request",
        rule: "wants_person",
        detail: "Asked.",
        facts: {},
      });
    const thread = applyAll(EMPTY, [
      heard(1, "a person please"),
      decide(2, "reply"),
      decide(3, "hand_off"),
      event(4, system, {
        type: "handoff.requested",
        handoff_id: "h",
        reason: "explicit_request",
        detail: "Asked.",
        message_id: "m1",
        position: 1,
      }),
    ]);
    const [, , last] = rows(thread, ROBIN.id, null);
    expect(last).toMatchObject({ kind: "line", line: { subject: "handoff" }, decision: { detail: "wants_person" } });
    expect(rows(thread, ROBIN.id, null)).toHaveLength(3);
  });
});

describe("the thread of the desk", () => {
  it("is the same whether events come one by one, twice, or all at once", () => {
    const events = [
      heard(1, "hi"),
      botSaid(2, "Hello"),
      event(
        3,
        { kind: "agent", ...KIM },
        { type: "conversation.assigned", agent_id: KIM.id, agent_name: KIM.name, handoff_id: null },
      ),
    ];
    const slow = events.reduce((thread, one) => applyAll(applyAll(thread, [one]), [one]), EMPTY);
    expect(slow).toEqual(applyAll(EMPTY, events));
  });
});

describe("entities in a message", () => {
  const of = (start: number | null, end: number | null) => ({ entity: "order_number", value: "44110", start, end });

  it("are cut out where they stand", () => {
    expect(pieces("order 44110 please", [of(6, 11)]).map(({ text }) => text)).toEqual(["order ", "44110", " please"]);
  });

  it("are left out when they do not fit the text", () => {
    expect(pieces("short", [of(2, 99), of(null, null), of(-1, 2)])).toEqual([{ text: "short", entity: null }]);
  });

  it("do not overlap", () => {
    expect(pieces("abcdef", [of(0, 4), of(2, 6)]).map(({ text }) => text)).toEqual(["abcd", "ef"]);
  });
});

describe("the mood line", () => {
  it("tells its story in words", () => {
    expect(moodStory([0.1, -0.8])).toBe("Falling, now very low");
    expect(moodStory([0, 0.1])).toBe("Steady, now neutral");
    expect(moodStory([-0.3])).toBe("Mood low");
  });

  it("draws happy above angry and stays inside", () => {
    const [angry, happy] = spots([-3, 1]);
    expect(happy!.y).toBeLessThan(angry!.y);
    expect(angry!.y).toBeLessThanOrEqual(56);
  });
});
