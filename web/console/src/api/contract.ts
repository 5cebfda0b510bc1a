/** The shapes of the HTTP contract that the console reads. Event and list shapes are the generated ones of the wire. */
import type { ConversationSummary, Event, Suggestion } from "@warmline/wire/frames";

export interface SignedIn {
  agent: { id: string; name: string; email: string; roles: string[]; permissions: string[] };
  csrf: string;
}

export interface Page {
  items: ConversationSummary[];
  next_cursor: string | null;
}

export interface Counts {
  mine: number;
  unassigned: number;
  bot: number;
  closed: number;
}

export interface EventPage {
  items: Event[];
  last_seq: number;
}

export interface SuggestionPage {
  items: Suggestion[];
  release: string | null;
  took_ms: number;
}

export interface Article {
  article_id: string;
  revision: number;
  release: string;
  title: string;
  locale: string;
  markdown: string;
  updated: string | null;
}

export type SwitchScope = "global" | "account" | "intent";

export interface AiSwitch {
  scope: SwitchScope;
  key: string | null;
  off: boolean;
  by: string | null;
  at: string | null;
  reason: string | null;
}
