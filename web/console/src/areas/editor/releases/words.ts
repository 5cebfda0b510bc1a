/** A release in the words of the screens. */
import { count } from "../articles/words";
import type { Line } from "./api";

/** "2 added, 1 changed", or that nothing is different. */
export function changesWords({ added, changed, removed }: Line["changes_count"]): string {
  const parts = [
    added > 0 && `${added} added`,
    changed > 0 && `${changed} changed`,
    removed > 0 && `${removed} removed`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(", ") : "No text changed";
}

const STEPS: Readonly<Record<string, string>> = {
  collecting: "Collecting what is approved",
  building: "Building the index",
  checking: "Asking the judged queries",
  storing: "Storing it",
};

export const stepWords = (step: string): string => STEPS[step] ?? "Working";

/** What a release says of itself under its name. */
export function sizeWords({ articles, passages, embedded }: Pick<Line, "articles" | "passages" | "embedded">): string {
  return `${count(articles, "text")}, ${count(passages, "passage")}, ${embedded.toLocaleString("en")} encoded anew`;
}
