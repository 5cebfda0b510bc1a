import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { Link, useNavigate } from "react-router";
import { type Command, useCommands } from "../../../../app/commands";
import { Rail } from "../../Rail";
import { articleAt, backToList, lastList } from "../addresses";
import { StatePill } from "../marks";
import { directionOf } from "../words";
import { fromParams, isNarrowed } from "./filters";
import css from "./list.module.css";
import { lineKey, useArticleLines } from "./useArticleLines";

const ROW = 32;

/** The list that the open article was chosen from, beside it: j and k go on to its neighbours. */
export function Neighbours({ id, locale }: { id: string; locale: string }) {
  const go = useNavigate();
  const filters = useMemo(() => fromParams(new URLSearchParams(lastList())), []);
  const { lines, pages } = useArticleLines(filters);
  const scroller = useRef<HTMLDivElement>(null);
  const at = lines.findIndex((line) => line.id === id && line.locale === locale);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => (lines[index] ? lineKey(lines[index]) : index),
    overscan: 10,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const lastSeen = rows.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lines.length > 0 && lastSeen >= lines.length - 30) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastSeen, lines.length]);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
    // Where the open one is, once; afterwards the list stays where it is read.
  }, [rows, at >= 0]);

  const commands = useMemo<Command[]>(() => {
    const to = (line: (typeof lines)[number] | undefined) => () => {
      if (line) void go(articleAt(line.id, line.locale));
    };
    return [
      { id: "next", title: "Next article", group: "List", keys: "j", run: to(lines[at + 1]) },
      {
        id: "previous",
        title: "Previous article",
        group: "List",
        keys: "k",
        run: to(at > 0 ? lines[at - 1] : undefined),
      },
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
            run: to(line),
          })),
      },
    ];
  }, [lines, at, go]);
  useCommands(commands);

  return (
    <Rail>
      <h2 className={css.railTitle}>
        <Link to={backToList()} className={css.railLink ?? ""}>
          {isNarrowed(filters) ? "From the filtered list" : "All articles"}
        </Link>
      </h2>
      <div ref={scroller} className={css.neighbours}>
        <ul className={css.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return (
              line && (
                <li key={item.key} className={css.neighbour} style={{ transform: `translateY(${item.start}px)` }}>
                  <Link
                    to={articleAt(line.id, line.locale)}
                    className={css.neighbourLink ?? ""}
                    aria-current={item.index === at ? "page" : undefined}
                    title={`${line.title} (${line.locale})`}
                  >
                    <StatePill state={line.state} bare />
                    <span className={css.viewName} lang={line.locale} dir={directionOf(line.locale)}>
                      {line.title}
                    </span>
                  </Link>
                </li>
              )
            );
          })}
        </ul>
      </div>
    </Rail>
  );
}
