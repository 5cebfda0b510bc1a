/** From the thread's items to what is drawn: groups, days, the unread mark, and only the lines worth reading. */
import type { Entry } from "@warmline/kit/outbox";
import type { Line, Message, Note } from "@warmline/kit/thread";
import type { Written } from "../../../realtime/link";
import type { DeskThread } from "../../../realtime/deskThread";

export type Author = "customer" | "bot" | "agent" | "system";

export interface Group {
  kind: "group";
  key: string;
  author: Author;
  name: string | null;
  mine: boolean;
  at: string;
  messages: readonly Message[];
}

export type Row =
  | Group
  | { kind: "note"; key: string; note: Note; mine: boolean }
  | { kind: "line"; key: string; line: Line; decision: Line | null }
  | { kind: "day"; key: string; at: string }
  | { kind: "unread"; key: string }
  | { kind: "pending"; key: string; entry: Entry<Written> };

const TOGETHER_MS = 4 * 60_000;

function joins(group: Group | undefined, message: Message): group is Group {
  return (
    group !== undefined &&
    group.author === message.actor.kind &&
    group.name === message.actor.name &&
    Date.parse(message.at) - Date.parse(group.messages.at(-1)?.at ?? group.at) < TOGETHER_MS
  );
}

const day = (at: string): string => new Date(at).toDateString();

/** The rows of a conversation. `readSeq` is where reading stopped when it was opened; null draws no mark. */
export function rows(thread: DeskThread, me: string, readSeq: number | null): Row[] {
  const out: Row[] = [];
  let lastDay = "";
  let decision: Line | null = null;
  let isMarked = readSeq === null;
  for (const item of thread.items) {
    if (item.kind === "line" && item.subject === "decision") {
      decision = item;
      continue;
    }
    if (day(item.at) !== lastDay) out.push({ kind: "day", key: `day-${item.seq}`, at: item.at });
    lastDay = day(item.at);
    if (
      !isMarked &&
      readSeq !== null &&
      item.seq > readSeq &&
      item.kind === "message" &&
      item.actor.kind === "customer"
    ) {
      isMarked = true;
      if (out.length > 1) out.push({ kind: "unread", key: "unread" });
    }
    if (item.kind === "note") out.push({ kind: "note", key: item.id, note: item, mine: item.actor.id === me });
    else if (item.kind === "line") {
      out.push({
        kind: "line",
        key: `line-${item.seq}`,
        line: item,
        decision: item.subject === "handoff" ? decision : null,
      });
      decision = null;
    } else add(out, item, me);
  }
  return out;
}

function add(out: Row[], message: Message, me: string): void {
  const last = out.at(-1);
  const group = last?.kind === "group" ? last : undefined;
  if (joins(group, message)) {
    out[out.length - 1] = { ...group, messages: [...group.messages, message] };
    return;
  }
  const { kind, name, id } = message.actor;
  out.push({
    kind: "group",
    key: message.id,
    author: kind,
    name,
    mine: kind === "agent" && id === me,
    at: message.at,
    messages: [message],
  });
}

/** What is written but not here yet, after everything that is. */
export function pendingRows(outbox: readonly Entry<Written>[], conversation: string): Row[] {
  return outbox
    .filter(({ body }) => body.conversation_id === conversation)
    .map((entry) => ({ kind: "pending", key: entry.client_id, entry }));
}
