/** Unsaved text of articles, kept on this device per person, article and language. It survives reloads and crashes. */
import { Store } from "../../../../realtime/store";
import type { Content } from "../types";

export interface Draft {
  /** The revision that the writing began from; null for a new translation. */
  base: number | null;
  content: Content;
  /** The revision of the source that the text says to translate, if the writer said so. */
  source: number | null;
  at: string;
}

/** Counts up with every change, so that lists can mark what has unsaved text. */
export const draftsChanged = new Store(0);

const prefix = (agent: string): string => `warmline.article.${agent}.`;
const memory = new Map<string, Draft>();

export const draftKey = (article: string, locale: string): string => `${article} ${locale}`;

function keep(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** Reads content that may be from an older version of the console; null where it is none. */
export function contentFrom(value: unknown): Content | null {
  if (typeof value !== "object" || value === null) return null;
  const { title, summary, text, tags, regions, accounts, audience } = value as Record<string, unknown>;
  if (typeof title !== "string" || typeof text !== "string") return null;
  return {
    title,
    summary: typeof summary === "string" ? summary : "",
    text,
    tags: isTexts(tags) ? tags : [],
    regions: isTexts(regions) ? regions : [],
    accounts: isTexts(accounts) ? accounts : [],
    audience: isTexts(audience) ? audience : ["public"],
  };
}

export function loadDraft(agent: string, key: string): Draft | null {
  const place = prefix(agent) + key;
  // What did not fit on the device is newer than what is on it.
  const here = memory.get(place);
  if (here) return here;
  try {
    const found = JSON.parse(keep()?.getItem(place) ?? "null") as Record<string, unknown> | null;
    const content = contentFrom(found?.["content"]);
    if (found !== null && content !== null) {
      const { base, source, at } = found;
      return {
        base: typeof base === "number" ? base : null,
        content,
        source: typeof source === "number" ? source : null,
        at: typeof at === "string" ? at : new Date(0).toISOString(),
      };
    }
  } catch {
    // Unreadable or forbidden storage: what there was is lost to us.
  }
  return null;
}

/** Keeps a draft, or forgets it (null). Returns whether it will outlive this tab. */
export function saveDraft(agent: string, key: string, draft: Draft | null): boolean {
  const place = prefix(agent) + key;
  const had = draftKeys(agent).has(key);
  let isSafe = true;
  memory.delete(place);
  try {
    const stored = keep();
    if (draft === null) stored?.removeItem(place);
    else if (stored) stored.setItem(place, JSON.stringify(draft));
    else throw new Error("no storage");
  } catch {
    // Full or forbidden storage: the text lives as long as this tab.
    if (draft !== null) memory.set(place, draft);
    isSafe = false;
  }
  if (had === (draft === null)) draftsChanged.set(draftsChanged.read() + 1);
  return isSafe;
}

/** The articles and languages for which this person has unsaved text. */
export function draftKeys(agent: string): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (place: string | null): void => {
    if (place?.startsWith(prefix(agent))) found.add(place.slice(prefix(agent).length));
  };
  for (const place of memory.keys()) add(place);
  try {
    const stored = keep();
    for (let at = 0; at < (stored?.length ?? 0); at += 1) add(stored?.key(at) ?? null);
  } catch {
    // Forbidden storage: memory only.
  }
  return found;
}
