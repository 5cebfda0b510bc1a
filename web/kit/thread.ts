/**
 * A conversation as screens draw it, made from events only: `apply` on the old state and on a fresh one give the same.
 * The widget gets the public events, the console all of them; both read the same thread.
 */
import type { Actor, Citation, DeliveryUpdated, Event, MessageUnderstood, QuickReply } from "@warmline/wire/frames";
import { unreachable } from "./unreachable";

export type State = "with_bot" | "waiting" | "with_agent" | "closed";
export type Delivery = DeliveryUpdated["state"];

interface Place {
  seq: number;
  at: string;
  actor: Actor;
}

export interface Message extends Place {
  kind: "message";
  id: string;
  text: string;
  payload: string | null;
  quickReplies: readonly QuickReply[];
  citations: readonly Citation[];
  clientId: string | null;
  delivery: Delivery | null;
  deliveryReason: string | null;
  understood: MessageUnderstood | null;
}

export interface Note extends Place {
  kind: "note";
  id: string;
  text: string;
  clientId: string | null;
}

/** What a plain line between messages is about. */
export type Subject =
  | "started"
  | "handoff"
  | "assigned"
  | "given_back"
  | "closed"
  | "reopened"
  | "notice"
  | "dropped"
  | "decision"
  | "bot_failed"
  | "company";

export interface Line extends Place {
  kind: "line";
  subject: Subject;
  /** The server's words for the customer, where it said some (a notice). */
  text: string | null;
  /** The name of the notice, or of the event's own detail (reason, outcome, rule, operation). */
  detail: string | null;
  /** The agent's name, for lines about one. */
  name: string | null;
  position: number | null;
}

export type Item = Message | Note | Line;

export interface Thread {
  conversation: string | null;
  state: State;
  agent: string | null;
  position: number | null;
  items: readonly Item[];
  lastSeq: number;
}

export const EMPTY: Thread = {
  conversation: null,
  state: "with_bot",
  agent: null,
  position: null,
  items: [],
  lastSeq: 0,
};

/** A notice says in words what an event has just done; the two are one line on the screen. */
const NOTICE_OF: Readonly<Record<string, Subject>> = {
  handoff_requested: "handoff",
  bot_unavailable: "handoff",
  company_unavailable: "handoff",
  ai_off: "handoff",
  agent_joined: "assigned",
  bot_back: "given_back",
  closed: "closed",
  ended_by_customer: "closed",
};

const DELIVERY_ORDER: readonly Delivery[] = ["queued", "sent", "delivered", "read"];

/** The thread after one more event. An event heard before changes nothing. */
export function apply(thread: Thread, event: Event): Thread {
  const fresh = thread.conversation !== event.conversation_id;
  if (!fresh && event.seq <= thread.lastSeq) return thread;
  const base = fresh ? EMPTY : thread;
  return tell({ ...base, conversation: event.conversation_id, lastSeq: event.seq }, event);
}

function tell(thread: Thread, event: Event): Thread {
  const { data } = event;
  switch (data.type) {
    case "conversation.started":
      return add(thread, line(event, "started", { detail: data.page }));
    case "message.received":
      return add(thread, message(event, { id: data.message_id, ...data, clientId: data.client_id }));
    case "message.sent":
      if (data.notice !== null) return addLine(thread, line(event, NOTICE_OF[data.notice] ?? "notice", { text: data.text, detail: data.notice }));
      return add(
        thread,
        message(event, { id: data.message_id, text: data.text, quickReplies: data.quick_replies, citations: data.citations, clientId: data.client_id }),
      );
    case "note.added":
      return add(thread, { ...place(event), kind: "note", id: data.note_id, text: data.text, clientId: data.client_id });
    case "message.understood":
      return onMessage(thread, data.message_id, (found) => ({ ...found, understood: data }));
    case "delivery.updated":
      return onMessage(thread, data.message_id, (found) => delivered(found, data.state, data.reason));
    case "handoff.requested":
      return addLine(
        { ...thread, state: "waiting", agent: null, position: data.position },
        line(event, "handoff", { detail: data.reason, position: data.position }),
      );
    case "conversation.assigned":
      return addLine(
        { ...thread, state: "with_agent", agent: data.agent_name, position: null },
        line(event, "assigned", { name: data.agent_name }),
      );
    case "conversation.given_back":
      return addLine({ ...thread, state: "with_bot", agent: null, position: null }, line(event, "given_back", { name: thread.agent }));
    case "conversation.closed":
      return addLine({ ...thread, state: "closed", position: null }, line(event, "closed", { detail: data.outcome }));
    case "conversation.reopened":
      return addLine({ ...thread, state: "with_bot", agent: null, position: null }, line(event, "reopened", {}));
    case "message.dropped":
      return add(thread, line(event, "dropped", { detail: data.owner, text: data.texts.join("\n") }));
    case "decision.made":
      return add(thread, line(event, "decision", { detail: data.rule, text: data.detail }));
    case "bot.failed":
      return add(thread, line(event, "bot_failed", { detail: data.why }));
    case "company.called":
      return add(thread, line(event, "company", { detail: data.operation, text: data.code ?? data.outcome }));
    case "customer.identified":
    case "packet.built":
    case "suggestions.offered":
    case "suggestion.used":
    case "suggestion.dismissed":
      return thread;
    default:
      return unreachable(data, thread);
  }
}

function place(event: Event): Place {
  return { seq: event.seq, at: event.at, actor: event.actor };
}

function message(event: Event, said: Partial<Message> & { id: string; text: string }): Message {
  return {
    ...place(event),
    kind: "message",
    id: said.id,
    text: said.text,
    payload: said.payload ?? null,
    quickReplies: said.quickReplies ?? [],
    citations: said.citations ?? [],
    clientId: said.clientId ?? null,
    delivery: null,
    deliveryReason: null,
    understood: null,
  };
}

function line(event: Event, subject: Subject, more: Partial<Pick<Line, "text" | "detail" | "name" | "position">>): Line {
  return { ...place(event), kind: "line", subject, text: null, detail: null, name: null, position: null, ...more };
}

function add(thread: Thread, item: Item): Thread {
  return { ...thread, items: [...thread.items, item] };
}

/** Adds a line, or joins it to the one just before that says the same: an event and its notice. */
function addLine(thread: Thread, added: Line): Thread {
  const last = thread.items.at(-1);
  const partner = last?.kind === "line" && last.subject === added.subject && (last.text === null) !== (added.text === null);
  if (!partner || added.subject === "notice") return add(thread, added);
  const joined: Line = {
    ...last,
    text: last.text ?? added.text,
    detail: last.text === null ? last.detail : added.detail,
    name: last.name ?? added.name,
    position: last.position ?? added.position,
  };
  return { ...thread, items: [...thread.items.slice(0, -1), joined] };
}

function onMessage(thread: Thread, id: string, change: (message: Message) => Message): Thread {
  const at = thread.items.findLastIndex((item) => item.kind === "message" && item.id === id);
  const found = thread.items[at];
  if (found?.kind !== "message") return thread;
  return { ...thread, items: thread.items.with(at, change(found)) };
}

function delivered(message: Message, state: Delivery, reason: string | null): Message {
  if (state === "failed") return { ...message, delivery: state, deliveryReason: reason };
  const ahead = DELIVERY_ORDER.indexOf(state) > DELIVERY_ORDER.indexOf(message.delivery ?? "queued");
  return ahead || message.delivery === null ? { ...message, delivery: state } : message;
}
