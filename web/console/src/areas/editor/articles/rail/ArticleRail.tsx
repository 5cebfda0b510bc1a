import { UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, type RefObject, useRef } from "react";
import type { Actions } from "../article/useActions";
import type { Writing } from "../article/useWriting";
import type { Article, Translation } from "../types";
import { ChecksPanel, useChecks, warnings } from "./ChecksPanel";
import { CommentsPanel, useComments } from "./CommentsPanel";
import { Details } from "./Details";
import { HistoryPanel } from "./HistoryPanel";
import css from "./rail.module.css";
import { StatusCard } from "./StatusCard";
import { openCount } from "./threads";

export const PANELS = ["details", "checks", "comments", "history"] as const;
export type Panel = (typeof PANELS)[number];

const WORDS: Readonly<Record<Panel, string>> = {
  details: "Details",
  checks: "Checks",
  comments: "Comments",
  history: "History",
};

/** Everything about the text but the text: where it stands and what comes next, then what one looks up. */
export function ArticleRail({
  article,
  translation,
  writing,
  actions,
  readOnly,
  panel,
  show,
  commentBox,
  isReviewing,
}: {
  article: Article;
  translation: Translation | null;
  writing: Writing;
  actions: Actions;
  readOnly: boolean;
  panel: Panel;
  show: (panel: Panel) => void;
  commentBox: RefObject<HTMLTextAreaElement | null>;
  isReviewing: boolean;
}) {
  const checks = useChecks(translation);
  const comments = useComments(translation);
  const tabs = useRef<HTMLDivElement>(null);
  const badges: Readonly<Partial<Record<Panel, number>>> = {
    checks: warnings(checks.data),
    comments: openCount(comments.data?.items ?? []),
  };
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const at = (PANELS.indexOf(panel) + by + PANELS.length) % PANELS.length;
    const next = PANELS[at];
    if (next === undefined) return;
    event.preventDefault();
    show(next);
    tabs.current?.querySelectorAll<HTMLElement>("[role=tab]")[at]?.focus();
  };
  return (
    <div className={css.rail}>
      <StatusCard
        article={article}
        translation={translation}
        writing={writing}
        actions={actions}
        isReviewing={isReviewing}
      />
      <div ref={tabs} className={css.tabs} role="tablist" aria-label="About this text" onKeyDown={move}>
        {PANELS.map((one) => (
          <UnstyledButton
            key={one}
            role="tab"
            id={`tab-${one}`}
            aria-selected={one === panel}
            aria-controls="article-panel"
            tabIndex={one === panel ? 0 : -1}
            className={css.tab}
            onClick={() => show(one)}
          >
            {WORDS[one]}
            {(badges[one] ?? 0) > 0 && (
              <span className={css.badge} data-kind={one === "checks" ? "soon" : undefined}>
                {badges[one]}
              </span>
            )}
          </UnstyledButton>
        ))}
      </div>
      <div id="article-panel" role="tabpanel" aria-labelledby={`tab-${panel}`} className={css.panel}>
        {panel === "details" && <Details article={article} writing={writing} actions={actions} readOnly={readOnly} />}
        {panel === "checks" && <ChecksPanel translation={translation} dirty={writing.dirty} />}
        {panel === "comments" && <CommentsPanel translation={translation} box={commentBox} />}
        {panel === "history" && <HistoryPanel translation={translation} actions={actions} />}
      </div>
    </div>
  );
}
