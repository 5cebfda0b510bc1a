import { Button, CloseButton, TextInput } from "@mantine/core";
import { IconArrowUp, IconInbox, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { NavLink } from "react-router";
import { api, type View } from "../../../api/client";
import { useLink } from "../../../realtime/LinkProvider";
import { useStore } from "../../../realtime/store";
import { useSession } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { draftIds, draftsChanged } from "../composer/drafts";
import { readMarks } from "../thread/readMarks";
import { short, VIEWS } from "./lines";
import { ListLine } from "./ListLine";
import css from "./List.module.css";
import { useLines } from "./useLines";
import { useReading } from "./useReading";

const whole = <T,>(value: T): T => value;
const LINE_HEIGHT = 76;

const NOTHING: Readonly<Record<View, readonly [title: string, text: string]>> = {
  mine: ["You have no conversations", "Take one from Waiting, and it appears here."],
  unassigned: ["Nobody is waiting", "When the assistant hands a conversation over, it appears here at once."],
  bot: [
    "The assistant is idle",
    "Conversations that it is answering appear here. You can read along and take one over.",
  ],
  closed: ["Nothing closed yet", "Resolved conversations are kept here to look things up."],
};

/** What keyboard shortcuts may ask of the list. */
export interface ListHandle {
  ids: () => readonly string[];
  focusLine: (id: string) => void;
  focusSearch: () => void;
}

function ViewTabs({ view }: { view: View }) {
  const counts = useQuery({ queryKey: ["counts"], queryFn: api.counts, refetchInterval: 60_000 });
  return (
    <nav className={css.views} aria-label="Views">
      {VIEWS.map(({ view: one, label }) => (
        <NavLink key={one} to={`/desk/${one}`} className={css.view ?? ""} data-selected={one === view || undefined}>
          {label}
          {counts.data && one !== "closed" && (
            <span className={css.count} title={String(counts.data[one])}>
              {short(counts.data[one])}
            </span>
          )}
        </NavLink>
      ))}
    </nav>
  );
}

/** The list of one view, live. */
export function ListPane({
  view,
  selected,
  handle,
}: {
  view: View;
  selected: string | undefined;
  handle: Ref<ListHandle>;
}) {
  const link = useLink();
  const { me } = useSession();
  const book = useStore(link.book, whole);
  const [search, setSearch] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const reading = useReading(scroller);
  const lines = useLines(view, search, reading.now);
  useStore(draftsChanged, whole);
  const drafts = draftIds(me.id);
  const marks = useStore(readMarks, whole);

  const rows = useVirtualizer({
    count: lines.ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => lines.ids[index] ?? index,
    overscan: 6,
  });
  const items = rows.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  const { more } = lines;
  useEffect(() => {
    if (lastSeen >= lines.ids.length - 20) more();
  }, [lastSeen, lines.ids.length, more]);

  useImperativeHandle(handle, () => ({
    ids: () => lines.ids,
    focusLine: (id) => {
      const index = lines.ids.indexOf(id);
      if (index >= 0) rows.scrollToIndex(index, { align: "auto" });
      requestAnimationFrame(() =>
        scroller.current?.querySelector<HTMLElement>(`[data-line="${id}"]`)?.focus({ preventScroll: true }),
      );
    },
    focusSearch: () => searchBox.current?.focus(),
  }));

  const [title, text] = NOTHING[view];
  return (
    <section className={css.pane} aria-label="Conversations">
      <header className={css.head}>
        <ViewTabs view={view} />
        <TextInput
          ref={searchBox}
          size="xs"
          aria-label="Filter by name, number or words"
          placeholder="Filter by name, number or words"
          leftSection={<IconSearch size={14} aria-hidden="true" />}
          rightSection={
            search !== "" && <CloseButton size="xs" aria-label="Clear the filter" onClick={() => setSearch("")} />
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            setSearch("");
            event.currentTarget.blur();
          }}
        />
      </header>
      {lines.fresh > 0 && (
        <div className={css.pillSpace}>
          <Button
            className={css.pill ?? ""}
            size="compact-sm"
            radius="xl"
            variant="filled"
            leftSection={<IconArrowUp size={14} aria-hidden="true" />}
            onClick={() => {
              lines.catchUp();
              scroller.current?.scrollTo({ top: 0 });
            }}
          >
            {lines.fresh} new
          </Button>
        </div>
      )}
      <div ref={scroller} className={css.scroller} {...reading.on}>
        {lines.name === "loading" && (
          <Await what="Loading conversations">
            <Bones rows={12} height={18} />
          </Await>
        )}
        {lines.name === "failed" && lines.problem && <ProblemNote problem={lines.problem} retry={lines.retry} />}
        {lines.name === "ready" && lines.ids.length === 0 && (
          <Empty icon={<IconInbox size={28} stroke={1.5} />} title={search === "" ? title : "Nothing matches"}>
            {search === ""
              ? text
              : lines.isComplete
                ? `No conversation in this view has “${search}”.`
                : "Still looking further down…"}
          </Empty>
        )}
        <ul className={css.lines} style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const line = book.get(lines.ids[item.index] ?? "");
            return (
              line && (
                <li
                  key={item.key}
                  className={css.slot}
                  style={{ transform: `translateY(${item.start}px)`, height: item.size }}
                  aria-setsize={lines.isComplete ? lines.ids.length : -1}
                  aria-posinset={item.index + 1}
                >
                  <ListLine
                    line={line}
                    view={view}
                    me={me.id}
                    selected={line.id === selected}
                    hasDraft={drafts.has(line.id)}
                    isUnread={
                      view === "mine" && line.preview?.author === "customer" && line.last_seq > (marks[line.id] ?? 0)
                    }
                  />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </section>
  );
}
