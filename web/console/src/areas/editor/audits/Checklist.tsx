import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { asProblem } from "../../../api/problem";
import { type Command, useCommands } from "../../../app/commands";
import { Keys } from "../../../ui/Keys";
import { ProblemNote } from "../../../ui/ProblemNote";
import { count } from "../articles/words";
import { type Answers, complete, keep, kept, nextOpen } from "./answers";
import { type Answer, type Audit, auditsApi, keys } from "./api";
import css from "./audits.module.css";
import { ANSWERS, answerWords } from "./words";

/** The steps of an audit that is finished, with what was answered. */
export function Asked({ audit }: { audit: Audit }) {
  return (
    <ol className={css.steps}>
      {audit.checklist.map(({ step, question, answer, note }) => (
        <li key={step} className={css.step} data-answer={answer ?? undefined}>
          <p className={css.question} dir="auto">
            {question}
          </p>
          {answer && <strong className={css.answer}>{answerWords(answer)}</strong>}
          {note && (
            <p className={css.meta} dir="auto">
              {note}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

/** The checklist of an open audit: answered by y, n and a, one step after the other, then finished. */
export function Checklist({ audit }: { audit: Audit }) {
  const queries = useQueryClient();
  const [answers, setAnswers] = useState<Answers>(() => kept(audit.id));
  const [current, setCurrent] = useState(() => nextOpen(audit.checklist, answers, 0) ?? 1);
  const steps = useRef(new Map<number, HTMLLIElement>());
  const note = useRef<HTMLTextAreaElement>(null);
  const said = complete(audit.checklist, answers);
  const wrong = Object.values(answers.steps).filter((answer) => answer === "no").length;
  const done = Object.keys(answers.steps).length;

  const change = useCallback(
    (next: Answers): void => {
      setAnswers(next);
      keep(audit.id, next);
    },
    [audit.id],
  );
  const goTo = useCallback((step: number): void => {
    setCurrent(step);
    const element = steps.current.get(step);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  }, []);
  const answer = useCallback(
    (step: number, given: Answer, moves: boolean): void => {
      const next = { ...answers, steps: { ...answers.steps, [step]: given } };
      change(next);
      if (!moves) return;
      const open = nextOpen(audit.checklist, next, step);
      if (open === null) note.current?.focus();
      else goTo(open);
    },
    [answers, audit.checklist, change, goTo],
  );
  const commands = useMemo<Command[]>(() => {
    const step = (by: number): void => {
      const at = audit.checklist.findIndex((one) => one.step === current) + by;
      const there = audit.checklist[Math.min(audit.checklist.length - 1, Math.max(0, at))];
      if (there) goTo(there.step);
    };
    return [
      ...ANSWERS.map(({ answer: given, key, label }) => ({
        id: `audit-${given}`,
        title: `Answer “${label.toLowerCase()}”`,
        group: "Knowledge" as const,
        keys: key,
        run: () => answer(current, given, true),
      })),
      { id: "audit-next", title: "Next question", group: "Knowledge", keys: "j", run: () => step(1) },
      { id: "audit-before", title: "Question before", group: "Knowledge", keys: "k", run: () => step(-1) },
    ];
  }, [answer, audit.checklist, current, goTo]);
  useCommands(commands);

  const finish = useMutation({
    mutationFn: () => auditsApi.finish(audit.id, said ?? [], answers.note.trim()),
    onSuccess: async (now) => {
      keep(audit.id, null);
      queries.setQueryData(keys.one(audit.id), now);
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.all }),
        queries.invalidateQueries({ queryKey: ["tasks"] }),
        queries.invalidateQueries({ queryKey: ["health"] }),
        queries.invalidateQueries({ queryKey: ["articles"] }),
      ]);
    },
  });
  return (
    <>
      <p className={css.meta}>
        <Keys keys="y" /> yes, <Keys keys="n" /> no, <Keys keys="a" /> does not apply
        <span className={css.move}>
          , <Keys keys="j" /> <Keys keys="k" /> to move
        </span>
      </p>
      <ol className={css.steps}>
        {audit.checklist.map(({ step, question }) => (
          <li
            key={step}
            className={css.step}
            tabIndex={-1}
            data-current={step === current || undefined}
            data-answer={answers.steps[step]}
            aria-current={step === current ? "step" : undefined}
            ref={(element) => {
              if (element) steps.current.set(step, element);
              else steps.current.delete(step);
            }}
            onFocus={() => setCurrent(step)}
          >
            <fieldset className={css.field}>
              <legend className={css.question} dir="auto">
                {question}
              </legend>
              <div className={css.options}>
                {ANSWERS.map(({ answer: given, label }) => (
                  <label key={given} className={css.option} data-answer={given}>
                    <input
                      type="radio"
                      name={`${audit.id}-${step}`}
                      checked={answers.steps[step] === given}
                      onChange={() => answer(step, given, false)}
                    />
                    {label}
                  </label>
                ))}
              </div>
            </fieldset>
          </li>
        ))}
      </ol>
      <Textarea
        ref={note}
        label="Note"
        description="What is wrong and what it should say; whoever puts it right reads this"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={5000}
        value={answers.note}
        onChange={(event) => change({ ...answers, note: event.currentTarget.value })}
      />
      <p className={css.consequence} data-kind={wrong > 0 ? "failed" : undefined}>
        {wrong > 0
          ? `With ${count(wrong, "“no”", "times “no”")} it fails: from then on the article is suggested to nobody, neither by the assistant nor to agents. It stays readable. Its owner gets a task for three working days.`
          : "With one “no” it fails, and the article is suggested to nobody until it is put right."}
      </p>
      {finish.isError && <ProblemNote problem={asProblem(finish.error)} />}
      <div className={css.actions}>
        {said === null && (
          <p className={css.meta}>
            {done} of {audit.checklist.length} answered
          </p>
        )}
        <Button variant="filled" loading={finish.isPending} disabled={said === null} onClick={() => finish.mutate()}>
          {wrong > 0 ? "Finish as failed" : "Finish"}
        </Button>
      </div>
    </>
  );
}
