import {
  IconAlertTriangle,
  IconArchive,
  IconCalendarEvent,
  IconCircleCheck,
  IconCircleDashed,
  IconClockExclamation,
  IconEye,
  IconEyeOff,
  IconThumbUp,
  IconWorldCheck,
} from "@tabler/icons-react";
import { exact } from "@warmline/kit/time";
import css from "./marks.module.css";
import type { State } from "./types";
import { stateWords } from "./words";

const ICONS: Readonly<Record<State, typeof IconEye>> = {
  draft: IconCircleDashed,
  in_review: IconEye,
  approved: IconThumbUp,
  published: IconWorldCheck,
  retired: IconArchive,
};

/** How far a text has got, by shape and word. */
export function StatePill({ state, bare = false }: { state: State; bare?: boolean }) {
  const Icon = ICONS[state] ?? IconCircleCheck;
  return (
    <span className={css.state} data-state={state} data-bare={bare || undefined}>
      <Icon size={14} stroke={2} aria-hidden="true" />
      <span className={bare ? "sr" : undefined}>{stateWords(state)}</span>
    </span>
  );
}

interface Flagged {
  outdated: boolean;
  overdue?: boolean;
  withheld?: boolean;
  publish_at?: string | null;
  expire_at?: string | null;
  review_by?: string | null;
}

/** What is out of the ordinary with an article; nothing where all is well. */
export function Flags({ of }: { of: Flagged }) {
  return (
    <>
      {of.withheld && (
        <span className={css.flag} data-kind="bad" title="It failed an audit and is not suggested to anybody">
          <IconEyeOff size={13} aria-hidden="true" />
          Withheld
        </span>
      )}
      {of.overdue && (
        <span
          className={css.flag}
          data-kind="bad"
          title={of.review_by ? `It was to be read again by ${of.review_by}` : "It was to be read again"}
        >
          <IconClockExclamation size={13} aria-hidden="true" />
          Overdue
        </span>
      )}
      {of.outdated && (
        <span className={css.flag} data-kind="soon" title="The text that it translates has changed since">
          <IconAlertTriangle size={13} aria-hidden="true" />
          Outdated
        </span>
      )}
      {of.publish_at && (
        <span className={css.flag} title={`To be published ${exact(of.publish_at)}`}>
          <IconCalendarEvent size={13} aria-hidden="true" />
          Scheduled
        </span>
      )}
      {of.expire_at && !of.publish_at && (
        <span className={css.flag} title={`To be taken from readers ${exact(of.expire_at)}`}>
          <IconCalendarEvent size={13} aria-hidden="true" />
          Expires
        </span>
      )}
    </>
  );
}
