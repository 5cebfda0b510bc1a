import { Button, Modal, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "../../../api/problem";
import { ProblemNote } from "../../../ui/ProblemNote";
import { keys, type Task, tasksApi } from "./api";
import { OwnerDue } from "./OwnerDue";
import css from "./tasks.module.css";
import { dayOf, endOf } from "./words";

interface Props {
  task: Task;
  close: () => void;
  /** What was done about it, and that the list is read again. */
  done: () => void;
}

/** Says that a task is done, or why it will not be. */
export function EndDialog({ task, how, close, done }: Props & { how: "done" | "dropped" }) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const isDrop = how === "dropped";
  const end = useMutation({
    mutationFn: () => (isDrop ? tasksApi.drop(task.id, note.trim()) : tasksApi.done(task.id, note.trim())),
    onSuccess: async () => {
      notifications.show({ message: isDrop ? "Dropped. The reason stays with it." : "Done." });
      done();
      await queries.invalidateQueries({ queryKey: keys.all });
      await queries.invalidateQueries({ queryKey: ["health"] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isDrop || note.trim() !== "") end.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={isDrop ? "Drop this task" : "This task is done"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form className={css.form} onSubmit={submit}>
        <p className={css.plain} dir="auto">
          {task.title}
        </p>
        {task.finding !== null && (
          <p className={css.meta}>
            {isDrop
              ? "What was found stays, and is open again after the next measurement. To be rid of it, ignore it under Health."
              : "When the next measurement still finds it, it is open again."}
          </p>
        )}
        <Textarea
          label={isDrop ? "Why it is not done" : "Note"}
          description={isDrop ? "Colleagues read this" : "Optional: what was done"}
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {end.isError && <ProblemNote problem={asProblem(end.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={end.isPending} disabled={isDrop && note.trim() === ""}>
            {isDrop ? "Drop the task" : "Mark as done"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Gives a task to somebody else, or another day. */
export function ChangeDialog({ task, close, done }: Props) {
  const queries = useQueryClient();
  const [owner, setOwner] = useState(task.owner?.id ?? null);
  const [due, setDue] = useState(dayOf(task.due_at));
  const change = useMutation({
    mutationFn: () => {
      const at = endOf(due);
      return tasksApi.change(task.id, {
        ...(owner === (task.owner?.id ?? null) ? {} : { owner_id: owner }),
        ...(at === null || due === dayOf(task.due_at) ? {} : { due_at: at }),
      });
    },
    onSuccess: async (now) => {
      notifications.show({ message: now.owner ? `${now.owner.name} has it to do.` : "Nobody has it to do now." });
      done();
      await queries.invalidateQueries({ queryKey: keys.all });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Modal opened onClose={close} title="Change who and until when" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        <p className={css.plain} dir="auto">
          {task.title}
        </p>
        <OwnerDue
          owner={owner}
          known={task.owner}
          due={due}
          nobody="Nobody"
          change={(next) => {
            if (next.owner !== undefined) setOwner(next.owner);
            if (next.due !== undefined) setDue(next.due);
          }}
        />
        {change.isError && <ProblemNote problem={asProblem(change.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={change.isPending} disabled={due === ""}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
