import { Button, Tooltip } from "@mantine/core";
import { IconFileText, IconPlus } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { asProblem } from "../../../../api/problem";
import { type Command, useCommands } from "../../../../app/commands";
import { useStore } from "../../../../realtime/store";
import { useMay, useSession } from "../../../../session/session";
import { Await, Bones } from "../../../../ui/Await";
import { Empty } from "../../../../ui/Empty";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articleAt, rememberList } from "../addresses";
import { draftsChanged, draftKeys } from "../article/drafts";
import { useTagLabel } from "../queries";
import type { ArticleLine } from "../types";
import { count } from "../words";
import { BulkBar } from "./BulkBar";
import { FilterBar, type FilterHandle } from "./FilterBar";
import { type Filters, fromParams, isNarrowed, NO_FILTERS, toParams } from "./filters";
import css from "./list.module.css";
import { NewArticle } from "./NewArticle";
import { Row } from "./Row";
import { SavedViews } from "./SavedViews";
import { lineKey, useArticleLines } from "./useArticleLines";

const COLUMNS = [
  ["pick", ""],
  ["name", "Title"],
  ["state", "State"],
  ["locale", "Language"],
  ["type", "Type"],
  ["owner", "Owner"],
  ["tags", "Tags"],
  ["updated", "Changed"],
] as const;
const ROW = 45;
const TALL_ROW = 62;
const whole = <T,>(value: T): T => value;

function sortOf(column: string, { sort }: Filters): "ascending" | "descending" | undefined {
  if (column === "name" && sort === "title") return "ascending";
  return column === "updated" && sort === "updated" ? "descending" : undefined;
}

/** The line that was opened last, so that the way back leads to it. */
let opened: string | null = null;

function useRowHeight(): number {
  const [narrow, setNarrow] = useState(() => window.matchMedia("(width < 768px)").matches);
  useEffect(() => {
    const media = window.matchMedia("(width < 768px)");
    const hear = () => setNarrow(media.matches);
    media.addEventListener("change", hear);
    return () => media.removeEventListener("change", hear);
  }, []);
  return narrow ? TALL_ROW : ROW;
}

