/** The one next step of a translation, and why the others cannot be made. The server decides; this only reads it. */
import type { Move, State, Translation } from "../types";

export type Step = "submit" | "approve" | "publish" | "reopen";

export const MOVE_WORDS: Readonly<Record<Move, string>> = {
  save: "Save",
  submit: "Submit for review",
  withdraw: "Take back from review",
  approve: "Approve",
  request_changes: "Request changes",
  restore: "Restore",
  schedule: "Schedule",
  publish: "Publish",
  retire: "Retire",
  reopen: "Work on it again",
};

const NEXT: Readonly<Record<State, Step | null>> = {
  draft: "submit",
  in_review: "approve",
  approved: "publish",
  published: null,
  retired: "reopen",
};

export interface NextStep {
  step: Step | null;
  /** Whether this person may make it now. */
  may: boolean;
  /** Why not, in the server's words. */
  because: string | null;
}

export const mayMove = (translation: Pick<Translation, "may"> | null, move: Move): boolean =>
  translation?.may.includes(move) ?? false;

/** What comes next for this text; nothing for one that is published as it is. */
export function nextStep(translation: Pick<Translation, "state" | "may" | "why_not"> | null): NextStep {
  if (translation === null) return { step: null, may: false, because: null };
  const step = NEXT[translation.state];
  if (step === null) return { step, may: false, because: null };
  const may = translation.may.includes(step);
  const because = translation.why_not[step];
  return { step, may, because: may || because === undefined ? null : whoCan(because) };
}

const HOLDERS: Readonly<Record<string, string>> = {
  "knowledge.edit": "Knowledge editors",
  "knowledge.approve": "Approvers",
  "knowledge.publish": "Knowledge editors and approvers",
  "knowledge.override": "Approvers",
};

/** The server's reason as it is shown: a missing right is said by who has it. */
export function whoCan(because: string): string {
  const [, permission, verb] = /permission (\S+) to (.+?)\.?$/.exec(because) ?? [];
  const holders = permission === undefined ? undefined : HOLDERS[permission];
  return holders === undefined ? because : `${holders} can ${verb}.`;
}

/** What the state means for readers, in a sentence. */
export function stateSentence(translation: Translation): string {
  const { state, published, latest } = translation;
  const shown =
    published === null
      ? "Readers do not see it yet."
      : published === latest
        ? `Readers see revision ${published}.`
        : `Readers still see revision ${published}.`;
  switch (state) {
    case "draft":
      return `Revision ${latest} is a draft. ${shown}`;
    case "in_review":
      return `${translation.submitted_by ?? "Somebody"} asks a second person to read revision ${latest}. ${shown}`;
    case "approved":
      return `${translation.approved_by ?? "A second person"} approved revision ${latest}. ${shown}`;
    case "published":
      return shown;
    case "retired":
      return "Readers no longer see it.";
  }
}
