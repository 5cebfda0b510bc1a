import { Button, Checkbox, Modal, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "../../../api/problem";
import { Await } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { contributeApi, type FromMessage } from "./api";
import css from "./contribute.module.css";

function Form({ found, conversation, message, close }: { found: FromMessage; conversation: string; message: string; close: () => void }) {
  const [text, setText] = useState(found.draft.text);
  const [right, setRight] = useState<readonly string[]>([]);
  const [isNone, setNone] = useState(false);
  const candidates = [...new Map(found.candidates.map((one) => [one.article_id, one])).values()];
  const keep = useMutation({
    mutationFn: () => contributeApi.judge(conversation, message, text.trim(), isNone ? [] : right),
    onSuccess: () => {
      notifications.show({ message: "Kept. Every release is measured with this question from now on." });
      close();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    keep.mutate();
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <Textarea
        label="Question"
        description="Private details are masked; put it right where the masks hide too much"
        dir="auto"
        autosize
        minRows={2}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Checkbox.Group
        label="Which of these answers it?"
        value={[...right]}
        onChange={(values) => {
          setRight(values);
          if (values.length > 0) setNone(false);
        }}
      >
        <div className={css.choices}>
          {candidates.map(({ article_id, title, heading, score }) => (
            <Checkbox
              key={article_id}
              value={article_id}
              label={
                <span dir="auto">
                  {title}
                  <span className={css.meta}>
                    {heading && ` · ${heading}`} · {Math.round(score * 100)} % likely
                  </span>
                </span>
              }
            />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox
        label="No article answers this"
        checked={isNone}
        onChange={(event) => {
          setNone(event.currentTarget.checked);
          if (event.currentTarget.checked) setRight([]);
        }}
      />
      {keep.isError && <ProblemNote problem={asProblem(keep.error)} />}
      <div className={css.actions}>
        <Button variant="subtle" onClick={close}>
          Cancel
        </Button>
        <Button
          type="submit"
          variant="filled"
          loading={keep.isPending}
          disabled={text.trim() === "" || (right.length === 0 && !isNone)}
        >
          Keep as judged query
        </Button>
      </div>
    </form>
  );
}

/** Makes a judged query of a customer's message: which article should have answered it. */
export function JudgeDialog({ conversation, message, close }: { conversation: string; message: string; close: () => void }) {
  const found = useQuery({
    queryKey: ["judged", "from-message", conversation, message],
    queryFn: () => contributeApi.fromMessage(conversation, message),
    gcTime: 0,
  });
  return (
    <Modal opened onClose={close} size="lg" title="Judge this question" closeButtonProps={{ "aria-label": "Close" }}>
      {found.isPending && <Await what="Looking for what answers it" bare />}
      {found.isError && <ProblemNote problem={asProblem(found.error)} retry={() => void found.refetch()} />}
      {found.data && <Form found={found.data} conversation={conversation} message={message} close={close} />}
    </Modal>
  );
}
