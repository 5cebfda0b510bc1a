import { Button, FileButton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconPlus, IconRuler2, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "../../../api/problem";
import { type Command, useCommands } from "../../../app/commands";
import { useMay } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { articleAt } from "../articles/addresses";
import { count, localeWords } from "../articles/words";
import { type Judged, keys, type RunLine, workbenchApi } from "./api";
import { Figures } from "./Figures";
import { shown } from "./measures";
import { QueryDialog } from "./QueryDialog";
import css from "./workbench.module.css";

/** What was measured, in words. */
export function subjectWords({ release, subject }: Pick<RunLine, "release" | "subject">): string {
  if (!subject) return `Release ${release}`;
  const revision = subject.revision === null ? "unsaved text" : `revision ${subject.revision}`;
  return `${subject.article_id} (${subject.locale}), ${revision}, on ${release}`;
}

function Runs({ runs }: { runs: readonly RunLine[] }) {
  const go = useNavigate();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const pick = (id: string): void =>
    setPicked((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now.slice(-1), id]));
  const compare = (): void => {
    // Older first: the list has the newest on top.
    const order = picked.toSorted((a, b) => runs.findIndex(({ id }) => id === b) - runs.findIndex(({ id }) => id === a));
    void go(`/knowledge/workbench/compare?before=${order[0]}&after=${order[1]}`);
  };
  return (
    <>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">Compare</span>
            </th>
            <th scope="col">Measured</th>
            <th scope="col">nDCG@10</th>
            <th scope="col" className={css.wide}>
              Recall@5
            </th>
            <th scope="col" className={css.wide}>
              By
            </th>
            <th scope="col" className={css.end}>
              When
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Compare ${subjectWords(run)}`}
                  checked={picked.includes(run.id)}
                  onChange={() => pick(run.id)}
                />
              </td>
              <td>
                <Link className={css.link} to={`/knowledge/workbench/runs/${run.id}`}>
                  {subjectWords(run)}
                </Link>
              </td>
              <td className={css.number}>{shown(run.figures["ndcg@10"])}</td>
              <td className={`${css.number} ${css.wide}`}>{shown(run.figures["recall@5"])}</td>
              <td className={css.wide}>{run.by}</td>
              <td className={css.end}>
                <Ago at={run.at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={css.actions}>
        <p className={css.meta}>Choose two measurements to see what changed between them.</p>
        <Button disabled={picked.length !== 2} onClick={compare}>
          Compare
        </Button>
      </div>
    </>
  );
}

function QueryRow({ query, open }: { query: Judged; open: (query: Judged) => void }) {
  const mayEdit = useMay("knowledge.edit");
  return (
    <tr data-inactive={!query.active || undefined}>
      <td>
        {mayEdit ? (
          <button type="button" className={css.link} data-query={query.id} onClick={() => open(query)}>
            {query.text}
          </button>
        ) : (
          <span>{query.text}</span>
        )}
        <p className={css.meta}>
          {localeWords(query.locale)}
          {query.region && `, ${query.region}`}
          {query.history.length > 0 && ` · after ${count(query.history.length, "turn")}`}
          {query.source === "conversation" && " · from a conversation"}
          {!query.active && " · set aside"}
        </p>
      </td>
      <td>
        {query.expected.length === 0 ? (
          <span className={css.meta}>No article answers this</span>
        ) : (
          <ul className={css.expected}>
            {query.expected.map(({ article_id, title, heading }) => (
              <li key={`${article_id} ${heading ?? ""}`}>
                <Link className={css.quiet} to={articleAt(article_id)}>
                  {title || article_id}
                </Link>
                {title === "" && <span className={css.gone}> is gone</span>}
              </li>
            ))}
          </ul>
        )}
      </td>
      <td className={css.end}>
        <Ago at={query.updated_at} />
      </td>
    </tr>
  );
}

function QueryList({ open }: { open: (query: Judged | null) => void }) {
  const mayEdit = useMay("knowledge.edit");
  const [words, setWords] = useState("");
  const [settled] = useDebouncedValue(words.trim(), 250);
  const queries = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const pages = useInfiniteQuery({
    queryKey: keys.queries(settled, ""),
    queryFn: ({ pageParam, signal }) => workbenchApi.queries(settled, "", pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (before) => before,
  });
  const takeIn = useMutation({
    mutationFn: workbenchApi.takeIn,
    onSuccess: async ({ added, known, problems }) => {
      notifications.show({
        message: `${count(added, "query", "queries")} added, ${known} known already${
          problems[0] ? `; ${count(problems.length, "line")} left out. Line ${problems[0].line}: ${problems[0].why}` : ""
        }.`,
      });
      await queries.invalidateQueries({ queryKey: keys.allQueries });
    },
  });
  const lines = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  const commands = useMemo<Command[]>(
    () => [
      { id: "search", title: "Search judged queries", group: "List", keys: "/", run: () => field.current?.focus() },
      { id: "new", title: "New judged query", group: "Knowledge", keys: "n", when: mayEdit, run: () => open(null) },
    ],
    [mayEdit, open],
  );
  useCommands(commands);
  return (
    <section className={css.card} aria-labelledby="queries">
      <div className={css.cardHead}>
        <h3 id="queries" className={css.subtitle}>
          Judged queries {total > 0 && <span className={css.meta}>{total.toLocaleString("en")}</span>}
        </h3>
        <TextInput
          ref={field}
          size="xs"
          className={css.search}
          aria-label="Search judged queries"
          placeholder="Search"
          leftSection={<IconSearch size={14} aria-hidden="true" />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        {mayEdit && (
          <>
            <FileButton accept=".jsonl,.ndjson,application/x-ndjson" onChange={(file) => file && takeIn.mutate(file)}>
              {(props) => (
                <Button {...props} size="xs" variant="subtle" loading={takeIn.isPending}>
                  Import
                </Button>
              )}
            </FileButton>
            <Button size="xs" leftSection={<IconPlus size={14} aria-hidden="true" />} onClick={() => open(null)}>
              New query
            </Button>
          </>
        )}
      </div>
      {takeIn.isError && <ProblemNote problem={asProblem(takeIn.error)} />}
      {pages.isPending && (
        <Await what="Loading judged queries" bare>
          <Bones rows={6} height={18} />
        </Await>
      )}
      {pages.isError && lines.length === 0 && (
        <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />
      )}
      {pages.isSuccess && lines.length === 0 && (
        <Empty icon={<IconRuler2 size={28} stroke={1.5} />} title={settled ? "No query matches" : "Nothing is judged yet"}>
          {!settled &&
            "Write down questions with the articles that answer them. Every release is measured with them before it is published."}
        </Empty>
      )}
      {lines.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col">Right answers</th>
              <th scope="col" className={css.end}>
                Changed
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((query) => (
              <QueryRow key={query.id} query={query} open={open} />
            ))}
          </tbody>
        </table>
      )}
      {pages.hasNextPage && (
        <Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Show more queries
        </Button>
      )}
    </section>
  );
}

/** Measuring what is served, comparing measurements, and the questions that everything is measured with. */
export function Workbench() {
  const go = useNavigate();
  const mayEdit = useMay("knowledge.edit");
  const queries = useQueryClient();
  const [editing, setEditing] = useState<{ query: Judged | null } | null>(null);
  const runs = useQuery({ queryKey: keys.runs, queryFn: workbenchApi.runs });
  const measure = useMutation({
    mutationFn: () => workbenchApi.measure({}),
    onSuccess: (run) => {
      queries.setQueryData(keys.run(run.id), run);
      void queries.invalidateQueries({ queryKey: keys.runs });
      void go(`/knowledge/workbench/runs/${run.id}`);
    },
  });
  useEffect(() => {
    document.title = "Workbench · Warmline";
  }, []);
  const latest = runs.data?.items.find(({ subject }) => subject === null);
  return (
    <section className={css.pane} aria-label="Workbench">
      <div className={css.column}>
        <header className={css.head}>
          <h2 className={css.title}>Workbench</h2>
          {mayEdit ? (
            <Button variant="filled" loading={measure.isPending} onClick={() => measure.mutate()}>
              Measure what is served
            </Button>
          ) : (
            <p className={css.meta}>Editors can measure (permission “knowledge.edit”).</p>
          )}
        </header>
        {measure.isError && <ProblemNote problem={asProblem(measure.error)} />}
        {latest && (
          <section className={css.card} aria-labelledby="latest">
            <h3 id="latest" className={css.subtitle}>
              {subjectWords(latest)}{" "}
              <span className={css.meta}>
                <Ago at={latest.at} />, {count(latest.figures["queries"] ?? 0, "query", "queries")}
              </span>
            </h3>
            <Figures of={latest.figures} />
          </section>
        )}
        {runs.isError && <ProblemNote problem={asProblem(runs.error)} retry={() => void runs.refetch()} />}
        {runs.data && runs.data.items.length > 0 && (
          <section className={css.card} aria-labelledby="runs">
            <h3 id="runs" className={css.subtitle}>
              Measurements
            </h3>
            <Runs runs={runs.data.items} />
          </section>
        )}
        <QueryList open={(query) => setEditing({ query })} />
        {editing && <QueryDialog query={editing.query} close={() => setEditing(null)} />}
      </div>
    </section>
  );
}
