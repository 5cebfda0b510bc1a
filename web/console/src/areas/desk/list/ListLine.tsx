import { IconClock, IconPencil } from "@tabler/icons-react";
import { span } from "@warmline/kit/time";
import type { ConversationSummary } from "@warmline/wire/frames";
import { memo } from "react";
import { Link } from "react-router";
import type { View } from "../../../api/client";
import { useNow } from "../../../ui/now";
import { Ago } from "../../../ui/Time";
import { MoodMark } from "../MoodMark";
import { accountWords, channelWords, customerName, outcomeWords, reasonWords } from "../words";
import { age, belongs } from "./lines";
import css from "./List.module.css";

interface Props {
  line: ConversationSummary;
  view: View;
  me: string;
  selected: boolean;
  hasDraft: boolean;
  isUnread: boolean;
}

const AUTHORS = { customer: "", bot: "Assistant: ", agent: "Us: ", system: "" } as const;

function Waiting({ since }: { since: string }) {
  const now = useNow(1_000);
  const waited = now - Date.parse(since);
  return (
    <span className={css.waiting} data-age={age(waited)} title="How long the customer has been waiting">
      <IconClock size={13} aria-hidden="true" />
      <span className="sr">waiting</span> {span(waited)}
    </span>
  );
}

/** Where a line went that no longer belongs to this view but is kept where it stood. */
function gone(line: ConversationSummary, me: string): string {
  switch (line.state) {
    case "with_agent":
      return line.agent?.id === me ? "Yours now" : `Taken by ${line.agent?.name ?? "a colleague"}`;
    case "with_bot":
      return "With the assistant now";
    case "waiting":
      return "Waiting now";
    case "closed":
      return "Closed";
  }
}

function Meta({ line, view, me }: Pick<Props, "line" | "view" | "me">) {
  if (!belongs(line, view, me)) return <span className={css.gone}>{gone(line, me)}</span>;
  const parts = [
    view !== "bot" && line.reason !== null && line.state !== "closed" ? reasonWords(line.reason) : null,
    view === "closed" && line.outcome !== null ? outcomeWords(line.outcome) : null,
    view === "closed" && line.agent !== null ? line.agent.name : null,
    `${channelWords(line.channel)}, ${accountWords(line.account)}`,
    line.locale === "en" ? null : line.locale,
  ];
  return <>{parts.filter((part) => part !== null).join(" · ")}</>;
}

/** One line of the list: who, how long, last words, why it is here. */
export const ListLine = memo(function ListLine({ line, view, me, selected, hasDraft, isUnread }: Props) {
  const name = customerName(line.customer);
  return (
    <Link
      to={`/desk/${view}/${line.id}`}
      className={css.line}
      data-line={line.id}
      data-gone={!belongs(line, view, me) || undefined}
      aria-current={selected ? "true" : undefined}
    >
      <span className={css.top}>
        {isUnread && <span className={css.unread} role="img" aria-label="New words" />}
        <span className={css.name}>
          <bdi>{name}</bdi>
        </span>
        {line.mood && <MoodMark mood={line.mood} />}
        {line.waiting_since !== null ? (
          <Waiting since={line.waiting_since} />
        ) : (
          <span className={css.when}>
            <Ago at={line.updated_at} />
          </span>
        )}
      </span>
      <span className={css.preview}>
        {hasDraft ? (
          <span className={css.draft}>
            <IconPencil size={13} aria-hidden="true" /> Draft
          </span>
        ) : null}
        {line.preview ? AUTHORS[line.preview.author] : "No words yet"}
        <bdi>{line.preview?.text}</bdi>
      </span>
      <span className={css.meta}>
        <Meta line={line} view={view} me={me} />
      </span>
    </Link>
  );
});
