import type { Gate } from "../types";
import { count } from "../words";
import css from "./publish.module.css";

const rank = (at: number | null): string => (at === null ? "not found" : `place ${at}`);

/** What the judged queries say of a release: which are answered worse, and what stands in front of the right answer. */
export function GateNote({ gate }: { gate: Gate }) {
  if (gate.queries === 0)
    return <p className={css.meta}>There are no judged queries yet, so nothing says whether answers get worse.</p>;
  if (gate.passed && gate.lost.length === 0)
    return (
      <p className={css.good}>
        All {count(gate.queries, "judged query", "judged queries")} are answered as well as before
        {gate.won.length > 0 && `, ${gate.won.length} better`}.
      </p>
    );
  return (
    <div className={css.note} data-kind={gate.passed ? "soon" : "bad"} role={gate.passed ? undefined : "alert"}>
      <p className={css.noteTitle}>
        {gate.passed
          ? `${count(gate.lost.length, "judged query", "judged queries")} of ${gate.queries} answered worse, within the limit`
          : "The judged queries refuse this release"}
      </p>
      {!gate.passed && <p>{gate.why}</p>}
      {gate.lost.length > 0 && (
        <table className={css.lost}>
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col">In front of it now</th>
            </tr>
          </thead>
          <tbody>
            {gate.lost.slice(0, 10).map(({ query_id, text, rank_before, rank_after, stolen_by }) => (
              <tr key={query_id}>
                <td>{text}</td>
                <td className={css.rank}>{rank(rank_before)}</td>
                <td className={css.rank}>{rank(rank_after)}</td>
                <td>{stolen_by?.title ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {gate.lost.length > 10 && <p className={css.meta}>and {gate.lost.length - 10} more</p>}
    </div>
  );
}
