import { IconArrowRight } from "@tabler/icons-react";
import { Link } from "react-router";
import { useMay } from "../../../session/session";
import { Ago } from "../../../ui/Time";
import { articleAt, compareAt } from "../articles/addresses";
import { count, localeWords, readable } from "../articles/words";
import type { Finding } from "./api";
import { around, counted, number, percent, sides, steps, text, texts } from "./evidence";
import css from "./health.module.css";
import { reasonWords, sourceWords } from "./words";

function Gap({ of: { data } }: { of: Finding }) {
  const asked = number(data["questions"]) ?? 0;
  const examples = texts(data["examples"]);
  const flows = steps(data["intents"]);
  const sources = counted(data["sources"]);
  const locales = counted(data["locales"]);
  const nearest = text(data["nearest"]);
  const lastAt = text(data["last_at"]);
  return (
    <>
      <p className={css.fact}>
        <strong>Asked by {count(asked, "person", "people")}</strong>
        {sources.length > 0 && ` ${sources.map(({ name }) => sourceWords(name)).join(", ")}`}
        {locales.length > 0 && ` in ${locales.map(({ name }) => localeWords(name)).join(", ")}`}
        {lastAt && (
          <>
            , last <Ago at={lastAt} />
          </>
        )}
      </p>
      {examples.length > 0 && (
        <ul className={css.examples} aria-label="Example questions">
          {examples.map((example) => (
            <li key={example} dir="auto">
              {example}
            </li>
          ))}
        </ul>
      )}
      <p className={css.meta}>
        {flows.length > 0 && `Workflow: ${flows.map(({ name, count: many }) => `${readable(name)} (${many})`).join(", ")}`}
        {flows.length > 0 && nearest && " · "}
        {nearest && (
          <>
            Nearest article:{" "}
            <Link className={css.accent} to={articleAt(nearest)}>
              {nearest}
            </Link>
            {number(data["score"]) !== null && `, ${percent(number(data["score"]) ?? 0)} likely at best`}
          </>
        )}
      </p>
    </>
  );
}

function Contradiction({ of: finding }: { of: Finding }) {
  return (
    <div className={css.sides}>
      {sides(finding).map((side) => {
        const [before, marked, after] = around(side.sentence, side.number);
        return (
          <figure key={`${side.articleId} ${side.locale} ${side.sentence}`} className={css.side}>
            <blockquote className={css.sentence} dir="auto">
              {before}
              {marked && <mark className={css.mark}>{marked}</mark>}
              {after}
            </blockquote>
            <figcaption className={css.meta}>
              <Link className={css.accent} to={articleAt(side.articleId, side.locale)} dir="auto">
                {side.title}
              </Link>{" "}
              · {localeWords(side.locale)}
            </figcaption>
          </figure>
        );
      })}
    </div>
  );
}

