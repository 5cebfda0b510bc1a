/** Cuts a text at its private details, so that each can be shown for what it is. */
import type { Checked } from "./api";

export interface Piece {
  text: string;
  /** What kind of private detail it is; null for the rest. */
  label: string | null;
}

/** The pieces of one field's text, in order; details that overlap are shown as the first of them. */
export function piecesOf(text: string, spans: Checked["private"], field: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, label } of spans.filter((span) => span.field === field).sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), label: null });
    pieces.push({ text: text.slice(start, end), label });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), label: null });
  return pieces;
}
