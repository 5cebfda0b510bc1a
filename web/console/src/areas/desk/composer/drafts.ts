/** Unsent words, kept on this device per agent and conversation. They survive reloads, sign-outs and lost connections. */
import type { Suggestion } from "@warmline/wire/frames";
import { Store } from "../../../realtime/store";

export type Tab = "reply" | "note";

/** A source that goes along with the reply; `inserted` are the words it brought. */
export interface Cited {
  suggestion_id: string | null;
  article_id: string;
  revision: number;
  release: string;
  title: string;
  heading: string | null;
  snippet: string | null;
  inserted: string;
}

export interface Draft {
  tab: Tab;
  reply: string;
  note: string;
  cited: readonly Cited[];
}

export const NO_DRAFT: Draft = { tab: "reply", reply: "", note: "", cited: [] };
const MOST_CITED = 10;

/** Puts `words` where the cursor is, with a space or a new line around them where words would touch. */
export function insertAt(text: string, words: string, start: number, end: number): { text: string; cursor: number } {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const lead = before === "" || /\s$/.test(before) ? "" : " ";
  const trail = after === "" || /^\s/.test(after) ? "" : " ";
  return { text: `${before}${lead}${words}${trail}${after}`, cursor: before.length + lead.length + words.length };
}

/** Adds the suggestion's source, once per article revision and heading. */
export function cite(cited: readonly Cited[], suggestion: Suggestion): readonly Cited[] {
  const { id, article_id, revision, release, title, heading, text } = suggestion;
  const isThere = cited.some(
    (one) => one.article_id === article_id && one.revision === revision && one.heading === heading,
  );
  if (isThere || cited.length >= MOST_CITED) return cited;
  return [
    ...cited,
    { suggestion_id: id, article_id, revision, release, title, heading, snippet: text.slice(0, 240), inserted: text },
  ];
}

/** The citations as they are sent; `edited` says that the inserted words are no longer there as they were. */
export function citationUses(cited: readonly Cited[], text: string) {
  return cited.map(({ inserted, ...source }) => ({ ...source, edited: !text.includes(inserted.trim()) }));
}

const prefix = (agent: string): string => `warmline.draft.${agent}.`;

/** Counts up with every change, so that lists can mark conversations with a draft. */
export const draftsChanged = new Store(0);

function keep(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const memory = new Map<string, Draft>();

export function loadDraft(agent: string, conversation: string): Draft {
  const key = prefix(agent) + conversation;
  try {
    const found: unknown = JSON.parse(keep()?.getItem(key) ?? "null");
    if (typeof found === "object" && found !== null) return { ...NO_DRAFT, ...found };
  } catch {
    // Unreadable or forbidden storage: the memory of this tab has to do.
  }
  return memory.get(key) ?? NO_DRAFT;
}

export function saveDraft(agent: string, conversation: string, draft: Draft): void {
  const key = prefix(agent) + conversation;
  const isEmpty = draft.reply.trim() === "" && draft.note.trim() === "" && draft.cited.length === 0;
  const had = draftIds(agent).has(conversation);
  memory.delete(key);
  try {
    const stored = keep();
    if (isEmpty) stored?.removeItem(key);
    else if (stored) stored.setItem(key, JSON.stringify(draft));
    else memory.set(key, draft);
  } catch {
    // Full or forbidden storage: the words live as long as this tab.
    memory.set(key, draft);
  }
  if (had === isEmpty) draftsChanged.set(draftsChanged.read() + 1);
}

/** The conversations for which this agent has unsent words. */
export function draftIds(agent: string): ReadonlySet<string> {
  const ids = new Set<string>();
  const add = (key: string | null): void => {
    if (key?.startsWith(prefix(agent))) ids.add(key.slice(prefix(agent).length));
  };
  for (const key of memory.keys()) add(key);
  try {
    const stored = keep();
    for (let at = 0; at < (stored?.length ?? 0); at += 1) add(stored?.key(at) ?? null);
  } catch {
    // Forbidden storage: memory only.
  }
  return ids;
}
