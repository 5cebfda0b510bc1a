import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ProblemNote } from "../../../../ui/ProblemNote";
import type { Actions } from "../article/useActions";
import type { Translation } from "../types";
import css from "./rail.module.css";
import { fromLocal, toLocal } from "./times";

/** Plans when readers begin and cease to see a text, in the time of this device. */
export function ScheduleDialog({
  translation,
  actions,
  close,
}: {
  translation: Translation;
  actions: Actions;
  close: () => void;
}) {
  const [publish, setPublish] = useState(toLocal(translation.publish_at));
  const [expire, setExpire] = useState(toLocal(translation.expire_at));
  const isTwisted = publish !== "" && expire !== "" && expire <= publish;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isTwisted) return;
    if (await actions.schedule({ publish_at: fromLocal(publish), expire_at: fromLocal(expire) })) close();
  };
  return (
    <Modal opened onClose={close} title="Schedule" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <TextInput
          type="datetime-local"
          label="Publish at"
          description="Empty: when somebody publishes it. At that time it is published if it is approved by then."
          value={publish}
          onChange={(event) => setPublish(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="Take from readers at"
          description="Empty: stays until somebody retires it."
          value={expire}
          error={isTwisted ? "This is before it is published." : undefined}
          onChange={(event) => setExpire(event.currentTarget.value)}
        />
        <p className={css.meta}>Times are yours: {zone.replaceAll("_", " ")}.</p>
        {actions.problem && <ProblemNote problem={actions.problem} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={actions.isBusy} disabled={isTwisted}>
            Save the plan
          </Button>
        </div>
      </form>
    </Modal>
  );
}
