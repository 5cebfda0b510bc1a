import { Button, Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "../../../../api/problem";
import { useMay } from "../../../../session/session";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { Ago } from "../../../../ui/Time";
import { compareAt } from "../addresses";
import { articlesApi } from "../api";
import { mayMove } from "../article/moves";
import type { Actions } from "../article/useActions";
import { keys } from "../queries";
import type { RevisionLine, Translation } from "../types";
import { count, readable, USE_WORDS } from "../words";
import css from "./rail.module.css";

export const useRevisions = (translation: Translation | null) =>
  useQuery({
    queryKey: keys.part(translation?.article_id ?? "", translation?.locale ?? "", "revisions"),
    queryFn: () => articlesApi.revisions(translation?.article_id ?? "", translation?.locale ?? ""),
    enabled: translation !== null,
    staleTime: 15_000,
  });

function spanOf({ releases }: RevisionLine): string | null {
  const [first, last] = releases;
  if (first === undefined || first === null) return null;
  if (last === null || last === undefined) return `in releases since ${first}`;
  return first === last ? `in release ${first}` : `in releases ${first} to ${last}`;
}

/** Where the article met conversations. */
function Uses({ id }: { id: string }) {
  const mayRead = useMay("conversation.read");
  const uses = useQuery({
    queryKey: ["articles", "uses", id],
    queryFn: () => articlesApi.citedBy(id),
    staleTime: 60_000,
  });
  if (uses.isPending) return <Await what="Loading where it was used" bare />;
  if (uses.isError) return <ProblemNote problem={asProblem(uses.error)} retry={() => void uses.refetch()} />;
  const { counts, items } = uses.data;
  const known = Object.entries(counts).filter(([, times]) => times > 0);
  if (known.length === 0) return <p className={css.meta}>No conversation has met it yet.</p>;
  return (
    <>
      <dl className={css.counts}>
        {known.map(([kind, times]) => (
          <div key={kind}>
            <dt>{USE_WORDS[kind] ?? readable(kind)}</dt>
            <dd>{times.toLocaleString("en")}</dd>
          </div>
        ))}
      </dl>
      <ul className={css.plain}>
        {items.slice(0, 8).map((one) => (
          <li key={`${one.conversation_id} ${one.seq} ${one.kind}`}>
            {mayRead ? (
              <Link to={`/desk/closed/${one.conversation_id}`}>{readable(one.kind)}</Link>
            ) : (
              readable(one.kind)
            )}{" "}
            <span className={css.meta}>
              revision {one.revision}, <Ago at={one.at} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Every revision, newest first: two of them can be compared, an earlier one brought back. */
export function HistoryPanel({ translation, actions }: { translation: Translation | null; actions: Actions }) {
  const go = useNavigate();
  const revisions = useRevisions(translation);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  if (translation === null) return <p className={css.meta}>Each save makes a revision, and all are kept.</p>;
  const { article_id: id, locale, latest } = translation;
  const choose = (number: number, on: boolean): void =>
    setChosen((now) => (on ? [...now, number].slice(-2) : now.filter((one) => one !== number)));
  const [left, right] = [...chosen].sort((a, b) => a - b);
  return (
    <div className={css.history}>
      {revisions.isPending && <Await what="Loading the history" bare />}
      {revisions.isError && <ProblemNote problem={asProblem(revisions.error)} retry={() => void revisions.refetch()} />}
      {chosen.length > 0 && (
        <Button
          size="xs"
          disabled={right === undefined}
          onClick={() => left !== undefined && right !== undefined && void go(compareAt(id, locale, left, right))}
        >
          {right === undefined ? "Choose one more to compare" : `Compare ${left} with ${right}`}
        </Button>
      )}
      <ol className={css.revisions}>
        {(revisions.data?.items ?? []).map((line) => (
          <li key={line.number} className={css.revision}>
            <Checkbox
              size="xs"
              mt={2}
              checked={chosen.includes(line.number)}
              onChange={(event) => choose(line.number, event.currentTarget.checked)}
              aria-label={`Compare revision ${line.number}`}
            />
            <div>
              <p className={css.revisionTitle}>
                Revision {line.number}
                {line.number === latest && <span className={css.meta}> newest</span>}
                {line.state === "published" && <span className={css.shown}> readers see this</span>}
              </p>
              <p className={css.meta}>
                {line.author.name}, <Ago at={line.at} />
                {line.restored_from !== null && `, brought back from ${line.restored_from}`}
              </p>
              {line.note !== "" && (
                <p className={css.words} dir="auto">
                  {line.note}
                </p>
              )}
              {spanOf(line) && <p className={css.meta}>{spanOf(line)}</p>}
              <div className={css.talkActions}>
                {line.number !== latest && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    onClick={() => void go(compareAt(id, locale, line.number, latest))}
                  >
                    Compare with newest
                  </Button>
                )}
                {line.number !== latest && mayMove(translation, "restore") && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    disabled={actions.isBusy}
                    onClick={() => void actions.restore(line.number)}
                  >
                    Restore
                  </Button>
                )}
              </div>
            </div>
          </li>
        ))}
      </ol>
      <h2 className={css.groupTitle}>Used in</h2>
      <Uses id={id} />
      <p className={css.meta}>{count(latest, "revision")} in all; none is ever removed.</p>
    </div>
  );
}
