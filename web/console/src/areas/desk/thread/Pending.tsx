import { Button } from "@mantine/core";
import { IconAlertTriangle, IconClock, IconNote } from "@tabler/icons-react";
import type { Entry } from "@warmline/kit/outbox";
import type { Written } from "../../../realtime/link";
import { useLink } from "../../../realtime/LinkProvider";
import css from "./Thread.module.css";
import { Words } from "./Words";

const STATE = { waiting: "Sending", accepted: "Sent", refused: "Not sent" } as const;

/** What was written and is on its way, or was refused and can be tried again. */
export function Pending({
  entry,
  isLive,
  edit,
}: {
  entry: Entry<Written>;
  isLive: boolean;
  edit: (written: Written) => void;
}) {
  const link = useLink();
  const refused = entry.state === "refused";
  const reason =
    link.refusals.get(entry.client_id)?.detail ?? (entry.code ? `The server refused it (${entry.code}).` : null);
  return (
    <article
      className={css.group}
      data-author={entry.body.kind === "note" ? "note" : "agent"}
      data-mine
      data-pending={!refused || undefined}
      aria-label="You wrote"
    >
      {entry.body.kind === "note" && (
        <header className={css.byline}>
          <IconNote size={14} aria-hidden="true" /> <span className={css.who}>Note</span>
        </header>
      )}
      <div className={css.message}>
        <div className={css.bubble}>
          <Words text={entry.body.text} />
        </div>
      </div>
      <span className={css.delivery} data-failed={refused || undefined} role="status">
        {refused ? <IconAlertTriangle size={13} aria-hidden="true" /> : <IconClock size={13} aria-hidden="true" />}
        {refused || isLive ? STATE[entry.state] : "Waits for the connection"}
        {refused && reason !== null && `: ${reason}`}
      </span>
      {refused && (
        <span className={css.again}>
          <Button size="compact-xs" onClick={() => link.again(entry.client_id)}>
            Try again
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => {
              const written = link.discard(entry.client_id);
              if (written) edit(written);
            }}
          >
            Put back into the box
          </Button>
        </span>
      )}
    </article>
  );
}
