import { createContext, type ReactNode, use, useMemo, useState } from "react";
import { useMay } from "../../../session/session";
import { ContributeDialog, type Subject } from "./ContributeDialog";
import { JudgeDialog } from "./JudgeDialog";

interface Contributing {
  /** Propose another text for an article, beginning with the one that is shown. */
  fix: (article: { article_id: string; locale: string; title: string; markdown: string }) => void;
  missing: () => void;
  /** Make a judged query of a customer's message. */
  judge: (message: string) => void;
}

const Context = createContext<Contributing | null>(null);

/** What this person can do for the knowledge base from here; null where they may not, or there is no conversation. */
export const useContribute = (): Contributing | null => use(Context);

/** Lets everything inside of a conversation propose fixes and judge questions. */
export function Contribute({ conversation, locale, children }: { conversation: string; locale: string; children: ReactNode }) {
  const may = useMay("knowledge.contribute");
  const [subject, setSubject] = useState<Subject | null>(null);
  const [judged, setJudged] = useState<string | null>(null);
  const value = useMemo<Contributing | null>(
    () =>
      may
        ? {
            fix: ({ article_id, title, markdown, locale: written }) =>
              setSubject({ kind: "fix", article_id, locale: written, title, text: markdown, conversation }),
            missing: () =>
              setSubject({ kind: "new", article_id: null, locale, title: "", text: "", conversation }),
            judge: setJudged,
          }
        : null,
    [may, conversation, locale],
  );
  return (
    <Context value={value}>
      {children}
      {subject && <ContributeDialog subject={subject} close={() => setSubject(null)} />}
      {judged !== null && (
        <JudgeDialog conversation={conversation} message={judged} close={() => setJudged(null)} />
      )}
    </Context>
  );
}
