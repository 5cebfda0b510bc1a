import { Button, Textarea } from "@mantine/core";
import { IconQuote, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type RefObject, useState } from "react";
import { asProblem } from "../../../../api/problem";
import { useMay } from "../../../../session/session";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { Ago } from "../../../../ui/Time";
import { articlesApi } from "../api";
import { keys } from "../queries";
import type { Comment, Translation } from "../types";
import { useSelectedWords } from "./quoting";
import css from "./rail.module.css";
import { type Thread, threads } from "./threads";

export const useComments = (translation: Translation | null) =>
  useQuery({
    queryKey: keys.part(translation?.article_id ?? "", translation?.locale ?? "", "comments"),
    queryFn: () => articlesApi.comments(translation?.article_id ?? "", translation?.locale ?? ""),
    enabled: translation !== null,
    staleTime: 15_000,
    refetchInterval: 45_000,
  });

function Said({ comment, latest }: { comment: Comment; latest: number }) {
  return (
    <div className={css.said}>
      <p className={css.who}>
        <strong>{comment.author.name}</strong> <Ago at={comment.at} />
        {comment.revision !== latest && <span> · revision {comment.revision}</span>}
      </p>
      {comment.quote && (
        <blockquote className={css.quote} dir="auto">
          {comment.quote}
        </blockquote>
      )}
      <p className={css.words} dir="auto">
        {comment.text}
      </p>
    </div>
  );
}

function Talk({
  thread,
  latest,
  maySay,
  say,
  resolve,
  isBusy,
}: {
  thread: Thread;
  latest: number;
  maySay: boolean;
  say: (text: string, to: string) => Promise<boolean>;
  resolve: (id: string, resolved: boolean) => void;
  isBusy: boolean;
}) {
  const [answer, setAnswer] = useState<string | null>(null);
  const { first, answers } = thread;
  const isDone = first.resolved_at !== null;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (answer?.trim() && (await say(answer.trim(), first.id))) setAnswer(null);
  };
  const body = (
    <>
      <Said comment={first} latest={latest} />
      {answers.map((one) => (
        <div key={one.id} className={css.answer}>
          <Said comment={one} latest={latest} />
        </div>
      ))}
      {maySay && answer === null && (
        <div className={css.talkActions}>
          <Button size="compact-xs" variant="subtle" onClick={() => setAnswer("")}>
            Answer
          </Button>
          <Button size="compact-xs" variant="subtle" disabled={isBusy} onClick={() => resolve(first.id, !isDone)}>
            {isDone ? "Open again" : "Resolve"}
          </Button>
        </div>
      )}
      {answer !== null && (
        <form className={css.answerForm} onSubmit={(event) => void submit(event)}>
          <Textarea
            aria-label="Your answer"
            autoFocus
            autosize
            minRows={2}
            maxLength={4000}
            value={answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") setAnswer(null);
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
            }}
          />
          <Button type="submit" size="xs" loading={isBusy} disabled={answer.trim() === ""}>
            Answer
          </Button>
        </form>
      )}
    </>
  );
  if (!isDone) return <li className={css.talk}>{body}</li>;
  return (
    <li className={css.talk} data-done="">
      <details>
        <summary className={css.meta}>
          Resolved by {first.resolved_by}: {first.text.slice(0, 60)}
        </summary>
        {body}
      </details>
    </li>
  );
}

/** What was said about the text, on words of it where they were selected. */
export function CommentsPanel({
  translation,
  box,
}: {
  translation: Translation | null;
  box?: RefObject<HTMLTextAreaElement | null>;
}) {
  const queries = useQueryClient();
  const mayEdit = useMay("knowledge.edit");
  const mayApprove = useMay("knowledge.approve");
  const maySay = mayEdit || mayApprove;
  const comments = useComments(translation);
  const selected = useSelectedWords();
  const [quote, setQuote] = useState<string | null>(null);
  const [text, setText] = useState("");
  const id = translation?.article_id ?? "";
  const locale = translation?.locale ?? "";
  const change = useMutation({
    networkMode: "always",
    mutationFn: (make: () => Promise<{ items: Comment[] }>) => make(),
    onSuccess: (all) => queries.setQueryData(keys.part(id, locale, "comments"), all),
  });
  if (translation === null) return <p className={css.meta}>Save the text first; then it can be talked about.</p>;

  const say = (words: string, to?: string): Promise<boolean> =>
    change
      .mutateAsync(() =>
        articlesApi.comment(id, locale, {
          revision: translation.latest,
          text: words,
          quote: to === undefined ? quote : null,
          reply_to: to ?? null,
        }),
      )
      .then(
        () => true,
        () => false,
      );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== "" && (await say(text.trim()))) {
      setText("");
      setQuote(null);
    }
  };
  const all = threads(comments.data?.items ?? []);
  return (
    <div className={css.comments}>
      {maySay ? (
        <form className={css.answerForm} onSubmit={(event) => void submit(event)}>
          {quote !== null ? (
            <blockquote className={css.quote} dir="auto">
              {quote}
              <button type="button" className={css.unquote} onClick={() => setQuote(null)} aria-label="Do not quote">
                <IconX size={13} aria-hidden="true" />
              </button>
            </blockquote>
          ) : (
            selected !== "" && (
              <Button
                size="compact-xs"
                variant="subtle"
                className={css.offer ?? ""}
                leftSection={<IconQuote size={13} aria-hidden="true" />}
                onClick={() => {
                  setQuote(selected);
                  box?.current?.focus();
                }}
              >
                Quote “{selected.slice(0, 28)}
                {selected.length > 28 && "…"}”
              </Button>
            )
          )}
          <Textarea
            ref={box}
            aria-label="Comment"
            placeholder="Say something about the text; select words of it to quote them"
            autosize
            minRows={2}
            maxRows={10}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
            }}
          />
          {text.trim() !== "" && (
            <Button type="submit" size="xs" loading={change.isPending}>
              Comment
            </Button>
          )}
        </form>
      ) : (
        <p className={css.meta}>Editors and approvers comment here.</p>
      )}
      {change.isError && <ProblemNote problem={asProblem(change.error)} />}
      {comments.isPending && <Await what="Loading comments" bare />}
      {comments.isError && <ProblemNote problem={asProblem(comments.error)} retry={() => void comments.refetch()} />}
      {comments.isSuccess && all.length === 0 && <p className={css.meta}>Nobody has said anything yet.</p>}
      <ul className={css.talks}>
        {all.map((thread) => (
          <Talk
            key={thread.first.id}
            thread={thread}
            latest={translation.latest}
            maySay={maySay}
            say={say}
            resolve={(comment, resolved) =>
              change.mutate(() => articlesApi.resolveComment(id, locale, comment, resolved))
            }
            isBusy={change.isPending}
          />
        ))}
      </ul>
    </div>
  );
}
