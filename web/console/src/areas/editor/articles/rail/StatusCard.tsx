import { Button, Menu, Modal, Textarea, TextInput } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { reviewAt } from "../addresses";
import { MOVE_WORDS, mayMove, nextStep, stateSentence, type Step } from "../article/moves";
import type { Actions } from "../article/useActions";
import type { Writing } from "../article/useWriting";
import { Flags, StatePill } from "../marks";
import { PublishDialog } from "../publish/PublishDialog";
import { RetireDialog } from "../publish/RetireDialog";
import type { Article, Translation } from "../types";
import css from "./rail.module.css";
import { ScheduleDialog } from "./ScheduleDialog";

type Open = "submit" | "publish" | "retire" | "schedule" | "withdraw" | null;

/** Asks for a word to the reviewer, and hands in. */
function SubmitDialog({ actions, writing, close }: { actions: Actions; writing: Writing; close: () => void }) {
  const [note, setNote] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const saved = writing.dirty ? await writing.save() : actions.translation;
    if (saved === null) {
      if (writing.problem === null) close();
      return;
    }
    if (await actions.submit(saved.latest, note.trim())) close();
  };
  return (
    <Modal opened onClose={close} title="Submit for review" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <p>
          {writing.dirty && "Your changes are saved first. "}
          Another person reads what changed and approves it or asks for changes.
        </p>
        <TextInput
          label="Note to the reviewer"
          description="Optional; what to look at"
          data-autofocus
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {(writing.problem ?? actions.problem) && <ProblemNote problem={(writing.problem ?? actions.problem)!} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={actions.isBusy || writing.isSaving}>
            {writing.dirty ? "Save and submit" : "Submit for review"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** How far the text has got, and the one next step. */
export function StatusCard({
  article,
  translation,
  writing,
  actions,
  isReviewing,
}: {
  article: Article;
  translation: Translation | null;
  writing: Writing;
  actions: Actions;
  /** The decision is asked for on the page already. */
  isReviewing: boolean;
}) {
  const go = useNavigate();
  const [open, setOpen] = useState<Open>(null);
  const next = nextStep(translation);
  const close = (): void => setOpen(null);

  if (translation === null)
    return (
      <section className={css.card} aria-label="Status">
        <p className={css.sentence}>A new translation. Save it, and it is a draft.</p>
      </section>
    );

  const { locale, article_id: id } = translation;
  const take: Readonly<Record<Step, () => void>> = {
    submit: () => setOpen("submit"),
    approve: () => void go(reviewAt(id, locale)),
    publish: () => setOpen("publish"),
    reopen: () => void actions.reopen(),
  };
  const label =
    next.step === "approve" ? (next.may ? "Review…" : "See what changed") : next.step ? MOVE_WORDS[next.step] : "";
  const others = [
    mayMove(translation, "withdraw") && ["withdraw", MOVE_WORDS.withdraw],
    mayMove(translation, "schedule") && ["schedule", "Schedule…"],
    mayMove(translation, "retire") && ["retire", "Retire…"],
  ].filter((one): one is [string, string] => one !== false);
  const isChanged = translation.published !== null && translation.published !== translation.latest;

  return (
    <section className={css.card} aria-label="Status">
      <div className={css.stateLine}>
        <StatePill state={translation.state} />
        <Flags of={{ ...translation, withheld: article.withheld_at !== null }} />
      </div>
      <p className={css.sentence}>{stateSentence(translation)}</p>
      {article.withheld_at !== null && (
        <div className={css.warning}>
          <p>Withheld: it is suggested to nobody until it is right again. {article.withheld_reason}</p>
          {actions.mayEdit && (
            <Button size="compact-xs" loading={actions.isBusy} onClick={() => void actions.change({ withheld: false })}>
              Suggest it again
            </Button>
          )}
        </div>
      )}
      {next.step && (next.step === "approve" ? !isReviewing : next.may) && (
        <Button
          fullWidth
          variant={next.may && (!writing.dirty || next.step === "submit") ? "filled" : "default"}
          loading={actions.isBusy && open === null}
          onClick={take[next.step]}
        >
          {writing.dirty && next.step === "submit" ? "Save and submit for review" : label}
        </Button>
      )}
      {next.because && <p className={css.why}>{next.because}</p>}
      {!actions.mayEdit && (
        <p className={css.why}>
          {next.step === "approve" && next.may
            ? "You decide about it; its words are for knowledge editors to change."
            : "You read along here. Knowledge editors can change it; from a conversation you can propose a fix."}
        </p>
      )}
      {writing.dirty && (translation.state === "approved" || translation.state === "in_review") && (
        <p className={css.why}>Your unsaved changes are not part of it. Saving them makes it a draft again.</p>
      )}
      {(others.length > 0 || (isChanged && next.step !== "approve")) && (
        <div className={css.more}>
          {isChanged && !isReviewing && next.step !== "approve" && (
            <Button size="compact-xs" variant="subtle" onClick={() => void go(reviewAt(id, locale))}>
              What changed since
            </Button>
          )}
          {others.length > 0 && (
            <Menu position="bottom-end" width={200}>
              <Menu.Target>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  rightSection={<IconChevronDown size={12} aria-hidden="true" />}
                >
                  More
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {others.map(([move, words]) => (
                  <Menu.Item
                    key={move}
                    onClick={() => (move === "withdraw" ? void actions.withdraw() : setOpen(move as Open))}
                  >
                    {words}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      )}
      {actions.problem && open === null && <ProblemNote problem={actions.problem} />}
      {open === "submit" && <SubmitDialog actions={actions} writing={writing} close={close} />}
      {open === "schedule" && <ScheduleDialog translation={translation} actions={actions} close={close} />}
      {open === "retire" && (
        <RetireDialog
          id={id}
          locale={locale}
          title={translation.revision.title}
          close={close}
          done={() => {
            close();
            actions.refresh();
          }}
        />
      )}
      {open === "publish" && (
        <PublishDialog
          items={[{ article_id: id, locale, title: translation.revision.title }]}
          publish={(note, override) => actions.publish(translation.approved ?? translation.latest, note, override)}
          close={close}
          done={() => {
            close();
            actions.refresh();
          }}
        />
      )}
    </section>
  );
}

/** Says what must be better; used by the review as well. */
export function ChangesDialog({ actions, close }: { actions: Actions; close: (done: boolean) => void }) {
  const [note, setNote] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const latest = actions.translation?.latest;
    if (latest === undefined || note.trim() === "") return;
    if (await actions.requestChanges(latest, note.trim())) close(true);
  };
  return (
    <Modal opened onClose={() => close(false)} title="Request changes" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <Textarea
          label="What must be better"
          description="Stands with the comments, for whoever wrote it"
          data-autofocus
          autosize
          minRows={3}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {actions.problem && <ProblemNote problem={actions.problem} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={() => close(false)}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={actions.isBusy} disabled={note.trim() === ""}>
            Request changes
          </Button>
        </div>
      </form>
    </Modal>
  );
}
