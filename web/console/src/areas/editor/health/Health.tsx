import { IconHeartbeat } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { NavLink, useSearchParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { type Health as Counts, healthApi, keys, type Kind } from "./api";
import { Findings, SHOWN_STATES, type Shown } from "./Findings";
import css from "./health.module.css";
import { Measured } from "./Measured";
import { KINDS } from "./words";

const WATCH_MS = 1_000;
const ROUND_MS = 60_000;

/** The two pages of this part. */
export function Pages() {
  return (
    <nav className={css.pages} aria-label="Health">
      <NavLink to="/knowledge/health" end className={css.page ?? ""}>
        Findings
      </NavLink>
      <NavLink to="/knowledge/health/coverage" className={css.page ?? ""}>
        Coverage
      </NavLink>
    </nav>
  );
}

function Tiles({
  counts,
  chosen,
  choose,
}: {
  counts: Counts["counts"];
  chosen: Kind;
  choose: (kind: Kind, state: Shown) => void;
}) {
  return (
    <div className={css.tiles} role="group" aria-label="What was found">
      {KINDS.map(({ kind, title, meaning }) => {
        const { open = 0, tasked = 0 } = counts[kind] ?? {};
        return (
          <button
            key={kind}
            type="button"
            className={css.tile}
            aria-pressed={kind === chosen}
            data-none={open === 0 || undefined}
            title={meaning}
            onClick={() => choose(kind, open === 0 && tasked > 0 ? "tasked" : "open")}
          >
            <span className={css.tileTitle}>{title}</span>
            <span className={css.tileCount}>{open.toLocaleString("en")}</span>
            <span className={css.meta}>{tasked > 0 ? `${tasked.toLocaleString("en")} worked on` : "\u00a0"}</span>
          </button>
        );
      })}
    </div>
  );
}

/** What the measurements found: how much of each kind, and the findings of one. */
export function Health() {
  const queries = useQueryClient();
  const [params, setParams] = useSearchParams();
  const health = useQuery({
    queryKey: keys.health,
    queryFn: healthApi.health,
    refetchInterval: ({ state }) => (state.data?.check?.state === "running" ? WATCH_MS : ROUND_MS),
  });
  const counts = health.data?.counts ?? {};
  const worst = KINDS.find(({ kind }) => (counts[kind]?.["open"] ?? 0) > 0)?.kind ?? "contradiction";
  const kind = KINDS.find((one) => one.kind === params.get("kind"))?.kind ?? worst;
  const state = SHOWN_STATES.find((one) => one === params.get("state")) ?? "open";
  const step = health.data?.check?.state === "running" ? health.data.check.step : health.data?.measured_at;
  const before = useRef(step);
  useEffect(() => {
    // Each look that ends may have found something; the list that is read is fetched anew, not emptied.
    if (before.current !== undefined && before.current !== step)
      void queries.invalidateQueries({ queryKey: ["health", "findings"] });
    before.current = step;
  }, [queries, step]);
  useEffect(() => {
    document.title = "Health · Warmline";
  }, []);
  const choose = (next: Kind, shown: Shown): void =>
    setParams(shown === "open" ? { kind: next } : { kind: next, state: shown }, { replace: true });
  const isNew = health.data !== undefined && health.data.measured_at === null;
  const isEmpty = isNew && Object.keys(counts).length === 0;
  return (
    <section className={css.pane} aria-label="Health">
      <div className={css.column}>
        <header className={css.head}>
          <h2 className={css.title}>Health</h2>
          <Pages />
        </header>
        {health.isPending && (
          <Await what="Loading the findings" bare>
            <Bones rows={8} height={20} />
          </Await>
        )}
        {health.isError && health.data === undefined && (
          <ProblemNote problem={asProblem(health.error)} retry={() => void health.refetch()} />
        )}
        {health.data && <Measured health={health.data} />}
        {health.data && isEmpty && (
          <Empty icon={<IconHeartbeat size={28} stroke={1.5} />} title="The knowledge base was not measured yet">
            What is asked and not answered, what contradicts itself, what nobody needs: it is looked for every night, and
            whenever an editor chooses “Measure now”.
          </Empty>
        )}
        {health.data && !isEmpty && (
          <>
            <Tiles counts={counts} chosen={kind} choose={choose} />
            <Findings
              key={kind}
              kind={kind}
              state={state}
              counts={counts[kind] ?? {}}
              choose={(shown) => choose(kind, shown)}
              measured={!isNew || health.data.check !== null}
            />
          </>
        )}
      </div>
    </section>
  );
}
