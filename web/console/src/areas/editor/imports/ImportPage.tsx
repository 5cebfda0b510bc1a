import { Button, Progress, Radio } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { articleAt } from "../articles/addresses";
import { count } from "../articles/words";
import { type Import, importsApi, keys, type Would } from "./api";
import css from "./imports.module.css";
import { ended, FORMATS, OUTCOMES, stateWords, WOULD, writes } from "./words";

const WATCH_MS = 700;
const ROW = 46;
const MOST_SHOWN = 11;
const SHOWN: readonly Would[] = ["broken", "skip", "create", "change", "keep"];
const isBusy = ({ state }: Import): boolean => state === "reading" || state === "running";

function Rows({ id, would, isDone }: { id: string; would: Would | null; isDone: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const pages = useInfiniteQuery({
    queryKey: [...keys.rows(id, would), isDone],
    queryFn: ({ pageParam }) => importsApi.rows(id, would, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 40) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);
  if (pages.isPending)
    return (
      <Await what="Loading rows" bare>
        <Bones rows={6} height={18} />
      </Await>
    );
  if (pages.isError && rows.length === 0)
    return <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />;
  if (rows.length === 0) return <p className={css.meta}>There is none of this kind.</p>;
  return (
    <div ref={scroller} className={css.scroller} style={{ blockSize: Math.min(rows.length, MOST_SHOWN) * ROW + 1 }} role="list" tabIndex={0} aria-label="Articles of the file">
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map(({ index, start, size }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={row.position}
                role="listitem"
                className={css.row}
                style={{ transform: `translateY(${start}px)`, height: size }}
              >
                <div className={css.rowMain}>
                  {row.article_id && row.locale && row.outcome && row.outcome !== "failed" ? (
                    <Link className={css.link} to={articleAt(row.article_id, row.locale)}>
                      {row.title || row.article_id}
                    </Link>
                  ) : (
                    <span className={css.name}>{row.title || row.article_id || row.source}</span>
                  )}
                  <span className={css.detail} title={row.detail || row.source}>
                    {row.detail || `${row.source}${row.locale ? ` · ${row.locale}` : ""}`}
                  </span>
                </div>
                <span className={css.mark} data-kind={row.outcome === "failed" ? "broken" : row.would}>
                  {row.outcome && row.would !== "broken" ? OUTCOMES[row.outcome] : WOULD[row.would].title}
                </span>
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function Going({ it }: { it: Import }) {
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => importsApi.cancel(it.id),
    onSuccess: (now) => queries.setQueryData(keys.one(it.id), now),
  });
  return (
    <div className={css.going}>
      <Progress
        value={it.state === "running" && it.total > 0 ? (100 * it.done) / it.total : 100}
        animated={it.state === "reading"}
        aria-label={stateWords(it)}
      />
      <div className={css.actions}>
        <p className={css.meta} role="status">
          {stateWords(it)}. You can leave this page; it goes on.
        </p>
        <Button variant="subtle" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Stop
        </Button>
      </div>
    </div>
  );
}

function Start({ it }: { it: Import }) {
  const go = useNavigate();
  const queries = useQueryClient();
  const mayOverride = useMay("knowledge.override");
  const mayPublish = useMay("knowledge.publish") && mayOverride;
  const [take, setTake] = useState<"ours" | "theirs">("ours");
  const run = useMutation({
    mutationFn: (publish: boolean) => importsApi.run(it.id, publish, take),
    onSuccess: (now) => queries.setQueryData(keys.one(it.id), now),
  });
  const remove = useMutation({
    mutationFn: () => importsApi.remove(it.id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.all });
      void go("/knowledge/imports");
    },
  });
  const many = writes(it.report, take);
  return (
    <>
      {it.report.skip > 0 && (
        <Radio.Group
          label={`${count(it.report.skip, "article was", "articles were")} edited here since the last import`}
          value={take}
          onChange={(value) => setTake(value as "ours" | "theirs")}
        >
          <div className={css.choices}>
            <Radio value="ours" label="Keep what our editors wrote" />
            <Radio value="theirs" label="Take the file's text as the next revision; ours stays in the history" />
          </div>
        </Radio.Group>
      )}
      {run.isError && <ProblemNote problem={asProblem(run.error)} />}
      <div className={css.actions}>
        <Button variant="subtle" loading={remove.isPending} onClick={() => remove.mutate()}>
          Forget this import
        </Button>
        <Button disabled={many === 0} loading={run.isPending} onClick={() => run.mutate(false)}>
          Import {count(many, "article")} as drafts
        </Button>
        {mayPublish && (
          <Button variant="filled" disabled={many === 0} loading={run.isPending} onClick={() => run.mutate(true)}>
            Import and publish
          </Button>
        )}
      </div>
    </>
  );
}

function Ended({ it }: { it: Import }) {
  const { release, why } = it.report;
  const said = ended(it.report);
  return (
    <>
      {it.state === "failed" && (
        <p className={css.bad} role="alert">
          {why ?? "The file could not be read."} Nothing was written.
        </p>
      )}
      {said.length > 0 && (
        <p className={css.plain}>{said.map(([words, many]) => `${words}: ${many.toLocaleString("en")}`).join(" · ")}</p>
      )}
      {release?.number && (
        <p className={css.plain}>
          Published in{" "}
          <Link className={css.accent} to={`/knowledge/releases/${release.number}`}>
            release {release.number}
          </Link>
          .
        </p>
      )}
      {release?.why && (
        <p className={css.bad} role="alert">
          It was imported and not published: {release.why}
        </p>
      )}
    </>
  );
}

/** One import: what would become of each article, doing it, and what did. */
export function ImportPage() {
  const id = useParams()["id"] ?? "";
  const [would, setWould] = useState<Would | null>(null);
  const found = useQuery({
    queryKey: keys.one(id),
    queryFn: () => importsApi.one(id),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? WATCH_MS : false),
  });
  const it = found.data;
  useEffect(() => {
    document.title = `${it?.name ?? "Import"} · Warmline`;
  }, [it?.name]);
  return (
    <section className={css.pane} aria-label="Import">
      <div className={css.column}>
        <Link to="/knowledge/imports" className={css.back}>
          <IconArrowLeft size={16} aria-hidden="true" />
          All imports
        </Link>
        {found.isPending && <Await what="Loading the import" />}
        {found.isError && <ProblemNote problem={asProblem(found.error)} retry={() => void found.refetch()} />}
        {it && (
          <>
            <header>
              <h2 className={css.title}>{it.name}</h2>
              <p className={css.meta}>
                {FORMATS[it.format].title} · {stateWords(it)} · {it.by.name} · <Ago at={it.at} />
              </p>
            </header>
            <section className={css.card}>
              {isBusy(it) ? <Going it={it} /> : <Ended it={it} />}
              {(it.state === "checked" || it.state === "cancelled") && <Start it={it} />}
            </section>
            {it.state !== "reading" && it.total > 0 && (
              <section className={css.card} aria-label="Articles of the file">
                <div className={css.counts} role="group" aria-label="Show">
                  <button type="button" aria-pressed={would === null} className={css.count} onClick={() => setWould(null)}>
                    <strong>{it.total.toLocaleString("en")}</strong> All
                  </button>
                  {SHOWN.filter((name) => it.report[name as "create"] > 0).map((name) => (
                    <button
                      key={name}
                      type="button"
                      aria-pressed={would === name}
                      className={css.count}
                      data-kind={name}
                      title={WOULD[name].meaning}
                      onClick={() => setWould(name)}
                    >
                      <strong>{it.report[name as "create"].toLocaleString("en")}</strong> {WOULD[name].title}
                    </button>
                  ))}
                </div>
                <Rows id={id} would={would} isDone={it.state === "done"} />
              </section>
            )}
          </>
        )}
      </div>
    </section>
  );
}
