/** The figures of a measurement in words, and which of them moved. */

export interface Meaning {
  name: string;
  title: string;
  meaning: string;
}

export const FIGURES: readonly Meaning[] = [
  { name: "ndcg@10", title: "nDCG@10", meaning: "How high the right answers stand among the first ten; 1 is all on top." },
  { name: "recall@1", title: "Recall@1", meaning: "Share of the right articles that stand first." },
  { name: "recall@5", title: "Recall@5", meaning: "Share of the right articles among the first five." },
  { name: "recall@10", title: "Recall@10", meaning: "Share of the right articles among the first ten." },
  { name: "mrr@10", title: "MRR@10", meaning: "One divided by the place of the first right answer, on average." },
  { name: "confident", title: "Confident", meaning: "Share of the questions that the assistant would answer at all." },
  {
    name: "abstained_right",
    title: "Kept quiet rightly",
    meaning: "Of the questions that no article answers, the share where the search says so.",
  },
];

/** .786, or a dash where there was nothing to measure. */
export function shown(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value.toFixed(3).replace(/^0\./, ".");
}

/** Below this nobody would notice. */
const NOTHING = 0.0005;

export interface Step {
  words: string;
  kind: "better" | "worse" | "same";
}

/** How a figure moved from one measurement to the next. */
export function step(before: number | null | undefined, after: number | null | undefined): Step | null {
  if (typeof before !== "number" || typeof after !== "number") return null;
  const by = after - before;
  if (Math.abs(by) < NOTHING) return { words: "as before", kind: "same" };
  const size = Math.abs(by).toFixed(3).replace(/^0\./, ".");
  return by > 0 ? { words: `${size} better`, kind: "better" } : { words: `${size} worse`, kind: "worse" };
}

/** "place 2", or that it is not there. */
export const place = (rank: number | null): string => (rank === null ? "not found" : `place ${rank}`);
