import type { Event, EventData } from "@warmline/wire/frames";
import { describe, expect, test } from "vitest";
import { apply, EMPTY, type Line, type Message, type Thread } from "./thread";

const WHO = { kind: "system", id: null, name: null } as const;
const said = { quick_replies: [], citations: [], notice: null, in_reply_to: null, client_id: null };

function events(...data: EventData[]): Event[] {
  return data.map((one, index) => ({
    conversation_id: "c",
    seq: index * 2 + 1,
    id: index + 100,
    at: `2026-05-12T10:00:${String(index).padStart(2, "0")}Z`,
    actor: WHO,
    versions: {},
    data: one,
  }));
}

const STORY = events(
  { type: "conversation.started", account: "larkfield", customer: { visitor_id: "v", name: null, email: null, customer_number: null, level: "anonymous" }, page: null },
  { type: "message.received", message_id: "m1", text: "Where is 44110?", payload: null, client_id: "k1" },
  { type: "message.sent", ...said, message_id: "m2", text: "On its way.", quick_replies: [{ title: "Thanks", payload: "/thanks" }] },
  { type: "delivery.updated", message_id: "m2", state: "delivered", reason: null },
  { type: "delivery.updated", message_id: "m2", state: "sent", reason: null },
  { type: "handoff.requested", handoff_id: "h", reason: "mood", detail: "", message_id: "m1", position: 2 },
  { type: "message.sent", ...said, message_id: "n1", text: "I asked a colleague.", notice: "handoff_requested" },
  { type: "conversation.assigned", agent_id: "a", agent_name: "Maya", handoff_id: "h" },
  { type: "message.sent", ...said, message_id: "n2", text: "Maya is here.", notice: "agent_joined" },
  { type: "note.added", note_id: "x", text: "VIP", client_id: null },
  { type: "conversation.closed", outcome: "resolved" },
);

const lines = (thread: Thread): Line[] => thread.items.filter((item): item is Line => item.kind === "line");
const messages = (thread: Thread): Message[] => thread.items.filter((item): item is Message => item.kind === "message");

describe("the thread", () => {
  test("old state and more events are the same as all events from fresh", () => {
    const fresh = STORY.reduce(apply, EMPTY);
    for (let cut = 0; cut <= STORY.length; cut++) {
      const old = STORY.slice(0, cut).reduce(apply, EMPTY);
      expect(STORY.slice(cut).reduce(apply, old)).toEqual(fresh);
    }
  });

  test("hears every event once", () => {
    const twice = STORY.flatMap((event) => [event, event]);
    expect(twice.reduce(apply, EMPTY)).toEqual(STORY.reduce(apply, EMPTY));
  });

  test("knows who has the conversation and the place in the queue", () => {
    const at = (count: number): Thread => STORY.slice(0, count).reduce(apply, EMPTY);
    expect(at(6)).toMatchObject({ state: "waiting", position: 2, agent: null });
    expect(at(8)).toMatchObject({ state: "with_agent", position: null, agent: "Maya" });
    expect(at(11).state).toBe("closed");
  });

  test("an event and its notice are one line, with the server's words", () => {
    const subjects = lines(STORY.reduce(apply, EMPTY)).map(({ subject, text, position, name }) => ({ subject, text, position, name }));
    expect(subjects).toEqual([
      { subject: "started", text: null, position: null, name: null },
      { subject: "handoff", text: "I asked a colleague.", position: 2, name: null },
      { subject: "assigned", text: "Maya is here.", position: null, name: "Maya" },
      { subject: "closed", text: null, position: null, name: null },
    ]);
  });

  test("delivery never moves back", () => {
    expect(messages(STORY.reduce(apply, EMPTY))[1]?.delivery).toBe("delivered");
  });

  test("another conversation starts the thread over", () => {
    const first = STORY.reduce(apply, EMPTY);
    const other = apply(first, { ...STORY[1]!, conversation_id: "d", seq: 1 });
    expect(other.items).toHaveLength(1);
  });

  test("an event of a kind that is not known yet changes nothing but the number", () => {
    const strange = { ...STORY[0]!, seq: 99, data: { type: "moon.landed" } as unknown as EventData };
    expect(apply(EMPTY, strange)).toMatchObject({ items: [], lastSeq: 99 });
  });
});
