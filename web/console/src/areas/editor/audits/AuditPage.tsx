import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await } from "../../../ui/Await";
import { Html } from "../../../ui/Html";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago, Stamp } from "../../../ui/Time";
import { articleAt, compareAt } from "../articles/addresses";
import { articlesApi } from "../articles/api";
import { keys as articleKeys } from "../articles/queries";
import { localeWords } from "../articles/words";
import { type Audit, auditsApi, keys } from "./api";
import { Asked, Checklist } from "./Checklist";
import css from "./audits.module.css";
import { quarterWords, STATES } from "./words";

const AUTHORS: Readonly<Record<Audit["messages"][number]["author"], string>> = {
  customer: "Customer",
  bot: "Assistant",
  agent: "Agent",
  system: "Note",
};

function Case({ audit }: { audit: Audit }) {
  const mayRead = useMay("conversation.read");
  if (audit.conversation_id === null)
    return (
      <p className={css.meta}>Nobody used this article in the last 90 days, so there is no conversation to look at.</p>
    );
  return (
    <>
      {audit.messages.length === 0 && (
        <p className={css.meta}>The words of this conversation are not kept any more. Judge the article by itself.</p>
      )}
      <ol className={css.messages}>
        {audit.messages.map(({ author, text, at, is_case }, place) => (
          <li key={place} className={css.message} data-author={author} data-case={is_case || undefined}>
            <p className={css.meta}>
              {AUTHORS[author]}
              {author === "bot" && " · automated"} · <Stamp at={at} />
              {is_case && <strong className={css.here}> · with this article</strong>}
            </p>
            <p className={css.words} dir="auto">
              {text}
            </p>
          </li>
        ))}
      </ol>
      {mayRead && (
        <Link className={css.accent} to={`/desk/all/${audit.conversation_id}`}>
          Open the conversation
        </Link>
      )}
    </>
  );
}

function AsItWas({ audit }: { audit: Audit }) {
  const go = useNavigate();
  const { article_id, locale, revision, article } = audit;
  const isKept = article.markdown !== null;
  const shown = useQuery({
    queryKey: [...articleKeys.translation(article_id, locale), "revision", revision],
    queryFn: () => articlesApi.revision(article_id, locale, revision),
    enabled: isKept,
    staleTime: Infinity,
  });
  return (
    <>
      <p className={css.meta}>
        <Link className={css.accent} to={articleAt(article_id, locale)}>
          Open the article
        </Link>
        {article.latest !== null && article.latest > revision && (
          <>
            {" · "}
            <Link className={css.accent} to={compareAt(article_id, locale, revision, article.latest)}>
              what changed until revision {article.latest}
            </Link>
          </>
        )}
      </p>
      {!isKept && <p className={css.meta}>This revision is not kept here.</p>}
      {isKept && shown.isPending && <Await what="Loading the article" bare />}
      {isKept && shown.isError && (
        <pre className={css.source} dir="auto">
          {article.markdown}
        </pre>
      )}
      {shown.data && (
        <div className={css.article} dir="auto" lang={locale}>
          <Html source={shown.data.html} open={(id) => void go(articleAt(id))} />
        </div>
      )}
    </>
  );
}

function Ended({ audit }: { audit: Audit }) {
  const next = useQuery({
    queryKey: keys.next(audit.quarter, audit.id),
    queryFn: () => auditsApi.list(audit.quarter, "open", null),
    select: ({ items }) => items.find(({ id }) => id !== audit.id),
  });
  return (
    <>
      <p className={css.verdict} data-kind={audit.state} role="status">
        {audit.state === "passed"
          ? "Passed: everything was right."
          : "Failed: the article is suggested to nobody until a new audit of it passes, and its owner has a task."}
      </p>
      {audit.note && (
        <p className={css.plain} dir="auto">
          “{audit.note}”
        </p>
      )}
      <div className={css.actions}>
        {audit.state === "failed" && (
          <Button component={Link} to={articleAt(audit.article_id, audit.locale)}>
            Put the article right
          </Button>
        )}
        {next.data && (
          <Button variant="filled" component={Link} to={`/knowledge/audits/${next.data.id}`} data-next>
            Next audit
          </Button>
        )}
      </div>
    </>
  );
}

/** One audit: what happened, the article as it was then, and the checklist. */
export function AuditPage() {
  const id = useParams()["id"] ?? "";
  const found = useQuery({ queryKey: keys.one(id), queryFn: () => auditsApi.one(id) });
  const audit = found.data;
  useEffect(() => {
    document.title = `${audit?.title ?? "Audit"} · Warmline`;
  }, [audit?.title]);
  return (
    <section className={css.pane} aria-label="Audit">
      <div className={css.column} data-roomy>
        <Link to="/knowledge/audits" className={css.back}>
          <IconArrowLeft size={16} aria-hidden="true" />
          All audits
        </Link>
        {found.isPending && <Await what="Loading the audit" />}
        {found.isError && <ProblemNote problem={asProblem(found.error)} retry={() => void found.refetch()} />}
        {audit && (
          <>
            <header>
              <h2 className={css.title} dir="auto">
                {audit.title}
              </h2>
              <p className={css.meta}>
                {localeWords(audit.locale)} · revision {audit.revision} · {quarterWords(audit.quarter)} ·{" "}
                {STATES[audit.state]}
                {audit.auditor && ` by ${audit.auditor}`}
                {audit.done_at && (
                  <>
                    {" "}
                    <Ago at={audit.done_at} />
                  </>
                )}
                {audit.article.withheld && " · suggested to nobody now"}
              </p>
            </header>
            <div className={css.halves}>
              <div className={css.half}>
                <section aria-labelledby="case">
                  <h3 id="case" className={css.subtitle}>
                    What happened
                  </h3>
                  <Case audit={audit} />
                </section>
                <section aria-labelledby="was">
                  <h3 id="was" className={css.subtitle}>
                    The article as it was
                  </h3>
                  <AsItWas audit={audit} />
                </section>
              </div>
              <section className={css.desk} aria-labelledby="list" data-ended={audit.state !== "open" || undefined}>
                <h3 id="list" className={css.subtitle}>
                  Checklist
                </h3>
                {audit.state === "open" ? (
                  <Checklist key={audit.id} audit={audit} />
                ) : (
                  <>
                    <Ended audit={audit} />
                    <Asked audit={audit} />
                  </>
                )}
              </section>
            </div>
          </>
        )}
      </div>
    </section>
  );
}
