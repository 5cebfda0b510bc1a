/** Two people changed the same article: what each says at each place, and what the article says once all is decided. */
import type { Content, Merge } from "../types";

export interface Clash {
  base: string;
  mine: string;
  theirs: string;
}

export type Piece = { kind: "same"; text: string } | ({ kind: "clash" } & Clash);

export type Choice = { take: "mine" | "theirs" | "both" } | { take: "edit"; text: string };

const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** How the server writes a place where both differ. */
const marked = ({ mine, theirs }: Clash): string =>
  `<<<<<<< mine\n${ended(mine)}=======\n${ended(theirs)}>>>>>>> theirs\n`;

/**
 * Cuts a merged text at its clashes. They are looked for whole, so that words of an article that look like a marker are
 * only words; a text in which they are not found is one piece, and nothing is dropped.
 */
export function pieces(merged: string, clashes: readonly Clash[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const clash of clashes) {
    const whole = marked(clash);
    const start = merged.indexOf(whole, at);
    if (start < 0) return [{ kind: "same", text: merged }];
    if (start > at) found.push({ kind: "same", text: merged.slice(at, start) });
    found.push({ kind: "clash", base: clash.base, mine: clash.mine, theirs: clash.theirs });
    at = start + whole.length;
  }
  if (at < merged.length) found.push({ kind: "same", text: merged.slice(at) });
  return found;
}

function chosen(clash: Clash, choice: Choice): string {
  switch (choice.take) {
    case "mine":
      return clash.mine;
    case "theirs":
      return clash.theirs;
    case "both":
      return ended(clash.mine) + clash.theirs;
    case "edit":
      return choice.text;
  }
}

/** What the article says; null while a clash is undecided. `choices` go by the number of the clash. */
export function assembled(all: readonly Piece[], choices: Readonly<Record<number, Choice>>): string | null {
  let text = "";
  let at = 0;
  for (const piece of all) {
    if (piece.kind === "same") {
      // A side that was chosen or written without an end of line must not swallow the line behind it.
      text = (text === "" ? "" : ended(text)) + piece.text;
      continue;
    }
    const choice = choices[at];
    at += 1;
    if (choice === undefined) return null;
    text = (text === "" ? "" : ended(text)) + chosen(piece, choice);
  }
  return text;
}

/** The parts of a merge that the writer decides: fields by name, places in the text by number. */
export function textClashes(merge: Pick<Merge, "conflicts">): Clash[] {
  return merge.conflicts.filter(({ field }) => field === "text");
}

export type FieldName = Exclude<keyof Content, "text">;

export const fieldClashes = (merge: Pick<Merge, "conflicts">): (Clash & { field: FieldName })[] =>
  merge.conflicts.filter((clash): clash is typeof clash & { field: FieldName } => clash.field !== "text");

/** The merged content with the writer's decisions in it; the server keeps mine in fields that clash. */
export function decided(
  merged: Content,
  theirs: Content,
  fields: Readonly<Partial<Record<FieldName, "mine" | "theirs">>>,
  text: string,
): Content {
  const taken = Object.fromEntries(
    (Object.entries(fields) as [FieldName, string][])
      .filter(([, take]) => take === "theirs")
      .map(([name]) => [name, theirs[name]]),
  );
  return { ...merged, ...taken, text };
}

const WORDS = /\s+|[^\s]+/g;

/** Where two texts differ, by words: what they begin and end with alike, and what stands between. */
export function apart(one: string, other: string): { before: string; between: string; after: string } {
  const a = one.match(WORDS) ?? [];
  const b = other.match(WORDS) ?? [];
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return {
    before: a.slice(0, start).join(""),
    between: a.slice(start, a.length - end).join(""),
    after: a.slice(a.length - end).join(""),
  };
}

/** The fields that came from the other person without a clash, so that nothing changes unseen. */
export function takenFields(merge: Pick<Merge, "merged" | "conflicts">, mine: Content): FieldName[] {
  const names = ["title", "summary", "tags", "regions", "accounts", "audience"] as const;
  return names.filter(
    (name) =>
      !merge.conflicts.some(({ field }) => field === name) &&
      JSON.stringify(merge.merged[name]) !== JSON.stringify(mine[name]),
  );
}
