/** Cuts a message into plain words and the entities that were found in it. */
import type { Entity } from "@warmline/wire/frames";

export interface Piece {
  text: string;
  entity: string | null;
}

/** The pieces of `text` in order. Entities that lie outside, overlap, or say something else than the text are left out. */
export function pieces(text: string, entities: readonly Entity[]): Piece[] {
  const found = entities
    .filter(
      (one): one is Entity & { start: number; end: number } =>
        one.start !== null && one.end !== null && one.start >= 0 && one.end > one.start && one.end <= text.length,
    )
    .sort((a, b) => a.start - b.start);
  const out: Piece[] = [];
  let from = 0;
  for (const { start, end, entity } of found) {
    if (start < from) continue;
    if (start > from) out.push({ text: text.slice(from, start), entity: null });
    out.push({ text: text.slice(start, end), entity });
    from = end;
  }
  if (from < text.length) out.push({ text: text.slice(from), entity: null });
  return out;
}