/** Every translation of every article, filtered, ordered, and as many as there are. */
export function ArticleList() {
  const go = useNavigate();
  const { me } = useSession();
  const mayEdit = useMay("knowledge.edit");
  const mayPublish = useMay("knowledge.publish");
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => fromParams(params), [params]);
  const { pages, lines, total } = useArticleLines(filters);
  const tagLabel = useTagLabel();
  const [picked, setPicked] = useState<ReadonlyMap<string, ArticleLine>>(new Map());
  const lastPicked = useRef<string | null>(null);
  const [isNew, setNew] = useState(false);
  const bar = useRef<FilterHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const height = useRowHeight();
  useStore(draftsChanged, whole);
  const drafts = draftKeys(me.id);

  const search = toParams(filters).toString();
  useEffect(() => {
    document.title = "Articles · Warmline";
    rememberList(search);
  }, [search]);
  const change = useCallback((next: Filters) => setParams(toParams(next)), [setParams]);
  // What is chosen must be seen: other filters begin with nothing chosen.
  useEffect(() => setPicked(new Map()), [search]);

  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => (lines[index] ? lineKey(lines[index]) : index),
    overscan: 12,
  });
  useEffect(() => rows.measure(), [rows, height]);
  const items = rows.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastSeen >= lines.length - 60) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastSeen, lines.length]);

  const focusLine = useCallback(
    (index: number) => {
      const line = lines[index];
      if (!line) return;
      rows.scrollToIndex(index, { align: "auto" });
      const key = CSS.escape(lineKey(line));
      requestAnimationFrame(() =>
        scroller.current?.querySelector<HTMLElement>(`[data-line="${key}"]`)?.focus({ preventScroll: true }),
      );
    },
    [lines, rows],
  );

  const focused = useCallback(
    (): number =>
      lines.findIndex((line) => lineKey(line) === (document.activeElement as HTMLElement)?.dataset?.["line"]),
    [lines],
  );

  const wasRead = lines.length > 0;
  useEffect(() => {
    if (!wasRead || opened === null) return;
    const index = lines.findIndex((line) => lineKey(line) === opened);
    opened = null;
    if (index >= 0) focusLine(index);
    // Once, when the first lines are there.
  }, [wasRead]);

  const pick = useCallback(
    (line: ArticleLine, upTo: boolean) => {
      const from = lines.findIndex((one) => lineKey(one) === lastPicked.current);
      const to = lines.indexOf(line);
      lastPicked.current = lineKey(line);
      setPicked((now) => {
        const next = new Map(now);
        if (upTo && from >= 0)
          for (const one of lines.slice(Math.min(from, to), Math.max(from, to) + 1)) next.set(lineKey(one), one);
        else if (!next.delete(lineKey(line))) next.set(lineKey(line), line);
        return next;
      });
    },
    [lines],
  );

  const commands = useMemo<Command[]>(
    () => [
      {
        id: "next",
        title: "Next article",
        group: "List",
        keys: "j",
        run: () => focusLine(Math.min(lines.length - 1, focused() + 1)),
      },
      {
        id: "previous",
        title: "Previous article",
        group: "List",
        keys: "k",
        run: () => focusLine(Math.max(0, focused() - 1)),
      },
      { id: "search", title: "Search articles", group: "List", keys: "/", run: () => bar.current?.search() },
      { id: "filter", title: "Filter the list", group: "List", keys: "f", run: () => bar.current?.filter() },
      {
        id: "pick",
        title: "Choose or leave out this line",
        group: "List",
        keys: "x",
        when: mayPublish,
        run: () => {
          const line = lines[focused()];
          if (line) pick(line, false);
        },
      },
      { id: "new", title: "New article", group: "Knowledge", keys: "n", when: mayEdit, run: () => setNew(true) },
      {
        id: "articles",
        title: "Articles",
        group: "Articles",
        run: () => undefined,
        more: () =>
          lines.slice(0, 500).map((line) => ({
            id: lineKey(line),
            title: line.title,
            detail: line.locale,
            run: () => void go(articleAt(line.id, line.locale)),
          })),
      },
    ],
    [lines, focusLine, focused, pick, mayEdit, mayPublish, go],
  );
  useCommands(commands);

  const isEmpty = pages.isSuccess && lines.length === 0;
  return (
    <section className={css.pane} aria-label="Articles">
      <header className={css.head}>
        <div className={css.headLine}>
          <h2 className={css.heading}>Articles</h2>
          {total !== null && (
            <span className={css.total} role="status">
              {count(total, isNarrowed(filters) ? "match" : "text", isNarrowed(filters) ? "matches" : "texts")}
            </span>
          )}
          <span className={css.grow} />
          {mayEdit && (
            <Tooltip label="New article (n)">
              <Button
                variant="filled"
                leftSection={<IconPlus size={16} aria-hidden="true" />}
                onClick={() => setNew(true)}
              >
                New article
              </Button>
            </Tooltip>
          )}
        </div>
        <FilterBar filters={filters} change={change} handle={bar}>
          <SavedViews filters={filters} />
        </FilterBar>
      </header>
      <div
        ref={scroller}
        className={css.scroller}
        role="table"
        aria-label="Articles"
        aria-rowcount={(total ?? lines.length) + 1}
        aria-busy={pages.isFetching}
        tabIndex={-1}
        onClick={(event) => {
          const link = (event.target as HTMLElement).closest<HTMLElement>("[data-line]");
          if (link) opened = link.dataset["line"] ?? null;
        }}
      >
        <div role="rowgroup" className={css.columns}>
          <div role="row" aria-rowindex={1} className={css.grid}>
            {COLUMNS.map(([name, words]) => (
              <span key={name} role="columnheader" className={css[name]} aria-sort={sortOf(name, filters)}>
                {words || <span className="sr">Chosen</span>}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={css.rows} style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const line = lines[item.index];
            return (
              line && (
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  className={css.row}
                  data-picked={picked.has(lineKey(line)) || undefined}
                  style={{ transform: `translateY(${item.start}px)`, height: item.size }}
                >
                  <Row
                    line={line}
                    isPicked={picked.has(lineKey(line))}
                    hasDraft={drafts.has(lineKey(line))}
                    pick={pick}
                    tagLabel={tagLabel}
                    canPick={mayPublish}
                  />
                </div>
              )
            );
          })}
        </div>
        {pages.isPending && (
          <Await what="Loading articles">
            <Bones rows={14} height={20} />
          </Await>
        )}
        {pages.isError && lines.length === 0 && (
          <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />
        )}
        {isEmpty &&
          (isNarrowed(filters) ? (
            <Empty icon={<IconFileText size={28} stroke={1.5} />} title="No article matches">
              <Button size="xs" mt={8} onClick={() => change(NO_FILTERS)}>
                Show all articles
              </Button>
            </Empty>
          ) : (
            <Empty icon={<IconFileText size={28} stroke={1.5} />} title="There are no articles yet">
              {mayEdit
                ? "Write the first one; it goes to readers after a second person has approved it."
                : "Editors write articles here. What is published is found by the assistant, the desk and the help centre."}
              {mayEdit && (
                <div>
                  <Button size="xs" mt={12} onClick={() => setNew(true)}>
                    Write the first article
                  </Button>
                </div>
              )}
            </Empty>
          ))}
        {pages.isFetchNextPageError && (
          <ProblemNote problem={asProblem(pages.error)} retry={() => void fetchNextPage()} />
        )}
      </div>
      {picked.size > 0 && <BulkBar picked={[...picked.values()]} clear={() => setPicked(new Map())} />}
      {isNew && <NewArticle close={() => setNew(false)} />}
    </section>
  );
}
