import { Button } from "@mantine/core";
import { IconPackage } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link } from "react-router";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago, Due } from "../../../ui/Time";
import { articleAt } from "../articles/addresses";
import { PublishDialog } from "../articles/publish/PublishDialog";
import type { Release as Published } from "../articles/types";
import { count, localeWords } from "../articles/words";
import { keys, type Line, releasesApi, type Waiting } from "./api";
import { GateLimits } from "./GateLimits";
import { ReleaseState } from "./ReleaseState";
import css from "./releases.module.css";
import { changesWords, stepWords } from "./words";

const WATCH_MS = 1_500;
const SHOWN = 8;

function WaitingPart() {
  const mayPublish = useMay("knowledge.publish");
  const queries = useQueryClient();
  const [publishing, setPublishing] = useState<readonly Waiting[] | null>(null);
  const [all, setAll] = useState(false);
  const waiting = useQuery({ queryKey: keys.waiting, queryFn: releasesApi.waiting });
  const items = waiting.data?.items ?? [];
  if (waiting.isPending) return null;
  if (waiting.isError) return <ProblemNote problem={asProblem(waiting.error)} retry={() => void waiting.refetch()} />;
  if (items.length === 0)
    return (
      <p className={css.meta}>Nothing waits. What is approved appears here until it is published or its time comes.</p>
    );
  return (
    <>
      <ul className={css.waiting}>
        {(all ? items : items.slice(0, SHOWN)).map((item) => (
          <li key={`${item.article_id} ${item.locale}`} className={css.waitingLine}>
            <Link to={articleAt(item.article_id, item.locale)} className={css.link}>
              {item.title}
            </Link>
            <span className={css.meta}>
              {localeWords(item.locale)}
              {item.what === "publish"
                ? item.published === null
                  ? " · new"
                  : ` · revision ${item.revision} replaces ${item.published}`
                : " · will be taken from readers"}
              {item.approved_by && ` · approved by ${item.approved_by}`}
              {item.publish_at && (
                <>
                  {" · planned "}
                  <Due at={item.publish_at} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <div className={css.actions}>
        {items.length > SHOWN && (
          <Button variant="subtle" size="xs" onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${items.length}`}
          </Button>
        )}
        {mayPublish ? (
          <Button variant="filled" onClick={() => setPublishing(items)}>
            Publish {count(items.length, "text")}
          </Button>
        ) : (
          <p className={css.meta}>Editors and approvers can publish (permission “knowledge.publish”).</p>
        )}
      </div>
      {publishing && (
        <PublishDialog
          items={publishing}
          publish={async (note, override) =>
            (await releasesApi.publish(
              publishing.map(({ article_id, locale }) => ({ article_id, locale })),
              note,
              override,
            )) as unknown as Published
          }
          close={() => setPublishing(null)}
          done={() => {
            setPublishing(null);
            void queries.invalidateQueries({ queryKey: keys.all });
            void queries.invalidateQueries({ queryKey: ["articles"] });
          }}
        />
      )}
    </>
  );
}

function Row({ line }: { line: Line }) {
  return (
    <tr className={css.row} data-served={line.served || undefined}>
      <td>
        <Link to={`/knowledge/releases/${line.number}`} className={css.link}>
          Release {line.number}
        </Link>
        {line.note && <p className={css.note}>{line.note}</p>}
      </td>
      <td>
        <ReleaseState of={line} />
        {line.state === "building" && <p className={css.meta}>{stepWords(line.step)}</p>}
        {line.overridden && <p className={css.meta}>Against the gate</p>}
      </td>
      <td className={css.wide}>{changesWords(line.changes_count)}</td>
      <td className={css.wide}>{line.by.name}</td>
      <td className={css.time}>
        <Ago at={line.built_at ?? line.started_at} />
      </td>
    </tr>
  );
}

/** What waits for the next release, and every release that was. */
export function ReleaseList() {
  const pages = useInfiniteQuery({
    queryKey: keys.list,
    queryFn: ({ pageParam }) => releasesApi.list(pageParam),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.next_cursor === null ? undefined : Number(last.next_cursor)),
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items.some(({ state: now }) => now === "building") ? WATCH_MS : 30_000,
  });
  const lines = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  useEffect(() => {
    document.title = "Releases · Warmline";
  }, []);
  return (
    <section className={css.pane} aria-label="Releases">
      <div className={css.column}>
        <h2 className={css.title}>Releases</h2>
        <section className={css.card} aria-labelledby="waiting">
          <h3 id="waiting" className={css.subtitle}>
            Waiting to be published
          </h3>
          <WaitingPart />
        </section>
        <GateLimits />
        {pages.isPending && (
          <Await what="Loading releases" bare>
            <Bones rows={6} height={20} />
          </Await>
        )}
        {pages.isError && lines.length === 0 && (
          <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />
        )}
        {pages.isSuccess && lines.length === 0 && (
          <Empty icon={<IconPackage size={28} stroke={1.5} />} title="Nothing was published yet">
            The first release is made when an approved article is published.
          </Empty>
        )}
        {lines.length > 0 && (
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">Release</th>
                <th scope="col">State</th>
                <th scope="col" className={css.wide}>
                  What changed
                </th>
                <th scope="col" className={css.wide}>
                  By
                </th>
                <th scope="col" className={css.time}>
                  When
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <Row key={line.number} line={line} />
              ))}
            </tbody>
          </table>
        )}
        {pages.hasNextPage && (
          <Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older releases
          </Button>
        )}
      </div>
    </section>
  );
}
