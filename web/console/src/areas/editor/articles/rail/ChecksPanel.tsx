import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { asProblem } from "../../../../api/problem";
import { useMay } from "../../../../session/session";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articleAt } from "../addresses";
import { articlesApi } from "../api";
import { keys } from "../queries";
import type { Checks, Translation } from "../types";
import { count, regionWords } from "../words";
import css from "./rail.module.css";

/** From this likeness on two articles should be one; below it they are only near each other. */
const SAME_FROM = 0.8;

export const LINK_WHY: Readonly<Record<string, string>> = {
  missing: "There is no such article.",
  retired: "That article is retired.",
  not_published: "Not published yet; publish it first or together with this.",
  itself: "This is the article itself.",
};

type Kind = "good" | "soon" | "note";

function Check({ kind, title, children }: { kind: Kind; title: string; children?: ReactNode }) {
  const Icon = { good: IconCircleCheck, soon: IconAlertTriangle, note: IconInfoCircle }[kind];
  return (
    <li className={css.check} data-kind={kind}>
      <Icon size={16} aria-hidden="true" />
      <div>
        <p>
          {kind === "soon" && <span className="sr">To be looked at: </span>}
          {title}
        </p>
        {children}
      </div>
    </li>
  );
}

export const useChecks = (translation: Translation | null) =>
  useQuery({
    queryKey: [...keys.part(translation?.article_id ?? "", translation?.locale ?? "", "checks"), translation?.latest],
    queryFn: () => articlesApi.checks(translation?.article_id ?? "", translation?.locale ?? ""),
    enabled: translation !== null,
    staleTime: 60_000,
  });

/** How many things an editor should look at before this goes to readers. */
export function warnings(checks: Checks | undefined): number {
  if (!checks) return 0;
  return (
    checks.links.filter(({ ok }) => !ok).length +
    checks.images.filter(({ ok }) => !ok).length +
    checks.similar.filter(({ likeness }) => likeness >= SAME_FROM).length +
    (checks.reading_level?.label === "hard" ? 1 : 0) +
    (checks.queries && checks.queries.losses > 0 ? 1 : 0)
  );
}

function Others({ of }: { of: Checks["similar"] }) {
  return (
    <ul className={css.plain}>
      {of.map((other) => (
        <li key={other.article_id}>
          <Link to={articleAt(other.article_id, other.locale)}>{other.title}</Link>
          <span className={css.meta}> {Math.round(other.likeness * 100)} % alike</span>
        </li>
      ))}
    </ul>
  );
}

function Found({ checks, translation }: { checks: Checks; translation: Translation }) {
  const { locale } = translation;
  const { links, images, similar, disclaimers, queries, reading_level: level } = checks;
  const badLinks = links.filter(({ ok }) => !ok);
  const waiting = links.filter(({ ok, why }) => ok && why === "not_published");
  const same = similar.filter(({ likeness }) => likeness >= SAME_FROM);
  const near = similar.filter(({ likeness }) => likeness < SAME_FROM).slice(0, 3);
  const badImages = images.filter(({ ok }) => !ok);
  return (
    <ul className={css.checks}>
      {badLinks.length > 0 ? (
        <Check kind="soon" title={`${count(badLinks.length, "link")} lead nowhere`}>
          <ul className={css.plain}>
            {badLinks.map(({ target, why }) => (
              <li key={target}>
                <code>{target}</code>
                <span className={css.meta}> {LINK_WHY[why ?? ""] ?? why}</span>
              </li>
            ))}
          </ul>
        </Check>
      ) : (
        <Check
          kind="good"
          title={
            links.length === 0 ? "No links to other articles" : `${count(links.length, "link")}, all lead somewhere`
          }
        />
      )}
      {waiting.length > 0 && (
        <Check kind="note" title="Links to articles that are not published yet">
          <ul className={css.plain}>
            {waiting.map(({ target }) => (
              <li key={target}>
                <Link to={articleAt(target)}>{target}</Link>
              </li>
            ))}
          </ul>
        </Check>
      )}
      {badImages.length > 0 && <Check kind="soon" title={`${count(badImages.length, "image")} not stored here`} />}
      {same.length > 0 ? (
        <Check kind="soon" title="Says much the same as">
          <Others of={same} />
        </Check>
      ) : (
        <Check kind="good" title="No other article says the same" />
      )}
      {near.length > 0 && (
        <Check kind="note" title="Near to it">
          <Others of={near} />
        </Check>
      )}
      {level && (
        <Check
          kind={level.label === "hard" ? "soon" : "good"}
          title={{ easy: "Easy to read", medium: "Not hard to read", hard: "Hard to read" }[level.label]}
        >
          <p className={css.meta}>
            {level.measure === "lix"
              ? `Lix ${Math.round(level.grade)}; below 40 most people read it with ease`
              : `Reading level: ${Math.max(1, Math.round(level.grade))} years of school; below 9 most people read it with ease`}
          </p>
        </Check>
      )}
      <Check
        kind="note"
        title={`${count(checks.words, "word")}, about ${count(Math.max(1, checks.reading_minutes), "minute")} to read`}
      />
      {disclaimers.length > 0 && (
        <Check kind="note" title="Shown with it">
          <ul className={css.plain}>
            {disclaimers.map((one) => (
              <li key={one.article_id}>
                <Link to={articleAt(one.article_id, locale)}>{one.title}</Link>
                <span className={css.meta}> {one.regions.map(regionWords).join(", ")}</span>
              </li>
            ))}
          </ul>
        </Check>
      )}
      {queries ? (
        <Check
          kind={queries.losses > 0 ? "soon" : "good"}
          title={`Judged queries: wins ${queries.wins}, loses ${queries.losses}`}
        >
          <Link to={`/knowledge/workbench/compare?before=${queries.before}&after=${queries.after}`}>Which ones</Link>
        </Check>
      ) : (
        <Measure translation={translation} />
      )}
    </ul>
  );
}

/** Asks every judged query of what is served with this text in it, before anybody else sees it. */
function Measure({ translation }: { translation: Translation }) {
  const queries = useQueryClient();
  const mayEdit = useMay("knowledge.edit");
  const { article_id, locale, latest } = translation;
  const measure = useMutation({
    mutationFn: () => articlesApi.measure(article_id, locale, latest),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.part(article_id, locale, "checks") }),
  });
  if (!mayEdit) return null;
  return (
    <li className={css.measure}>
      <Button size="compact-xs" loading={measure.isPending} onClick={() => measure.mutate()}>
        Measure with the judged queries
      </Button>
      {measure.isError && <p className={css.meta}>{asProblem(measure.error).message}</p>}
    </li>
  );
}

/** What was found in the newest saved revision. Nothing of it forbids to save. */
export function ChecksPanel({ translation, dirty }: { translation: Translation | null; dirty: boolean }) {
  const checks = useChecks(translation);
  if (translation === null) return <p className={css.meta}>Save the text first; then it is checked.</p>;
  if (checks.isPending) return <Await what="Checking the text" bare />;
  if (checks.isError) return <ProblemNote problem={asProblem(checks.error)} retry={() => void checks.refetch()} />;
  return (
    <>
      {dirty && <p className={css.meta}>Of revision {checks.data.revision}, as it was saved last.</p>}
      <Found checks={checks.data} translation={translation} />
    </>
  );
}