function Duplicate({ of: finding }: { of: Finding }) {
  const alike = number(finding.data["likeness"]);
  const titles = number(finding.data["titles"]);
  return (
    <>
      <p className={css.fact}>
        {alike !== null && <strong>{percent(alike)} alike</strong>}
        {titles !== null && `, titles ${percent(titles)}`}
      </p>
      <ul className={css.plainList}>
        {sides(finding).map(({ articleId, locale, title }) => (
          <li key={`${articleId} ${locale}`}>
            <Link className={css.accent} to={articleAt(articleId, locale)} dir="auto">
              {title}
            </Link>{" "}
            <span className={css.meta}>{localeWords(locale)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Dismissed({ of: { data } }: { of: Finding }) {
  const mayRead = useMay("conversation.read");
  const where = texts(data["conversations"]);
  return (
    <>
      <p className={css.fact}>
        <strong>
          Dismissed in {number(data["dismissed"]) ?? 0} of {count(number(data["suggested"]) ?? 0, "conversation")}
        </strong>{" "}
        of the last 30 days. It is not suggested any more, until somebody lets it be again.
      </p>
      {mayRead && where.length > 0 && (
        <p className={css.meta}>
          See for yourself:{" "}
          {where.slice(0, 5).map((id, at) => (
            <span key={id}>
              {at > 0 && ", "}
              <Link className={css.accent} to={`/desk/all/${id}`}>
                conversation {at + 1}
              </Link>
            </span>
          ))}
        </p>
      )}
    </>
  );
}

function Unhelpful({ of: { data } }: { of: Finding }) {
  const reasons = counted(data["reasons"]);
  const comments = texts(data["comments"]);
  return (
    <>
      <p className={css.fact}>
        <strong>
          No help to {number(data["unhelpful"]) ?? 0} of {count(number(data["votes"]) ?? 0, "reader")}
        </strong>
        {reasons.length > 0 &&
          `: ${reasons.map(({ name, count: many }) => `${reasonWords(name).toLowerCase()} (${many})`).join(", ")}`}
      </p>
      {comments.length > 0 && (
        <ul className={css.examples} aria-label="What readers wrote">
          {comments.map((comment) => (
            <li key={comment} dir="auto">
              {comment}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function FailedAudit({ of: { data } }: { of: Finding }) {
  const mayEdit = useMay("knowledge.edit");
  const audit = text(data["audit_id"]);
  const note = text(data["note"]);
  return (
    <>
      <p className={css.fact}>
        <strong>Audit of {text(data["quarter"])} failed.</strong> It is suggested to nobody until a new audit passes.
      </p>
      <ul className={css.wrong} aria-label="Answered with no">
        {texts(data["wrong"]).map((question) => (
          <li key={question} dir="auto">
            {question}
          </li>
        ))}
      </ul>
      {note && (
        <p className={css.plain} dir="auto">
          “{note}”
        </p>
      )}
      {mayEdit && audit && (
        <Link className={css.accent} to={`/knowledge/audits/${audit}`}>
          Open the audit
        </Link>
      )}
    </>
  );
}

function OutdatedTranslation({ of: { data } }: { of: Finding }) {
  const id = text(data["article_id"]);
  const source = text(data["source_locale"]);
  const [from, to] = [number(data["translates"]), number(data["source_revision"])];
  return (
    <p className={css.fact}>
      {localeWords(text(data["locale"]))} translates revision {from}; {localeWords(source)} is at revision {to}.{" "}
      {id && from !== null && to !== null && (
        <Link className={css.accent} to={compareAt(id, source, from, to)}>
          What changed since
        </Link>
      )}
    </p>
  );
}

const days = (value: unknown): string => count(number(value) ?? 0, "day");

function Plain({ of: { kind, data } }: { of: Finding }) {
  if (kind === "overdue_review")
    return (
      <p className={css.fact}>
        <strong>Overdue by {days(data["days"])}</strong>, was to be reviewed by {text(data["review_by"])}
      </p>
    );
  if (kind === "stale")
    return (
      <p className={css.fact}>
        <strong>Not touched for {days(data["days"])}</strong>, met by customers or agents{" "}
        {count(number(data["uses"]) ?? 0, "time")} in the last 90 days
      </p>
    );
  return (
    <p className={css.fact}>
      <strong>Met by nobody for {days(data["days"])}</strong>: neither searched, suggested, cited nor read
    </p>
  );
}

/** What a finding rests on, so that it can be judged without going anywhere. */
export function Evidence({ of }: { of: Finding }) {
  switch (of.kind) {
    case "gap":
      return <Gap of={of} />;
    case "contradiction":
      return <Contradiction of={of} />;
    case "duplicate":
      return <Duplicate of={of} />;
    case "dismissed":
      return <Dismissed of={of} />;
    case "unhelpful":
      return <Unhelpful of={of} />;
    case "failed_audit":
      return <FailedAudit of={of} />;
    case "outdated_translation":
      return <OutdatedTranslation of={of} />;
    default:
      return <Plain of={of} />;
  }
}

/** What a finding is about: its article, or the words in which it is asked. */
export function FindingTitle({ of }: { of: Finding }) {
  const isPair = of.kind === "contradiction" || of.kind === "duplicate";
  if (of.article === null || isPair) return <span dir="auto">{of.title}</span>;
  return (
    <>
      <Link className={css.titleLink} to={articleAt(of.article.id, of.article.locale)} dir="auto">
        {of.article.title}
        <IconArrowRight size={14} className={css.arrow} aria-hidden="true" />
      </Link>{" "}
      <span className={css.meta}>{localeWords(of.article.locale)}</span>
    </>
  );
}
