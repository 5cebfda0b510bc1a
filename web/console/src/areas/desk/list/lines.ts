/** Which lines a view shows, in which order, and how they settle without jumping. No React in here. */
import type { ConversationSummary } from "@warmline/wire/frames";
import type { View } from "../../../api/client";
import type { Book } from "../../../realtime/book";
import { customerName } from "../words";

export const VIEWS: readonly { view: View; label: string; key: string }[] = [
  { view: "mine", label: "Mine", key: "m" },
  { view: "unassigned", label: "Waiting", key: "u" },
  { view: "bot", label: "Assistant", key: "b" },
  { view: "closed", label: "Closed", key: "c" },
];

export function isView(name: string | undefined): name is View {
  return VIEWS.some(({ view }) => view === name);
}

export function belongs(line: ConversationSummary, view: View, me: string): boolean {
  switch (view) {
    case "mine":
      return line.state === "with_agent" && line.agent?.id === me;
    case "unassigned":
      return line.state === "waiting";
    case "bot":
      return line.state === "with_bot";
    case "closed":
      return line.state === "closed";
  }
}

/** Who waits longest comes first; elsewhere what moved last comes first. */
function order(view: View): (a: ConversationSummary, b: ConversationSummary) => number {
  if (view === "unassigned")
    return (a, b) =>
      (a.waiting_since ?? a.updated_at).localeCompare(b.waiting_since ?? b.updated_at) || a.id.localeCompare(b.id);
  return (a, b) => b.updated_at.localeCompare(a.updated_at) || a.id.localeCompare(b.id);
}

function matches(line: ConversationSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const hay =
    `${customerName(line.customer)} ${line.customer.email ?? ""} ${line.customer.customer_number ?? ""} ${line.preview?.text ?? ""} ${line.account}`.toLowerCase();
  return words.every((word) => hay.includes(word));
}

/** The ids of a view as they would stand if nobody were reading. */
export function liveIds(book: Book, view: View, me: string, search: string): string[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return [...book.values()]
    .filter((line) => belongs(line, view, me) && matches(line, words))
    .sort(order(view))
    .map((line) => line.id);
}

export interface Settled {
  ids: readonly string[];
  /** How many wait behind the pill. */
  fresh: number;
}

/**
 * What is shown, given what was shown before. While the list is read nothing moves: lines stay where they are, even those
 * that left the view; what would stand below the last one (the next page) is added there; all else waits.
 */
export function settle(shown: readonly string[], live: readonly string[], reading: boolean): Settled {
  if (!reading || shown.length === 0) return { ids: live, fresh: 0 };
  const known = new Set(shown);
  const lastKnown = live.findLastIndex((id) => known.has(id));
  const below = live.slice(lastKnown + 1);
  const fresh = live.slice(0, lastKnown + 1).filter((id) => !known.has(id)).length;
  return { ids: below.length === 0 ? shown : [...shown, ...below], fresh };
}

export type Age = "calm" | "soon" | "late";
const SOON_MS = 5 * 60_000;
const LATE_MS = 10 * 60_000;

/** Amber after five minutes of waiting, red after ten. */
export function age(waitingMs: number): Age {
  if (waitingMs >= LATE_MS) return "late";
  return waitingMs >= SOON_MS ? "soon" : "calm";
}

/** "12", "999", "1.2k": short enough for a tab. */
export function short(count: number): string {
  if (count < 1000) return String(count);
  return `${(Math.floor(count / 100) / 10).toString()}k`;
}
