import type { Suggestion } from "@warmline/wire/frames";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { cite, type Draft, insertAt, loadDraft, saveDraft } from "./drafts";

export interface DraftHandle {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** Puts words at the cursor of the reply and, for a suggestion, keeps its source. */
  insert: (words: string, from?: Suggestion) => void;
}

/** The draft of one conversation, and a way to write into it where the cursor is. */
export function useDraft(agent: string, conversation: string, box: RefObject<HTMLTextAreaElement | null>): DraftHandle {
  const [draft, setDraft] = useState(() => loadDraft(agent, conversation));
  const newest = useRef(draft);
  const cursor = useRef<number | null>(null);

  const change = useCallback(
    (part: Partial<Draft>) => {
      newest.current = { ...newest.current, ...part };
      setDraft(newest.current);
      saveDraft(agent, conversation, newest.current);
    },
    [agent, conversation],
  );

  const insert = useCallback(
    (words: string, from?: Suggestion) => {
      const element = box.current;
      const inReply = draft.tab === "reply" && element !== null;
      const start = inReply ? element.selectionStart : draft.reply.length;
      const end = inReply ? element.selectionEnd : draft.reply.length;
      const put = insertAt(draft.reply, words, start, end);
      cursor.current = put.cursor;
      change({ tab: "reply", reply: put.text, cited: from ? cite(draft.cited, from) : draft.cited });
    },
    [box, change, draft],
  );

  // After the words are in the box, the cursor stands behind them.
  useEffect(() => {
    if (cursor.current === null || !box.current) return;
    box.current.focus();
    box.current.setSelectionRange(cursor.current, cursor.current);
    cursor.current = null;
  }, [box, draft.reply]);

  return { draft, change, insert };
}
