import { Button, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowLeft } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useParams } from "react-router";
import { api } from "../../../api/client";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago, Due } from "../../../ui/Time";
import { articleAt } from "../articles/addresses";
import { localeWords } from "../articles/words";
import { type Contribution, contributionsApi, keys } from "./api";
import { compared, type Line } from "./changes";
import css from "./contributions.module.css";
import { KINDS, STATES } from "./words";

function Decide({ one }: { one: Contribution }) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [reason, setReason] = useState<string | null>(null);
  const decided = async (now: Contribution, words: string): Promise<void> => {
    queries.setQueryData(keys.one(one.id), now);
    notifications.show({ message: words });
    await queries.invalidateQueries({ queryKey: keys.all });
    await queries.invalidateQueries({ queryKey: ["articles"] });
  };
  const accept = useMutation({
    mutationFn: () => contributionsApi.accept(one.id, note.trim()),
    onSuccess: (now) => decided(now, `Accepted. A draft is made of it, and ${one.by.name} is told.`),
  });
  const decline = useMutation({
    mutationFn: () => contributionsApi.decline(one.id, (reason ?? "").trim()),
    onSuccess: (now) => decided(now, `Declined. ${one.by.name} is told why.`),
  });
  const error = accept.error ?? decline.error;
  return (
    <section className={css.card} aria-label="Decision">
      {reason === null ? (
        <TextInput
          label="Note"
          description="Optional; goes to the history of the article"
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      ) : (
        <Textarea
          label="Why it is not taken"
          description={`${one.by.name} reads this`}
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {error && <ProblemNote problem={asProblem(error)} />}
      <div className={css.actions}>
        {reason === null ? (
          <>
            <Button variant="subtle" onClick={() => setReason("")}>
              Decline
            </Button>
            <Button variant="filled" loading={accept.isPending} onClick={() => accept.mutate()}>
              Accept and make a draft
            </Button>
          </>
        ) : (
          <>
            <Button variant="subtle" onClick={() => setReason(null)}>
              Back
            </Button>
            <Button loading={decline.isPending} disabled={reason.trim() === ""} onClick={() => decline.mutate()}>
              Decline with this reason
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

/** A text by its lines, those marked that the other text does not have. */
function Lines({ lines, sign }: { lines: readonly Line[]; sign: string }) {
  return (
    <div className={css.text}>
      {lines.map(({ text, changed }, at) => (
        <p key={at} className={css.textLine} dir="auto" data-changed={changed ? sign : undefined}>
          {changed && <span className="sr">{sign === "+" ? "Added: " : "Removed: "}</span>}
          {text}
        </p>
      ))}
    </div>
  );
}

/** What was proposed; of a fix, beside the article as it was, both opened where the first change is. */
function Proposed({ one }: { one: Contribution }) {
  const article = useQuery({
    queryKey: ["article", one.article_id, one.revision, one.locale],
    queryFn: () => api.article(one.article_id ?? "", one.revision, one.locale),
    enabled: one.article_id !== null,
  });
  const was = article.data?.markdown;
  const [before, after] = useMemo(
    () => (was === undefined ? [[], one.text.split("\n").map((text) => ({ text, changed: false }))] : compared(was, one.text)),
    [was, one.text],
  );
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = box.current?.querySelector<HTMLElement>("[data-changed]");
    if (box.current && first) box.current.scrollTop = Math.max(0, first.offsetTop - box.current.clientHeight / 2);
  }, [after]);
  return (
    <div ref={box} className={css.halves} tabIndex={0} role="group" aria-label="The texts">
      {one.article_id !== null && (
        <section className={css.half} aria-labelledby="now">
          <h3 id="now" className={css.subtitle}>
            As it was
          </h3>
          {article.isPending && <Await what="Loading the article" bare />}
          {article.isError && <p className={css.meta}>{asProblem(article.error).message}</p>}
          {article.data && <Lines lines={before} sign="−" />}
        </section>
      )}
      <section className={css.half} aria-labelledby="proposed" data-proposed>
        <h3 id="proposed" className={css.subtitle}>
          As proposed
        </h3>
        <Lines lines={after} sign="+" />
      </section>
    </div>
  );
}

/** One contribution: what was proposed and why, the article as it was beside it, and the decision. */
export function ContributionPage() {
  const id = useParams()["id"] ?? "";
  const mayEdit = useMay("knowledge.edit");
  const mayRead = useMay("conversation.read");
  const found = useQuery({ queryKey: keys.one(id), queryFn: () => contributionsApi.one(id) });
  const one = found.data;
  useEffect(() => {
    document.title = `${one?.title ?? "Contribution"} · Warmline`;
  }, [one?.title]);
  return (
    <section className={css.pane} aria-label="Contribution">
      <div className={css.column} data-roomy>
        <Link to="/knowledge/contributions" className={css.back}>
          <IconArrowLeft size={16} aria-hidden="true" />
          All contributions
        </Link>
        {found.isPending && <Await what="Loading the contribution" />}
        {found.isError && <ProblemNote problem={asProblem(found.error)} retry={() => void found.refetch()} />}
        {one && (
          <>
            <header>
              <h2 className={css.title} dir="auto">
                {one.title}
              </h2>
              <p className={css.meta}>
                {KINDS[one.kind]} · {localeWords(one.locale)} · {one.by.name} · <Ago at={one.at} /> · {STATES[one.state]}
                {one.state === "open" && (
                  <span className={css.due} data-overdue={one.overdue || undefined}>
                    {one.overdue ? " · was due " : " · due "}
                    <Due at={one.due_at} />
                  </span>
                )}
              </p>
            </header>
            {one.why && (
              <blockquote className={css.why} dir="auto">
                {one.why}
              </blockquote>
            )}
            {one.conversation_id && mayRead && (
              <Link className={css.accent} to={`/desk/all/${one.conversation_id}`}>
                Open the conversation that it came from
              </Link>
            )}
            {one.similar.length > 0 && (
              <p className={css.plain}>
                Looked like{" "}
                {one.similar.map(({ article_id, locale, title, likeness }, at) => (
                  <span key={`${article_id} ${locale}`}>
                    {at > 0 && ", "}
                    <Link className={css.accent} to={articleAt(article_id, locale)}>
                      {title}
                    </Link>{" "}
                    ({Math.round(likeness * 100)} %)
                  </span>
                ))}{" "}
                when it was sent.
              </p>
            )}
            {one.decided_by && (
              <p className={css.plain}>
                {STATES[one.state]} by {one.decided_by}
                {one.reason && `: ${one.reason}`}
                {one.became && (
                  <>
                    {" · "}
                    <Link className={css.accent} to={articleAt(one.became.article_id, one.became.locale)}>
                      revision {one.became.revision} of {one.became.article_id}
                    </Link>
                  </>
                )}
              </p>
            )}
            <Proposed one={one} />
            {one.state === "open" && mayEdit && <Decide one={one} />}
            {one.state === "open" && !mayEdit && <p className={css.meta}>An editor decides (permission “knowledge.edit”).</p>}
          </>
        )}
      </div>
    </section>
  );
}
