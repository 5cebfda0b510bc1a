/** The text that somebody is writing: what was saved, what is on the screen, and from where they went apart. */
import type { Content, Translation } from "../types";
import { contentOf, EMPTY, sameContent } from "./content";
import type { Draft } from "./drafts";

export interface Working {
  /** The revision that the writing began from; null for a new translation. */
  base: number | null;
  saved: Content;
  content: Content;
  /** The revision of the source that the saved text translates, and the one that the writer now says it does. */
  savedSource: number | null;
  source: number | null;
  /** Counts up when the text was replaced from outside the writing surface. */
  epoch: number;
  /** When the unsaved text was written that was found on this device, while the writer has not decided about it. */
  found: string | null;
}

export type Step =
  | { type: "write"; part: Partial<Content> }
  | { type: "replace"; content: Content }
  | { type: "translates"; source: number | null }
  | { type: "keep" }
  | { type: "discard" }
  /** The server has this now; `sent` is what was saved by it, if it was us. */
  | { type: "stored"; translation: Translation; sent: Content | null; sentSource?: number | null }
  /** The writer merged their text into this newer revision. */
  | { type: "merged"; translation: Translation; content: Content };

export const isDirty = (now: Working): boolean =>
  !sameContent(now.saved, now.content) || now.source !== now.savedSource;

/**
 * Begins from what the server has and what this device kept; a new translation starts with `seed`, which is the source
 * as revision `seedSource` says it.
 */
export function begin(
  translation: Translation | null,
  draft: Draft | null,
  seed: Content = EMPTY,
  seedSource: number | null = null,
): Working {
  const saved = translation ? contentOf(translation.revision) : seed;
  const savedSource = translation ? translation.source_revision : seedSource;
  const fresh: Working = {
    base: translation?.latest ?? null,
    saved,
    content: saved,
    savedSource,
    source: savedSource,
    epoch: 0,
    found: null,
  };
  if (draft === null) return fresh;
  const source = draft.source ?? savedSource;
  if (sameContent(draft.content, saved) && source === savedSource) return fresh;
  return { ...fresh, base: draft.base, content: draft.content, source, found: draft.at };
}

function stored(now: Working, step: Extract<Step, { type: "stored" }>): Working {
  const { translation, sent } = step;
  const saved = contentOf(translation.revision);
  const savedSource = translation.source_revision;
  if (sent === null && isDirty(now)) {
    // Somebody else saved: the writing goes on from where it began, and saving it will ask for a merge.
    return now;
  }
  const isUntouched = sent === null || sameContent(now.content, sent);
  const source = now.source === (step.sentSource ?? now.savedSource) ? savedSource : now.source;
  if (!isUntouched) return { ...now, base: translation.latest, saved, savedSource, source, found: null };
  return {
    base: translation.latest,
    saved,
    content: saved,
    savedSource,
    source,
    epoch: saved.text === now.content.text ? now.epoch : now.epoch + 1,
    found: null,
  };
}

/** The next working copy. Nothing that was written is dropped except by "discard". */
export function reduce(now: Working, step: Step): Working {
  switch (step.type) {
    case "write":
      return { ...now, content: { ...now.content, ...step.part } };
    case "replace":
      return { ...now, content: step.content, epoch: now.epoch + 1 };
    case "translates":
      return { ...now, source: step.source };
    case "keep":
      return { ...now, found: null };
    case "discard":
      return { ...now, content: now.saved, source: now.savedSource, epoch: now.epoch + 1, found: null };
    case "stored":
      return stored(now, step);
    case "merged":
      return {
        ...now,
        base: step.translation.latest,
        saved: contentOf(step.translation.revision),
        savedSource: step.translation.source_revision,
        content: step.content,
        epoch: now.epoch + 1,
        found: null,
      };
  }
}

/** What this device should keep: nothing where the text is as it was saved. */
export function draftOf(now: Working, at: string): Draft | null {
  return isDirty(now) ? { base: now.base, content: now.content, source: now.source, at } : null;
}
