import { SegmentedControl } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await, Bones } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { articleAt } from "../articles/addresses";
import { count } from "../articles/words";
import { keys, type Run, workbenchApi } from "./api";
import { Figures } from "./Figures";
import { place } from "./measures";
import { subjectWords } from "./Workbench";
import css from "./workbench.module.css";

const AT_ONCE = 100;

/** Whether a question did not get what it should: no right answer on top, or an answer where there is none. */
export function isMissed({ expected, rank, confident }: Run["rows"][number]): boolean {
  return expected.length === 0 ? confident : rank !== 1;
}

function Found({ row }: { row: Run["rows"][number] }) {
  const right = new Set(row.expected.map(({ article_id }) => article_id));
  return (
    <ol className={css.found}>
      {row.found.slice(0, 5).map(({ article_id, title, locale, score }) => (
        <li key={`${article_id} ${locale}`} data-right={right.has(article_id) || undefined}>
          <Link className={css.quiet} to={articleAt(article_id, locale)}>
            {title}
          </Link>
          <span className={css.meta}>
            {" "}
            {Math.round(score * 100)} %{right.has(article_id) && " · right"}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** One measurement with what every question found. */
export function RunPage() {
  const id = useParams()["id"] ?? "";
  const [only, setOnly] = useState("missed");
  const [shownRows, setShown] = useState(AT_ONCE);
  const run = useQuery({ queryKey: keys.run(id), queryFn: () => workbenchApi.run(id) });
  useEffect(() => {
    document.title = "Measurement · Warmline";
  }, []);
  const it = run.data;
  const rows = it?.rows.filter((row) => only === "all" || isMissed(row)) ?? [];
  return (
    <section className={css.pane} aria-label="Measurement">
      <div className={css.column}>
        <Link to="/knowledge/workbench" className={css.back}>
          <IconArrowLeft size={16} aria-hidden="true" />
          Workbench
        </Link>
        {run.isPending && (
          <Await what="Loading the measurement" bare>
            <Bones rows={8} height={18} />
          </Await>
        )}
        {run.isError && <ProblemNote problem={asProblem(run.error)} retry={() => void run.refetch()} />}
        {it && (
          <>
            <header>
              <h2 className={css.title}>{subjectWords(it)}</h2>
              <p className={css.meta}>
                {it.by} · <Ago at={it.at} /> · {count(it.rows.length, "query", "queries")} in{" "}
                {(it.took_ms / 1000).toFixed(1)} s
              </p>
            </header>
            <section className={css.card}>
              <Figures of={it.figures} />
            </section>
            <section className={css.card} aria-labelledby="rows">
              <div className={css.cardHead}>
                <h3 id="rows" className={css.subtitle}>
                  Questions
                </h3>
                <SegmentedControl
                  size="xs"
                  aria-label="Which questions"
                  value={only}
                  onChange={setOnly}
                  data={[
                    { value: "missed", label: `Not on top (${it.rows.filter(isMissed).length})` },
                    { value: "all", label: `All (${it.rows.length})` },
                  ]}
                />
              </div>
              {rows.length === 0 && <p className={css.meta}>Every question found its right answer first.</p>}
              <ul className={css.rows}>
                {rows.slice(0, shownRows).map((row) => (
                  <li key={row.query_id} className={css.rowItem}>
                    <div>
                      <p className={css.question}>{row.text}</p>
                      <p className={css.meta}>
                        {row.expected.length === 0
                          ? row.confident
                            ? "Nothing answers this, and the search was sure all the same"
                            : "Nothing answers this, and the search said so"
                          : `Right answer: ${place(row.rank)}`}
                        {row.expected.length > 0 && !row.confident && " · not sure enough to answer"}
                      </p>
                    </div>
                    <Found row={row} />
                  </li>
                ))}
              </ul>
              {rows.length > shownRows && (
                <button type="button" className={css.link} onClick={() => setShown(shownRows + AT_ONCE)}>
                  Show more of {rows.length}
                </button>
              )}
            </section>
          </>
        )}
      </div>
    </section>
  );
}
