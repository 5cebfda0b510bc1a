/** Quarters and answers in words. */
import type { Answer, Progress, State } from "./api";

export const STATES: Readonly<Record<State, string>> = { open: "Open", passed: "Passed", failed: "Failed" };

export const ANSWERS: readonly { answer: Answer; key: string; label: string }[] = [
  { answer: "yes", key: "y", label: "Yes" },
  { answer: "no", key: "n", label: "No" },
  { answer: "not_applicable", key: "a", label: "Does not apply" },
];

export const answerWords = (answer: Answer): string => ANSWERS.find((one) => one.answer === answer)?.label ?? answer;

/** The quarter of a moment, as the server writes it: "2026-Q4" (UTC). */
export function quarterOf(at: Date): string {
  return `${at.getUTCFullYear()}-Q${Math.floor(at.getUTCMonth() / 3) + 1}`;
}

/** The present quarter and those before it, newest first. */
export function quarters(at: Date, many: number): string[] {
  return Array.from({ length: many }, (_, back) =>
    quarterOf(new Date(Date.UTC(at.getUTCFullYear(), Math.floor(at.getUTCMonth() / 3) * 3 - 3 * back, 1))),
  );
}

const MONTHS = ["January to March", "April to June", "July to September", "October to December"];

/** "October to December 2026". */
export function quarterWords(quarter: string): string {
  const found = /^(\d{4})-Q([1-4])$/.exec(quarter);
  return found ? `${MONTHS[Number(found[2]) - 1] ?? quarter} ${found[1]}` : quarter;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** "92 %, between 84 % and 96 %"; null before the first audit is finished. */
export function accuracyWords({ accuracy, low, high }: Pick<Progress, "accuracy" | "low" | "high">): string | null {
  return accuracy === null ? null : `${percent(accuracy)}, between ${percent(low)} and ${percent(high)}`;
}
