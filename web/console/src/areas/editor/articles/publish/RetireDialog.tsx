import { Button, Modal, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { asProblem } from "../../../../api/problem";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articleAt } from "../addresses";
import { articlesApi } from "../api";
import type { Release } from "../types";
import { count, localeWords } from "../words";
import css from "./publish.module.css";

/** Takes a text from readers, with a reason, after showing what leads to it. */
export function RetireDialog({
  id,
  locale,
  title,
  close,
  done,
}: {
  id: string;
  locale: string;
  title: string;
  close: () => void;
  done: (release: Release) => void;
}) {
  const [reason, setReason] = useState("");
  const links = useQuery({ queryKey: ["articles", "links", id], queryFn: () => articlesApi.links(id) });
  const run = useMutation({
    networkMode: "always",
    mutationFn: () => articlesApi.retire(id, locale, reason.trim()),
    onSuccess: (release) => {
      notifications.show({ message: `“${title}” is taken from readers.` });
      done(release);
    },
  });
  const from = links.data?.from.filter(({ ok }) => ok) ?? [];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (reason.trim() !== "" && !run.isPending) run.mutate();
  };
  return (
    <Modal opened onClose={close} title={`Retire “${title}”`} closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        <p>
          Readers, assistant and desk no longer find the {localeWords(locale)} text. Conversations that cited it still
          show it as it was, and it can be worked on again later.
        </p>
        {links.isPending && <Await what="Looking for links to it" bare />}
        {from.length > 0 && (
          <div className={css.note} data-kind="soon">
            <p className={css.noteTitle}>{count(from.length, "article")} link to it</p>
            <ul className={css.list}>
              {from.slice(0, 8).map((link) => (
                <li key={`${link.article_id} ${link.locale ?? ""}`}>
                  <Link to={articleAt(link.article_id, link.locale ?? undefined)}>{link.title ?? link.article_id}</Link>{" "}
                  <span className={css.meta}>{link.locale}</span>
                </li>
              ))}
            </ul>
            {from.length > 8 && <p className={css.meta}>and {from.length - 8} more</p>}
          </div>
        )}
        <Textarea
          label="Reason"
          description="Kept with the article"
          data-autofocus
          autosize
          minRows={2}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {run.isError && <ProblemNote problem={asProblem(run.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" color="bad" loading={run.isPending} disabled={reason.trim() === ""}>
            Retire
          </Button>
        </div>
      </form>
    </Modal>
  );
}
