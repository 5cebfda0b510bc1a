/** Tasks in words: what they are made of, where that is, and days as date fields write them. */
import { text } from "../health/evidence";
import { KINDS } from "../health/words";
import type { State, Task } from "./api";

export const STATES: Readonly<Record<State, string>> = { open: "Open", done: "Done", dropped: "Dropped" };

const FROM: Readonly<Record<string, string>> = {
  contribution: "Contribution",
  contradiction: "Contradiction",
  failed_audit: "Failed audit",
  gap: "Gap",
  dismissed: "Dismissed by agents",
  unhelpful: "Not helpful",
  duplicate: "Duplicate",
  outdated_translation: "Outdated translation",
  overdue_review: "Review overdue",
  stale: "Old and in use",
  unused: "Unused",
};

/** What a task was made of. */
export const fromWords = (kind: string): string => FROM[kind] ?? kind.replaceAll("_", " ");

export interface Origin {
  words: string;
  to: string;
}

/** Where what a task was made of can be seen, when it is kept anywhere. */
export function originOf({ kind, data, finding }: Pick<Task, "kind" | "data" | "finding">): Origin | null {
  const contribution = text(data["contribution_id"]);
  if (contribution !== "") return { words: "What was proposed", to: `/knowledge/contributions/${contribution}` };
  const audit = text(data["audit_id"]);
  if (audit !== "") return { words: "The audit", to: `/knowledge/audits/${audit}` };
  if (finding !== null && KINDS.some((one) => one.kind === kind))
    return { words: "What was found", to: `/knowledge/health?kind=${kind}&state=tasked` };
  return null;
}

/** The note or the reason with which a task ended. */
export const noteOf = ({ data }: Pick<Task, "data">): string => text(data["note"]);

const two = (part: number): string => String(part).padStart(2, "0");

/** A moment as the date field writes its day here. */
export function dayOf(at: string | number): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The end of the working day that a date field names, or null where it names none. */
export function endOf(day: string): string | null {
  const at = new Date(`${day}T17:00`);
  return day === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
