import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { articleAt } from "../articles/addresses";
import { count } from "../articles/words";
import { keys, type RankChange, workbenchApi } from "./api";
import { Figures } from "./Figures";
import { place } from "./measures";
import { subjectWords } from "./Workbench";
import css from "./workbench.module.css";

function Changes({ title, changes, empty }: { title: string; changes: readonly RankChange[]; empty: string }) {
  return (
    <section className={css.card}>
      <h3 className={css.subtitle}>
        {title} <span className={css.meta}>{changes.length}</span>
      </h3>
      {changes.length === 0 ? (
        <p className={css.meta}>{empty}</p>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col">In front of it now</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ query_id, text, rank_before, rank_after, stolen_by }) => (
              <tr key={query_id}>
                <td>{text}</td>
                <td className={css.number}>{place(rank_before)}</td>
                <td className={css.number}>{place(rank_after)}</td>
                <td>
                  {stolen_by ? (
                    <Link className={css.quiet} to={articleAt(stolen_by.article_id)}>
                      {stolen_by.title}
                    </Link>
                  ) : (
                    "–"
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Two measurements: the figures side by side, the questions lost and won, and who took their place. */
export function ComparePage() {
  const [params] = useSearchParams();
  const before = params.get("before") ?? "";
  const after = params.get("after") ?? "";
  const found = useQuery({
    queryKey: keys.compare(before, after),
    queryFn: () => workbenchApi.compare(before, after),
    enabled: before !== "" && after !== "",
  });
  useEffect(() => {
    document.title = "Comparison · Warmline";
  }, []);
  return (
    <section className={css.pane} aria-label="Comparison">
      <div className={css.column}>
        <Link to="/knowledge/workbench" className={css.back}>
          <IconArrowLeft size={16} aria-hidden="true" />
          Workbench
        </Link>
        <h2 className={css.title}>Before and after</h2>
        {found.isPending && found.fetchStatus !== "idle" && <Await what="Comparing" />}
        {found.isError && <ProblemNote problem={asProblem(found.error)} retry={() => void found.refetch()} />}
        {found.data && (
          <>
            <section className={css.card}>
              <p className={css.meta}>
                <Link className={css.quiet} to={`/knowledge/workbench/runs/${before}`}>
                  {subjectWords(found.data.before)}
                </Link>{" "}
                →{" "}
                <Link className={css.quiet} to={`/knowledge/workbench/runs/${after}`}>
                  {subjectWords(found.data.after)}
                </Link>
              </p>
              <Figures of={found.data.after.figures} before={found.data.before.figures} />
            </section>
            <Changes title="Lost" changes={found.data.lost} empty="No question is answered worse." />
            <Changes title="Won" changes={found.data.won} empty="No question is answered better." />
            <p className={css.meta}>{count(found.data.same, "question")} as before.</p>
          </>
        )}
      </div>
    </section>
  );
}
