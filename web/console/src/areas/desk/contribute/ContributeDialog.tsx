import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "../../../api/problem";
import { ProblemNote } from "../../../ui/ProblemNote";
import { readable } from "../words";
import { type Checked, contributeApi, type Wanted } from "./api";
import css from "./contribute.module.css";
import { piecesOf } from "./marks";

export interface Subject {
  kind: "fix" | "new";
  article_id: string | null;
  locale: string;
  title: string;
  /** Where it starts: the article's Markdown, or nothing. */
  text: string;
  conversation: string | null;
}

const CODES = new Set(["incomplete", "holds_private_data", "looks_like"]);

function PrivateNote({ checked, wanted }: { checked: Checked; wanted: Wanted }) {
  if (checked.private.length === 0) return null;
  const fields = [...new Set(checked.private.map(({ field }) => field))];
  return (
    <div className={css.note} data-kind="bad" role="alert">
      <p className={css.noteTitle}>Private details must not go into an article</p>
      {fields.map((field) => (
        <p key={field} className={css.excerpt} dir="auto">
          {piecesOf(wanted[field] ?? "", checked.private, field).map((piece, at) =>
            piece.label === null ? (
              <span key={at}>{piece.text.length > 60 ? `${piece.text.slice(0, 28)} … ${piece.text.slice(-28)}` : piece.text}</span>
            ) : (
              <mark key={at} className={css.private}>
                {piece.text} <span className={css.label}>{readable(piece.label)}</span>
              </mark>
            ),
          )}
        </p>
      ))}
    </div>
  );
}

function SimilarNote({ similar }: { similar: Checked["similar"] }) {
  if (similar.length === 0) return null;
  return (
    <div className={css.note}>
      <p className={css.noteTitle}>This looks like</p>
      <ul className={css.similar}>
        {similar.map(({ article_id, locale, title, likeness }) => (
          <li key={`${article_id} ${locale}`}>
            <a href={`/console/knowledge/articles/${encodeURIComponent(article_id)}/${encodeURIComponent(locale)}`} target="_blank" rel="noreferrer">
              {title}
            </a>{" "}
            <span className={css.meta}>{Math.round(likeness * 100)} % alike</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Proposes a fix to an article, or an article that is missing; what is wrong with it is said while it is written. */
export function ContributeDialog({ subject, close }: { subject: Subject; close: () => void }) {
  const queries = useQueryClient();
  const [title, setTitle] = useState(subject.title);
  const [text, setText] = useState(subject.text);
  const [why, setWhy] = useState("");
  // What is wrong with a field is said once it was written in, or when sending was refused for it.
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const wanted: Wanted = {
    kind: subject.kind,
    article_id: subject.article_id,
    locale: subject.locale,
    title,
    text,
    why,
    conversation_id: subject.conversation,
    sure: false,
  };
  const [settled] = useDebouncedValue(wanted, 600);
  const check = useQuery({
    queryKey: ["contributions", "check", settled],
    queryFn: ({ signal }) => contributeApi.check(settled, signal),
    enabled: touched.size > 0 && settled.text !== subject.text,
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const send = useMutation({
    mutationFn: (sure: boolean) => contributeApi.send({ ...wanted, sure }),
    onSuccess: async () => {
      notifications.show({ message: "Sent to the editors. You are told what becomes of it." });
      close();
      await queries.invalidateQueries({ queryKey: ["contributions"] });
    },
  });
  const problem = send.error ? asProblem(send.error) : null;
  const said = check.data;
  const refused = problem?.code === "incomplete" ? (problem.more["fields"] as Record<string, string> | undefined) : undefined;
  const wrong = (field: string): string | undefined => (refused ?? (touched.has(field) ? said?.problems : undefined))?.[field];
  const edit = (field: string, put: (value: string) => void) => (value: string) => {
    put(value);
    setTouched(new Set([...touched, field]));
    send.reset();
  };
  const stops = problem?.code === "looks_like" || (said?.stops ?? false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send.mutate(false);
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={subject.kind === "fix" ? `Propose a fix to “${subject.title}”` : "Something is missing"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form className={css.form} onSubmit={submit}>
        <p className={css.meta}>
          {subject.kind === "fix"
            ? "Change the text as it should read. An editor looks at it, and you are told what became of it."
            : "Write what customers should find. An editor makes an article of it, and you are told when it is published."}
        </p>
        <TextInput
          label="Title"
          dir="auto"
          error={wrong("title")}
          value={title}
          onChange={(event) => edit("title", setTitle)(event.currentTarget.value)}
        />
        <Textarea
          label="Text"
          dir="auto"
          autosize
          minRows={6}
          maxRows={16}
          error={wrong("text")}
          data-autofocus
          value={text}
          onChange={(event) => edit("text", setText)(event.currentTarget.value)}
        />
        <Textarea
          label="Why"
          description="What the customer asked, and what was wrong or missing"
          dir="auto"
          autosize
          minRows={2}
          error={wrong("why")}
          value={why}
          onChange={(event) => edit("why", setWhy)(event.currentTarget.value)}
        />
        {said && <PrivateNote checked={said} wanted={settled} />}
        {said && <SimilarNote similar={said.similar} />}
        {problem && !CODES.has(problem.code) && <ProblemNote problem={problem} />}
        {problem?.code === "holds_private_data" && !said && <p className={css.bad}>{problem.message}</p>}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          {stops && (
            <Button loading={send.isPending} onClick={() => send.mutate(true)}>
              It is something else: send it
            </Button>
          )}
          <Button
            type="submit"
            variant="filled"
            loading={send.isPending}
            disabled={stops || (said?.private.length ?? 0) > 0 || (subject.kind === "fix" && touched.size === 0)}
          >
            Send to the editors
          </Button>
        </div>
      </form>
    </Modal>
  );
}
