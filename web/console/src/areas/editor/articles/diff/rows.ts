/** What is needed to walk through a difference. */
import type { Diff, DiffRow } from "../types";

/** Indices of the first row of each run of changed rows. */
export function stops(rows: readonly Pick<DiffRow, "kind">[]): number[] {
  const isChange = (at: number): boolean => {
    const kind = rows[at]?.kind;
    return kind !== undefined && kind !== "same" && kind !== "gap";
  };
  return rows.flatMap((_, at) => (isChange(at) && !isChange(at - 1) ? [at] : []));
}

/** The stop to go to from `current` (-1: before the first); walking past an end comes in at the other. */
export function step(count: number, current: number, by: 1 | -1): number {
  if (count === 0) return -1;
  if (current < 0) return by === 1 ? 0 : count - 1;
  return (current + by + count) % count;
}

/** A value of a field as words: lists as words with commas, nothing as a dash. */
export function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(String).join(", ");
  return value === null || value === undefined || value === "" ? "–" : String(value);
}

export const isSame = (diff: Diff): boolean => diff.fields.length === 0 && stops(diff.rows).length === 0;
