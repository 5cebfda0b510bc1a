/** The conversation as rows of the log: pure, so that grouping and wording are tested without a screen. */
import type { Entry } from "@warmline/kit/outbox";
import type { Item, Line, Message } from "@warmline/kit/thread";
import type { Citation, QuickReply } from "@warmline/wire/frames";
import type { Body, Now, Typist } from "./talk";
import type { Words } from "./words";

export type Who = "customer" | "bot" | "agent";
export type Status = "sending" | "sent" | "delivered" | "seen" | "refused" | "failed";

export interface Said {
  kind: "said";
  key: string;
  who: Who;
  name: string | null;
  text: string;
  /** RFC 3339 or milliseconds. */
  at: string | number;
  first: boolean;
  last: boolean;
  status: Status | null;
  code: string | null;
  clientId: string | null;
  citations: readonly Citation[];
}

export type Row =
  | Said
  | { kind: "line"; key: string; text: string }
  | { kind: "day"; key: string; at: string | number }
  | { kind: "typing"; key: string; typist: Typist }
  | { kind: "replies"; key: string; items: readonly QuickReply[] };

const GROUP_MS = 5 * 60_000;

export function rowsOf(now: Now, words: Words, today: Date): Row[] {
  const spoken: Row[] = now.turned ? [] : now.thread.items.flatMap((item) => rowOf(item, words));
  const pending = now.pending.map(pendingRow);
  const rows = grouped(withDays([...spoken, ...pending], today));
  showStatus(rows);
  if (now.typing) rows.push({ kind: "typing", key: "typing", typist: now.typing });
  else rows.push(...replies(now));
  return rows;
}

function rowOf(item: Item, words: Words): Row[] {
  switch (item.kind) {
    case "message":
      return [saidRow(item)];
    case "line": {
      const text = lineText(item, words);
      return text ? [{ kind: "line", key: `line-${item.seq}`, text }] : [];
    }
    case "note":
      return [];
  }
}

function saidRow(message: Message): Said {
  const { kind } = message.actor;
  const who: Who = kind === "customer" || kind === "agent" ? kind : "bot";
  return {
    kind: "said",
    // An own message keeps the key that its echo had, so that it does not blink when it comes back.
    key: message.clientId ?? message.id,
    who,
    name: message.actor.name,
    text: message.text,
    at: message.at,
    first: true,
    last: true,
    status: who === "customer" ? statusOf(message) : null,
    code: null,
    clientId: message.clientId,
    citations: message.citations,
  };
}

function statusOf({ delivery }: Message): Status {
  if (delivery === "read") return "seen";
  return delivery === "delivered" || delivery === "failed" ? delivery : "sent";
}

function pendingRow(entry: Entry<Body>): Said {
  return {
    kind: "said",
    key: entry.client_id,
    who: "customer",
    name: null,
    text: entry.body.text,
    at: entry.at,
    first: true,
    last: true,
    status: entry.state === "refused" ? "refused" : entry.state === "accepted" ? "sent" : "sending",
    code: entry.code ?? null,
    clientId: entry.client_id,
    citations: [],
  };
}

/** The server's words for a line where it has some, otherwise ours; an empty string draws nothing. */
export function lineText(line: Line, words: Words): string {
  switch (line.subject) {
    case "handoff": {
      const place = line.position ? words.place(line.position) : "";
      const asked = line.detail === "explicit_request";
      return [line.text || (asked ? words.waitingAsked : words.waitingOffered), place].filter(Boolean).join(" ");
    }
    case "assigned":
      return line.text || words.joined(line.name ?? words.assistant);
    case "given_back":
      return line.text || words.botBack;
    case "closed":
      return line.text || words.ended;
    case "reopened":
      return line.text || words.reopened;
    case "notice":
      return line.text ?? "";
    case "started":
    case "dropped":
    case "decision":
    case "bot_failed":
    case "company":
      return "";
  }
}

/** A conversation that is all of today needs no date. */
function withDays(rows: Row[], today: Date): Row[] {
  let day = today.toDateString();
  return rows.flatMap((row): Row[] => {
    if (row.kind !== "said") return [row];
    const own = new Date(row.at).toDateString();
    if (own === day) return [row];
    day = own;
    return [{ kind: "day", key: `day-${own}`, at: row.at }, row];
  });
}

/** Words of one speaker within a few minutes belong together: one name above, one time below. */
function grouped(rows: Row[]): Row[] {
  return rows.map((row, index) => {
    if (row.kind !== "said") return row;
    return { ...row, first: !together(rows[index - 1], row), last: !together(row, rows[index + 1]) };
  });
}

function together(one: Row | undefined, next: Row | undefined): boolean {
  if (one?.kind !== "said" || next?.kind !== "said") return false;
  if (one.who !== next.who || one.name !== next.name || one.status === "refused") return false;
  return new Date(next.at).getTime() - new Date(one.at).getTime() < GROUP_MS;
}

/** How far it got is told once, under the last own message; what went wrong is told wherever it did. */
function showStatus(rows: Row[]): void {
  const newest = rows.findLastIndex((row) => row.kind === "said" && row.who === "customer");
  rows.forEach((row, index) => {
    if (row.kind !== "said" || index === newest) return;
    // What is still on its way keeps its paler look, and what went wrong its reason.
    if (row.status === "sent" || row.status === "delivered" || row.status === "seen") rows[index] = { ...row, status: null };
  });
}

/** Buttons belong to the last word of the bot, while the bot is the one to answer and nothing else was said. */
function replies(now: Now): Row[] {
  const last = now.thread.items.at(-1);
  if (now.turned || now.thread.state !== "with_bot" || now.pending.length > 0 || last?.kind !== "message") return [];
  if (last.quickReplies.length === 0) return [];
  return [{ kind: "replies", key: `replies-${last.id}`, items: last.quickReplies }];
}
