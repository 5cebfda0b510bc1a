import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { asProblem, type Problem } from "../../../../api/problem";
import { useSession } from "../../../../session/session";
import { articlesApi } from "../api";
import { articleChanged, keys } from "../queries";
import type { Article, Content, Translation } from "../types";
import { incomplete } from "./content";
import { draftKey, loadDraft, saveDraft } from "./drafts";
import { begin, draftOf, isDirty, reduce, type Step, type Working } from "./working";

const QUIET_MS = 400;

export interface Conflict {
  base: number | null;
  latest: number;
  author: string;
  at: string | null;
}

export interface Writing {
  now: Working;
  step: (step: Step) => void;
  dirty: boolean;
  /** Why it cannot be saved yet, or null. */
  missing: string | null;
  /** Stores a revision; answers with the translation, or null where it was not stored. */
  save: (note?: string, merged?: { content: Content; base: number }) => Promise<Translation | null>;
  isSaving: boolean;
  problem: Problem | null;
  /** Somebody else saved first. */
  conflict: Conflict | null;
  closeConflict: () => void;
  /** False while this device cannot keep the text. */
  isKept: boolean;
}

function conflictOf(problem: Problem): Conflict {
  const { base, latest, latest_author, latest_at } = problem.more;
  return {
    base: typeof base === "number" ? base : null,
    latest: typeof latest === "number" ? latest : 0,
    author: typeof latest_author === "string" ? latest_author : "Somebody",
    at: typeof latest_at === "string" ? latest_at : null,
  };
}

/** One text being written: kept on this device with every pause, stored as a revision when asked. */
export function useWriting(
  article: Article,
  locale: string,
  translation: Translation | null,
  seed: Content,
  seedSource: number | null,
): Writing {
  const { me } = useSession();
  const queries = useQueryClient();
  const key = draftKey(article.id, locale);
  const [now, step] = useReducer(reduce, null, () => begin(translation, loadDraft(me.id, key), seed, seedSource));
  const newest = useRef(now);
  newest.current = now;
  const [isKept, setKept] = useState(true);
  const [conflict, setConflict] = useState<Conflict | null>(null);

  const keep = useCallback(() => {
    const { current } = newest;
    setKept(saveDraft(me.id, key, draftOf(current, current.found ?? new Date().toISOString())));
  }, [me.id, key]);

  // A pause in the typing is enough; going away does not wait for one.
  useEffect(() => {
    const timer = setTimeout(keep, QUIET_MS);
    return () => clearTimeout(timer);
  }, [now.content, now.source, now.saved, now.base, keep]);
  useEffect(() => {
    window.addEventListener("pagehide", keep);
    return () => {
      window.removeEventListener("pagehide", keep);
      keep();
    };
  }, [keep]);

  useEffect(() => {
    if (translation && translation.latest > (newest.current.base ?? 0))
      step({ type: "stored", translation, sent: null });
  }, [translation]);

  const storing = useMutation({
    // Without a connection it fails at once and says that the text is safe, instead of waiting without a word.
    networkMode: "always",
    mutationFn: (wanted: { content: Content; base: number | null; source: number | null; note: string }) =>
      articlesApi.save(article.id, locale, {
        base: wanted.base,
        content: wanted.content,
        note: wanted.note,
        // Said each time: without it the server takes a translation for one of the newest source.
        source_revision: locale === article.source_locale ? null : wanted.source,
      }),
    onSuccess: (stored, sent) => {
      step({ type: "stored", translation: stored, sent: sent.content, sentSource: sent.source });
      setConflict(null);
      queries.setQueryData(keys.translation(article.id, locale), stored);
      void articleChanged(queries, article.id);
    },
    onError: (error) => {
      const problem = asProblem(error);
      if (problem.code === "revision_conflict") setConflict(conflictOf(problem));
    },
  });

  const { mutateAsync } = storing;
  const save = useCallback(
    async (note = "", merged?: { content: Content; base: number }): Promise<Translation | null> => {
      const { content, base, source } = newest.current;
      const wanted = { content: merged?.content ?? content, base: merged?.base ?? base, source, note };
      if (incomplete(wanted.content) !== null) return null;
      return mutateAsync(wanted).catch(() => null);
    },
    [mutateAsync],
  );

  const problem = storing.error ? asProblem(storing.error) : null;
  return {
    now,
    step,
    dirty: isDirty(now),
    missing: incomplete(now.content),
    save,
    isSaving: storing.isPending,
    problem: problem?.code === "revision_conflict" ? null : problem,
    conflict,
    closeConflict: useCallback(() => setConflict(null), []),
    isKept,
  };
}
