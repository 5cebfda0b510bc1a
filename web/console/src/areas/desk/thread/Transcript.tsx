import { Button } from "@mantine/core";
import { IconArrowDown, IconNote } from "@tabler/icons-react";
import { date } from "@warmline/kit/time";
import type { Note } from "@warmline/kit/thread";
import type { DecisionMade } from "@warmline/wire/frames";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { DeskThread } from "../../../realtime/deskThread";
import type { Written } from "../../../realtime/link";
import { useLink } from "../../../realtime/LinkProvider";
import { useStore } from "../../../realtime/store";
import { useSession } from "../../../session/session";
import { useNow } from "../../../ui/now";
import { Stamp } from "../../../ui/Time";
import type { Opener } from "../article/useArticle";
import { EventLine } from "./EventLine";
import { MessageGroup } from "./MessageGroup";
import { Pending } from "./Pending";
import { markRead, readMarks } from "./readMarks";
import { pendingRows, type Row, rows } from "./rows";
import css from "./Thread.module.css";
import { useScroll } from "./useScroll";
import { Words } from "./Words";

const ROWS_AT_ONCE = 60;

function NoteCard({ note, mine }: { note: Note; mine: boolean }) {
  return (
    <article
      className={css.group}
      data-author="note"
      aria-label={`Note by ${mine ? "you" : (note.actor.name ?? "an agent")}`}
    >
      <header className={css.byline}>
        <IconNote size={14} aria-hidden="true" />
        <span className={css.who}>Note by {mine ? "you" : (note.actor.name ?? "an agent")}</span>
        <span>for colleagues only</span>
        <span className={css.at}>
          <Stamp at={note.at} />
        </span>
      </header>
      <div className={css.bubble}>
        <Words text={note.text} />
      </div>
    </article>
  );
}

function Day({ at }: { at: string }) {
  const now = useNow(60_000);
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return <div className={css.day}>{isToday ? "Today" : date(at)}</div>;
}

interface DrawProps {
  row: Row;
  open: Opener;
  handoff: DecisionMade | null;
  isLive: boolean;
  edit: (written: Written) => void;
  /** The newest of ours: the one whose delivery is worth a line. */
  isNewest?: boolean;
}

function Draw({ row, open, handoff, isLive, edit, isNewest = false }: DrawProps): ReactNode {
  switch (row.kind) {
    case "group":
      return <MessageGroup group={row} open={open} isNewest={isNewest} />;
    case "note":
      return <NoteCard note={row.note} mine={row.mine} />;
    case "line":
      return <EventLine line={row.line} decision={row.decision} full={handoff} />;
    case "day":
      return <Day at={row.at} />;
    case "unread":
      return (
        <div className={css.unread} data-unread>
          <span>New since you last looked</span>
        </div>
      );
    case "pending":
      return <Pending entry={row.entry} isLive={isLive} edit={edit} />;
  }
}

function TypingLine({ conversation, name }: { conversation: string; name: string }) {
  const link = useLink();
  const typing = useStore(link.typing, (all) => all.get(conversation));
  const now = useNow(1_000);
  const isTyping = typing !== undefined && typing.until > now;
  return (
    <div className={css.typing} role="status" data-on={isTyping || undefined}>
      {isTyping && (
        <>
          <span className={css.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <bdi>{typing.name ?? name}</bdi> is typing
        </>
      )}
    </div>
  );
}

interface Props {
  conversation: string;
  thread: DeskThread;
  customer: string;
  open: Opener;
  edit: (written: Written) => void;
}

/** Everything that was said and done, oldest first; long ones are drawn from their end. */
export function Transcript({ conversation, thread, customer, open, edit }: Props) {
  const link = useLink();
  const { me } = useSession();
  const outbox = useStore(link.outbox, (all) => all);
  const isLive = useStore(link.phase, ({ name }) => name === "live");
  const [readSeq] = useState(() => readMarks.read()[conversation] ?? null);
  const [size, setSize] = useState(ROWS_AT_ONCE);
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const earlier = useRef<HTMLDivElement>(null);

  const all = useMemo(() => rows(thread, me.id, readSeq), [thread, me.id, readSeq]);
  const pending = useMemo(() => pendingRows(outbox, conversation), [outbox, conversation]);
  const start = Math.max(0, all.length - size);
  const drawn = all.slice(start);
  const scroll = useScroll(box, content, drawn[0]?.key, all.length > 0);

  useEffect(() => {
    if (scroll.atEnd && document.visibilityState === "visible") markRead(conversation, thread.lastSeq);
  }, [conversation, scroll.atEnd, thread.lastSeq]);

  useEffect(() => {
    const element = earlier.current;
    if (!element || start === 0) return;
    const look = new IntersectionObserver(([seen]) => seen?.isIntersecting && setSize((now) => now + ROWS_AT_ONCE), {
      root: box.current,
      rootMargin: "200px",
    });
    look.observe(element);
    return () => look.disconnect();
  }, [start]);

  const newest = drawn.findLast((row) => row.kind === "group" && row.author === "agent")?.key;
  const own = pending.length;
  const { toEnd } = scroll;
  useEffect(() => {
    if (own > 0) toEnd();
  }, [own, toEnd]);

  return (
    <div className={css.frame}>
      <div
        ref={box}
        className={css.scroller}
        tabIndex={0}
        role="log"
        aria-label={`Conversation with ${customer}`}
        data-transcript
      >
        <div ref={content} className={css.column}>
          {start > 0 && (
            <div ref={earlier} className={css.earlier}>
              Loading earlier messages…
            </div>
          )}
          {drawn.map((row) => (
            <Draw
              key={row.key}
              row={row}
              open={open}
              handoff={thread.handoffDecision}
              isLive={isLive}
              edit={edit}
              isNewest={row.key === newest}
            />
          ))}
          {pending.map((row) => (
            <Draw key={row.key} row={row} open={open} handoff={null} isLive={isLive} edit={edit} />
          ))}
          <TypingLine conversation={conversation} name={customer} />
        </div>
      </div>
      {!scroll.atEnd && (
        <Button
          className={css.newest ?? ""}
          size="compact-sm"
          radius="xl"
          leftSection={<IconArrowDown size={14} aria-hidden="true" />}
          onClick={scroll.toEnd}
        >
          Newest
        </Button>
      )}
    </div>
  );
}
