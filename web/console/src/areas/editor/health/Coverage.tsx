import { IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { count, typeWords } from "../articles/words";
import { healthApi, keys, type Workflow } from "./api";
import { counted, percent } from "./evidence";
import { Pages } from "./Health";
import css from "./health.module.css";

/** Below this share more questions of a workflow fail than find an answer. */
const FAILING = 0.5;

const articlesWords = (types: Readonly<Record<string, number>>): string =>
  counted(types)
    .map(({ name, count: many }) => count(many, name === "faq" ? "FAQ" : typeWords(name).toLowerCase()))
    .join(", ");

function Row({ flow }: { flow: Workflow }) {
  return (
    <tr>
      <th scope="row" className={css.flow}>
        {flow.title}
      </th>
      <td className={css.end}>{flow.questions.toLocaleString("en")}</td>
      <td className={css.barCell}>
        {flow.share === null ? (
          <span className={css.meta}>nobody asked</span>
        ) : (
          <span className={css.bar}>
            <span className={css.track} aria-hidden="true">
              <span className={css.fill} data-failing={flow.share < FAILING || undefined} style={{ inlineSize: `${flow.share * 100}%` }} />
            </span>
            <span className={css.share}>{percent(flow.share)}</span>
          </span>
        )}
      </td>
      <td className={css.wide}>
        {flow.articles === 0 ? (
          <strong className={css.lacking}>none</strong>
        ) : (
          articlesWords(flow.types)
        )}
      </td>
      <td className={css.end}>
        {flow.gaps > 0 ? (
          <Link className={css.accent} to="/knowledge/health?kind=gap">
            {count(flow.gaps, "gap")}
          </Link>
        ) : (
          <span className={css.meta}>none</span>
        )}
      </td>
    </tr>
  );
}

/** How well each workflow of the last ninety days is covered: what was asked, and the share that found an answer. */
export function Coverage() {
  const found = useQuery({ queryKey: keys.coverage, queryFn: healthApi.coverage });
  useEffect(() => {
    document.title = "Coverage · Warmline";
  }, []);
  const flows = found.data?.workflows ?? [];
  const published = articlesWords(found.data?.types ?? {});
  return (
    <section className={css.pane} aria-label="Coverage">
      <div className={css.column}>
        <header className={css.head}>
          <h2 className={css.title}>Health</h2>
          <Pages />
        </header>
        {found.isPending && (
          <Await what="Loading the coverage" bare>
            <Bones rows={8} height={20} />
          </Await>
        )}
        {found.isError && <ProblemNote problem={asProblem(found.error)} retry={() => void found.refetch()} />}
        {found.isSuccess && flows.length === 0 && (
          <Empty icon={<IconRoute size={28} stroke={1.5} />} title="No workflow was used yet">
            As soon as customers talk to the assistant, each step of its work stands here with the share of questions that
            found an answer.
          </Empty>
        )}
        {flows.length > 0 && (
          <>
            <p className={css.meta}>
              Questions of the last 90 days. Answered: an article was found with confidence.
              {published && ` Published: ${published}.`}
            </p>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col">Workflow</th>
                  <th scope="col" className={css.end}>
                    Questions
                  </th>
                  <th scope="col">Answered</th>
                  <th scope="col" className={css.wide}>
                    Articles about it
                  </th>
                  <th scope="col" className={css.end}>
                    Gaps
                  </th>
                </tr>
              </thead>
              <tbody>
                {flows.map((flow) => (
                  <Row key={flow.intent} flow={flow} />
                ))}
              </tbody>
            </table>
          </>
        )}
      </div>
    </section>
  );
}
