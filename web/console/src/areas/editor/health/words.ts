/** What is looked for, in words: the most harmful first, which is the order of the tiles. */
import type { Kind } from "./api";

export interface KindWords {
  kind: Kind;
  title: string;
  meaning: string;
  /** What it says when nothing is found. */
  none: string;
}

export const KINDS: readonly KindWords[] = [
  {
    kind: "contradiction",
    title: "Contradictions",
    meaning: "Two articles state different numbers about the same thing",
    none: "No two articles state different numbers about the same thing.",
  },
  {
    kind: "failed_audit",
    title: "Failed audits",
    meaning: "Withheld since an auditor found something wrong",
    none: "Nothing is withheld for a failed audit.",
  },
  {
    kind: "gap",
    title: "Gaps",
    meaning: "Asked in the last 90 days, and still not answered today",
    none: "Everything that was asked in the last 90 days would be answered today.",
  },
  {
    kind: "dismissed",
    title: "Dismissed by agents",
    meaning: "Suggested, and dismissed in most conversations: no longer suggested",
    none: "Agents do not keep dismissing any article.",
  },
  {
    kind: "unhelpful",
    title: "Not helpful",
    meaning: "At least half of five readers or more found no help in it",
    none: "No article is found unhelpful by half of its readers.",
  },
  {
    kind: "duplicate",
    title: "Duplicates",
    meaning: "Two articles say the same to the same readers",
    none: "No article was written twice.",
  },
  {
    kind: "outdated_translation",
    title: "Outdated translations",
    meaning: "The source went on, the translation did not",
    none: "Every translation is as new as its source.",
  },
  {
    kind: "overdue_review",
    title: "Reviews overdue",
    meaning: "The day by which it was to be reviewed is past",
    none: "No review is overdue.",
  },
  {
    kind: "stale",
    title: "Old and in use",
    meaning: "Not touched for a year, and still used",
    none: "Nothing in use is older than a year.",
  },
  {
    kind: "unused",
    title: "Unused",
    meaning: "Published half a year ago, and met by nobody since",
    none: "Every article that is old enough to judge is used.",
  },
];

export const wordsOf = (kind: Kind): KindWords =>
  KINDS.find((one) => one.kind === kind) ?? { kind, title: kind, meaning: "", none: "Nothing was found." };

/** What is being looked at while a measurement runs. */
export const stepWords = (step: string): string => {
  if (step === "reading") return "Reading what readers see";
  const known = KINDS.find(({ kind }) => kind === step);
  return known ? `Looking for ${known.title.toLowerCase()}` : "Looking";
};

/** The looks that could not see, from "duplicate: EmbedderMissing; gap: …". */
export const blindLooks = (error: string): string[] =>
  error
    .split(";")
    .map((part) => part.split(":")[0]?.trim() ?? "")
    .flatMap((step) => KINDS.find(({ kind }) => kind === step)?.title ?? []);

const SOURCES: Readonly<Record<string, string>> = {
  bot: "to the assistant",
  desk: "in conversations with agents",
  agent: "by agents in the desk",
  help: "in the help centre",
};

export const sourceWords = (source: string): string => SOURCES[source] ?? source;

const REASONS: Readonly<Record<string, string>> = {
  unclear: "Unclear",
  wrong: "Wrong",
  outdated: "Out of date",
  incomplete: "Incomplete",
  not_my_question: "Not what was asked",
};

export const reasonWords = (reason: string): string => REASONS[reason] ?? reason;
