import { Button, Modal } from "@mantine/core";
import { useEffect } from "react";
import { useBlocker } from "react-router";
import type { Writing } from "./useWriting";
import css from "./article.module.css";

/** Asks before somebody leaves a text with unsaved changes. Other pages of the same text are no leaving. */
export function LeaveDialog({ writing, home }: { writing: Writing; home: string }) {
  const isAtRisk = writing.dirty && writing.now.content !== writing.now.saved;
  const blocker = useBlocker(
    ({ nextLocation: { pathname } }) => isAtRisk && !pathname.endsWith(home) && !pathname.includes(`${home}/`),
  );
  useEffect(() => {
    if (!isAtRisk) return;
    const hear = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", hear);
    return () => window.removeEventListener("beforeunload", hear);
  }, [isAtRisk]);
  if (blocker.state !== "blocked") return null;
  return (
    <Modal
      opened
      onClose={() => blocker.reset()}
      title="Leave with unsaved changes?"
      closeButtonProps={{ "aria-label": "Stay here" }}
    >
      <p className={css.plainText}>
        {writing.isKept
          ? "They are kept on this device and wait here for you. Colleagues see them only after you save."
          : "This device could not keep them: they are lost when you leave."}
      </p>
      <div className={css.dialogActions}>
        <Button variant="subtle" onClick={() => blocker.proceed()}>
          Leave without saving
        </Button>
        <Button onClick={() => blocker.reset()}>Stay here</Button>
        <Button
          variant="filled"
          data-autofocus
          disabled={writing.missing !== null}
          loading={writing.isSaving}
          onClick={() => void writing.save().then((saved) => (saved ? blocker.proceed() : blocker.reset()))}
        >
          Save and leave
        </Button>
      </div>
    </Modal>
  );
}
