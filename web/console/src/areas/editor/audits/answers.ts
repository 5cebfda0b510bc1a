/** The answers of an audit that is not finished: kept on this device, so that a closed page loses none. */
import { type Answer, type Audit } from "./api";

export interface Answers {
  steps: Readonly<Record<number, Answer>>;
  note: string;
}

export const NO_ANSWERS: Answers = { steps: {}, note: "" };

const keyOf = (id: string): string => `warmline.audit.${id}`;
const KNOWN: readonly unknown[] = ["yes", "no", "not_applicable"] satisfies Answer[];

/** What was answered before on this device; nothing when it cannot be read. */
export function kept(id: string): Answers {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyOf(id)) ?? "null");
    if (typeof found !== "object" || found === null) return NO_ANSWERS;
    const { steps, note } = found as Partial<Record<keyof Answers, unknown>>;
    const read = typeof steps === "object" && steps !== null ? Object.entries(steps) : [];
    return {
      steps: Object.fromEntries(read.filter(([, answer]) => KNOWN.includes(answer))) as Answers["steps"],
      note: typeof note === "string" ? note : "",
    };
  } catch {
    return NO_ANSWERS;
  }
}

/** Keeps them; a device that keeps nothing loses them with the page, and the audit can still be done. */
export function keep(id: string, answers: Answers | null): void {
  try {
    if (answers === null) localStorage.removeItem(keyOf(id));
    else localStorage.setItem(keyOf(id), JSON.stringify(answers));
  } catch {
    // Storage is full or switched off.
  }
}

/** The next step without an answer after this one, then before it; null when each has one. */
export function nextOpen(steps: readonly Pick<Audit["checklist"][number], "step">[], answers: Answers, after: number): number | null {
  const open = steps.map(({ step }) => step).filter((step) => answers.steps[step] === undefined);
  return open.find((step) => step > after) ?? open[0] ?? null;
}

/** The body that the server wants, or null while a step has no answer. */
export function complete(
  steps: readonly Pick<Audit["checklist"][number], "step">[],
  answers: Answers,
): { step: number; answer: Answer; note: string }[] | null {
  const said = steps.flatMap(({ step }) => {
    const answer = answers.steps[step];
    return answer === undefined ? [] : [{ step, answer, note: "" }];
  });
  return said.length === steps.length ? said : null;
}
