import { IconAlertTriangle, IconBook2, IconCheck, IconChecks, IconRobot, IconRuler2 } from "@tabler/icons-react";
import type { Message } from "@warmline/kit/thread";
import { memo } from "react";
import { Stamp } from "../../../ui/Time";
import { type Opener } from "../article/useArticle";
import { useContribute } from "../contribute/Contribute";
import { MoodWhy } from "./MoodWhy";
import type { Group } from "./rows";
import css from "./Thread.module.css";
import { Words } from "./Words";

const DELIVERED = {
  queued: "Sending",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  failed: "Not delivered",
} as const;

function Delivery({ message }: { message: Message }) {
  const state = message.delivery ?? "sent";
  return (
    <span className={css.delivery} data-failed={state === "failed" || undefined}>
      {state === "failed" ? (
        <IconAlertTriangle size={13} aria-hidden="true" />
      ) : state === "read" || state === "delivered" ? (
        <IconChecks size={13} aria-hidden="true" />
      ) : (
        <IconCheck size={13} aria-hidden="true" />
      )}
      {DELIVERED[state]}
      {message.deliveryReason !== null && `: ${message.deliveryReason}`}
    </span>
  );
}

export function Sources({ citations, open }: { citations: Message["citations"]; open: Opener }) {
  if (citations.length === 0) return null;
  return (
    <span className={css.sources}>
      {citations.map((source) => (
        <button
          key={`${source.article_id}-${source.revision}-${source.heading ?? ""}`}
          type="button"
          className={css.source}
          onClick={() => open(source)}
        >
          <IconBook2 size={13} aria-hidden="true" />
          <span dir="auto">{source.title}</span>
          <span className={css.revision}>v{source.revision}</span>
        </button>
      ))}
    </span>
  );
}

function who({ author, name, mine }: Group): string {
  switch (author) {
    case "customer":
      return name ?? "Customer";
    case "bot":
      return name ?? "Assistant";
    case "agent":
      return mine ? "You" : (name ?? "Agent");
    case "system":
      return "Warmline";
  }
}

/** What one side said in one go. Side, shape and label tell customer, assistant and colleague apart. */
export const MessageGroup = memo(function MessageGroup({
  group,
  open,
  isNewest,
}: {
  group: Group;
  open: Opener;
  isNewest: boolean;
}) {
  const contribute = useContribute();
  const isOurs = group.author === "agent";
  const last = group.messages.at(-1);
  return (
    <article
      className={css.group}
      data-author={group.author}
      data-mine={group.mine || undefined}
      aria-label={`${who(group)} wrote`}
    >
      <header className={css.byline}>
        {(group.author === "bot" || group.author === "system") && (
          <IconRobot size={14} className={css.robot} aria-hidden="true" />
        )}
        <span className={css.who} dir="auto">
          {who(group)}
        </span>
        {group.author === "bot" && <span className={css.automated}>automated</span>}
        <span className={css.at}>
          <Stamp at={group.at} />
        </span>
      </header>
      {group.messages.map((message) => (
        <div key={message.id} className={css.said}>
          <div className={css.message}>
            <div className={css.bubble}>
              <Words text={message.text} entities={message.understood?.entities ?? []} />
              <Sources citations={message.citations} open={open} />
            </div>
            {message.understood?.mood && (
              <span className={css.mood}>
                <MoodWhy understood={message.understood} />
              </span>
            )}
            {group.author === "customer" && contribute && (
              <button
                type="button"
                className={css.judge}
                title="Judge this question: which article should answer it?"
                onClick={() => contribute.judge(message.id)}
              >
                <IconRuler2 size={15} aria-hidden="true" />
                <span className="sr">Judge this question</span>
              </button>
            )}
          </div>
          {message.quickReplies.length > 0 && (
            <p className={css.offered}>Offered: {message.quickReplies.map(({ title }) => title).join(" · ")}</p>
          )}
        </div>
      ))}
      {isOurs && last && (isNewest || last.delivery === "failed") && <Delivery message={last} />}
    </article>
  );
});
