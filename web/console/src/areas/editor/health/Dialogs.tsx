import { Button, Modal, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "../../../api/problem";
import { ProblemNote } from "../../../ui/ProblemNote";
import { keys as taskKeys } from "../tasks/api";
import { OwnerDue } from "../tasks/OwnerDue";
import { dayOf, endOf } from "../tasks/words";
import { type Finding, healthApi, keys } from "./api";
import css from "./health.module.css";

interface Props {
  finding: Finding;
  close: () => void;
  /** The finding leaves the list; whoever draws it keeps the focus. */
  done: () => void;
}

/** Makes a finding somebody's task. */
export function TaskDialog({ finding, close, done }: Props) {
  const queries = useQueryClient();
  const [owner, setOwner] = useState<string | null>(null);
  const [due, setDue] = useState("");
  const make = useMutation({
    mutationFn: () => healthApi.task(finding.key, owner, endOf(due)),
    onSuccess: async (task) => {
      notifications.show({
        message: task.owner ? `${task.owner.name} has it to do.` : "It stands in the tasks, for nobody yet.",
      });
      done();
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.all }),
        queries.invalidateQueries({ queryKey: taskKeys.all }),
      ]);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Modal opened onClose={close} title="Make a task" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        <p className={css.plain} dir="auto">
          {finding.title}
        </p>
        <OwnerDue
          owner={owner}
          due={due}
          nobody={finding.article || finding.data["nearest"] ? "Whoever answers for the article" : "Nobody yet"}
          change={(next) => {
            if (next.owner !== undefined) setOwner(next.owner);
            if (next.due !== undefined) setDue(next.due);
          }}
        />
        <p className={css.meta}>Without a day it is due in five working days. Who gets it is told.</p>
        {make.isError && <ProblemNote problem={asProblem(make.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={make.isPending} disabled={due !== "" && due < dayOf(Date.now())}>
            Make the task
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Takes a finding off the list, with the reason that others read. */
export function IgnoreDialog({ finding, close, done }: Props) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const ignore = useMutation({
    mutationFn: () => healthApi.ignore(finding.key, reason.trim()),
    onSuccess: async () => {
      notifications.show({ message: "Ignored. It comes back when it says something else." });
      done();
      await queries.invalidateQueries({ queryKey: keys.all });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (reason.trim() !== "") ignore.mutate();
  };
  return (
    <Modal opened onClose={close} title="Ignore this finding" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        <p className={css.plain} dir="auto">
          {finding.title}
        </p>
        <p className={css.meta}>
          It leaves the list for everybody and comes back when it says something else: another text, or twice as many
          people.
        </p>
        <Textarea
          label="Why"
          description="Colleagues read this under “Ignored”"
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {ignore.isError && <ProblemNote problem={asProblem(ignore.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={ignore.isPending} disabled={reason.trim() === ""}>
            Ignore
          </Button>
        </div>
      </form>
    </Modal>
  );
}
