import { apply, EMPTY } from "@warmline/kit/thread";
import type { Actor, Event, EventData } from "@warmline/wire/frames";
import { expect, test } from "vitest";
import { type Row, rowsOf, type Said } from "./rows";
import type { Now } from "./talk";
import { en } from "./words/en";

const SAID = { quick_replies: [], citations: [], notice: null, in_reply_to: null, client_id: null };
const TODAY = new Date("2026-05-12T12:00:00Z");
const ME: Actor = { kind: "customer", id: null, name: null };
const BOT: Actor = { kind: "bot", id: null, name: null };

let seq = 0;
const at = (minute: number, actor: Actor, data: EventData): Event => ({
  conversation_id: "c", seq: ++seq, id: seq, at: new Date(Date.UTC(2026, 4, 12, 10, minute)).toISOString(), actor, versions: {}, data,
});
const mine = (minute: number, text: string): Event => at(minute, ME, { type: "message.received", message_id: `m${seq}`, text, payload: null, client_id: `k${seq}` });
const bots = (minute: number, text: string, more: Partial<typeof SAID> | object = {}): Event =>
  at(minute, BOT, { type: "message.sent", ...SAID, message_id: `b${seq}`, text, ...more });

function now(events: Event[], more: Partial<Now> = {}): Now {
  const thread = events.reduce(apply, EMPTY);
  return { thread, pending: [], phase: "live", known: true, typing: null, readSeq: 0, turned: false, ...more };
}
const draw = (state: Now): Row[] => rowsOf(state, en, TODAY);
const said = (rows: Row[]): Said[] => rows.filter((row): row is Said => row.kind === "said");
const button = { quick_replies: [{ title: "Yes", payload: "/affirm" }] };

test("words of one speaker within five minutes are one group with one time", () => {
  const rows = said(draw(now([bots(0, "a"), bots(1, "b"), bots(20, "c"), mine(21, "d"), mine(22, "e")])));
  expect(rows.map((row) => [row.text, row.first, row.last])).toEqual([
    ["a", true, false],
    ["b", false, true],
    ["c", true, true],
    ["d", true, false],
    ["e", false, true],
  ]);
});

test("how far it got is told under the last own message only", () => {
  expect(said(draw(now([mine(0, "a"), bots(1, "b"), mine(2, "c")]))).map((row) => row.status)).toEqual([null, null, "sent"]);
});

test("an own message keeps its key from echo to event", () => {
  const event = mine(0, "a");
  const clientId = "client_id" in event.data ? event.data.client_id! : "";
  const echo = draw(now([], { pending: [{ client_id: clientId, body: { text: "a", payload: null }, at: 0, state: "waiting" }] }));
  expect(said(echo)[0]).toMatchObject({ key: clientId, status: "sending" });
  expect(said(draw(now([event])))[0]?.key).toBe(clientId);
});

test("buttons stand under the last message of the bot, and nowhere else", () => {
  const has = (state: Now): boolean => draw(state).some((row) => row.kind === "replies");
  expect(has(now([mine(0, "a"), bots(1, "b", button)]))).toBe(true);
  expect(has(now([bots(1, "b", button), mine(2, "a")]))).toBe(false);
  expect(has(now([bots(1, "b", button)], { typing: { kind: "bot", name: null } }))).toBe(false);
  const asked: EventData = { type: "handoff.requested", handoff_id: "h", reason: "x", detail: "", message_id: null, position: 1 };
  expect(has(now([bots(1, "b", button), at(3, BOT, asked)]))).toBe(false);
});

test("asking for a person is a line that says the place", () => {
  const handoff = at(3, BOT, { type: "handoff.requested", handoff_id: "h", reason: "explicit_request", detail: "", message_id: null, position: 2 });
  expect(draw(now([handoff]))).toEqual([{ kind: "line", key: `line-${handoff.seq}`, text: "You asked for a person. You are second in line." }]);
});

test("a refusal says why and stays with its message", () => {
  const pending = [{ client_id: "k", body: { text: "a", payload: null }, at: 0, state: "refused" as const, code: "rate_limited" }];
  expect(said(draw(now([], { pending })))[0]).toMatchObject({ status: "refused", code: "rate_limited" });
});

test("another day is announced, today is not", () => {
  const old = { ...mine(0, "a"), at: "2026-05-10T10:00:00Z" };
  expect(draw(now([old, mine(1, "b")])).map((row) => row.kind)).toEqual(["day", "said", "day", "said"]);
  expect(draw(now([mine(1, "b")])).map((row) => row.kind)).toEqual(["said"]);
});

test("after the page was turned only what is on its way is shown", () => {
  const pending = [{ client_id: "k", body: { text: "new", payload: null }, at: 0, state: "waiting" as const }];
  const closed = at(3, BOT, { type: "conversation.closed", outcome: "resolved" });
  expect(said(draw(now([mine(0, "old"), closed], { turned: true, pending }))).map((row) => row.text)).toEqual(["new"]);
});
