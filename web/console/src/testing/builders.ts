/** Small events and lines for tests, said in one breath. */
import type { Actor, ConversationSummary, Event, EventData } from "@warmline/wire/frames";
import type { Suggestion } from "@warmline/wire/frames";

export const ROBIN = { id: "robin", name: "Robin Hale" };
export const KIM = { id: "kim", name: "Kim Larsen" };

export function line(id: string, over: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    id,
    account: "larkfield",
    agent: null,
    channel: "webchat",
    closed_at: null,
    customer: {
      visitor_id: `visitor-${id}`,
      name: `Customer ${id}`,
      email: null,
      customer_number: null,
      level: "claimed",
    },
    intent: null,
    last_seq: 1,
    locale: "en",
    mood: null,
    outcome: null,
    owner: "queue",
    preview: { text: "hello", author: "customer", at: "2026-05-12T10:00:00Z" },
    reason: "explicit_request",
    started_at: "2026-05-12T09:59:00Z",
    state: "waiting",
    updated_at: "2026-05-12T10:00:00Z",
    waiting_since: "2026-05-12T10:00:00Z",
    ...over,
  };
}

const actor = (kind: Actor["kind"], over: Partial<Actor> = {}): Actor => ({ kind, id: null, name: null, ...over });

export function event(seq: number, who: Actor, data: EventData, at = "2026-05-12T10:00:00Z"): Event {
  return { conversation_id: "c1", seq, id: seq, at, actor: who, data, versions: {} };
}

export function heard(seq: number, text: string, at?: string): Event {
  return event(
    seq,
    actor("customer", { name: "Ana" }),
    { type: "message.received", message_id: `m${seq}`, text, payload: null, client_id: null },
    at,
  );
}

export function said(seq: number, text: string, clientId: string | null = null): Event {
  return event(seq, actor("agent", ROBIN), {
    type: "message.sent",
    message_id: `m${seq}`,
    text,
    citations: [],
    client_id: clientId,
    in_reply_to: null,
    notice: null,
    quick_replies: [],
  });
}

export function botSaid(seq: number, text: string): Event {
  return event(seq, actor("bot"), {
    type: "message.sent",
    message_id: `m${seq}`,
    text,
    citations: [],
    client_id: null,
    in_reply_to: null,
    notice: null,
    quick_replies: [],
  });
}

export function suggestion(over: Partial<Suggestion> = {}): Suggestion {
  return {
    id: "s1",
    article_id: "refunds",
    title: "Refunds",
    heading: "Until when",
    text: "Within 30 days.",
    revision: 12,
    release: "3",
    score: 0.8,
    confidence: "likely",
    why: {},
    ...over,
  };
}
