import { Button, Modal, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "../../../../api/problem";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { Ago } from "../../../../ui/Time";
import { articleAt } from "../addresses";
import { articlesApi } from "../api";
import { mayMove, nextStep } from "../article/moves";
import type { Actions } from "../article/useActions";
import { DiffView } from "../diff/DiffView";
import { keys } from "../queries";
import { ChangesDialog } from "../rail/StatusCard";
import type { Translation } from "../types";
import { Rendered } from "../writing/Rendered";
import css from "./review.module.css";

function ApproveDialog({
  actions,
  translation,
  close,
}: {
  actions: Actions;
  translation: Translation;
  close: (done: boolean) => void;
}) {
  const [note, setNote] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await actions.approve(translation.latest, note.trim())) close(true);
  };
  return (
    <Modal
      opened
      onClose={() => close(false)}
      title={`Approve revision ${translation.latest}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <p>
          You say that it is right and may go to readers. Exactly this revision is approved; a later change asks again.
        </p>
        <TextInput
          label="Note"
          description="Optional; stands with the comments"
          data-autofocus
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {actions.problem && <ProblemNote problem={actions.problem} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={() => close(false)}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={actions.isBusy}>
            Approve
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What an approver reads: the change against what readers see, the text as they would see it, and the decision. */
export function ReviewView({ translation, actions }: { translation: Translation; actions: Actions }) {
  const go = useNavigate();
  const { article_id: id, locale, latest, published, revision } = translation;
  const hasBefore = published !== null && published !== latest;
  const [view, setView] = useState(hasBefore ? "changes" : "preview");
  const [open, setOpen] = useState<"approve" | "changes" | null>(null);
  const diff = useQuery({
    queryKey: keys.part(id, locale, `diff ${published} ${latest}`),
    queryFn: () => articlesApi.diff(id, locale, published ?? latest, latest),
    enabled: hasBefore && view === "changes",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const next = nextStep(translation);
  const decided = (done: boolean): void => {
    setOpen(null);
    if (done) void go(articleAt(id, locale));
  };
  return (
    <div className={css.review}>
      <header className={css.head}>
        <div>
          <h2 className={css.title}>Review of revision {latest}</h2>
          <p className={css.meta}>
            By {revision.author.name}, <Ago at={revision.at} />
            {revision.note !== "" && <> · “{revision.note}”</>}
          </p>
        </div>
        <SegmentedControl
          size="xs"
          aria-label="What to see"
          value={view}
          onChange={setView}
          data={[
            { value: "changes", label: "What changed", disabled: !hasBefore },
            { value: "preview", label: "As readers see it" },
          ]}
        />
      </header>
      <div className={css.body}>
        {view === "changes" && hasBefore ? (
          diff.data ? (
            <DiffView
              diff={diff.data}
              locale={locale}
              left={`Revision ${published}, what readers see`}
              right={`Revision ${latest}, to be approved`}
            />
          ) : diff.isError ? (
            <ProblemNote problem={asProblem(diff.error)} retry={() => void diff.refetch()} />
          ) : (
            <Await what="Comparing both revisions" />
          )
        ) : (
          <article className={css.preview}>
            {published === null && <p className={css.meta}>New: readers have not seen this article yet.</p>}
            <h1 lang={locale} dir="auto">
              {revision.title}
            </h1>
            {revision.summary !== "" && (
              <p className={css.summary} lang={locale} dir="auto">
                {revision.summary}
              </p>
            )}
            <Rendered html={revision.html} locale={locale} />
          </article>
        )}
      </div>
      <footer className={css.foot}>
        <Link to={articleAt(id, locale)} className={css.back ?? ""}>
          Back to the text
        </Link>
        <span className={css.grow}>{next.step === "approve" ? next.because : null}</span>
        {mayMove(translation, "request_changes") && (
          <Button onClick={() => setOpen("changes")}>Request changes…</Button>
        )}
        {mayMove(translation, "approve") && (
          <Button variant="filled" onClick={() => setOpen("approve")}>
            Approve…
          </Button>
        )}
      </footer>
      {open === "approve" && <ApproveDialog actions={actions} translation={translation} close={decided} />}
      {open === "changes" && <ChangesDialog actions={actions} close={decided} />}
    </div>
  );
}
