/** Which lines of a text are not in the other one, so that a proposed change is seen without reading both. */

export interface Line {
  text: string;
  changed: boolean;
}

/** Cells of the table of the longest common subsequence; beyond it everything between two equal ends counts as changed. */
const MOST_CELLS = 4_000_000;

function common(left: readonly string[], right: readonly string[]): readonly [left: Set<number>, right: Set<number>] {
  const [kept, found] = [new Set<number>(), new Set<number>()];
  const width = right.length + 1;
  if (left.length * right.length > MOST_CELLS) return [kept, found];
  const lengths = new Uint32Array((left.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row--)
    for (let column = right.length - 1; column >= 0; column--)
      lengths[row * width + column] =
        left[row] === right[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  for (let row = 0, column = 0; row < left.length && column < right.length; ) {
    if (left[row] === right[column]) {
      kept.add(row++);
      found.add(column++);
    } else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return [kept, found];
}

/** Both texts by their lines; a line without a word is never a change. */
export function compared(before: string, after: string): readonly [before: Line[], after: Line[]] {
  const [left, right] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  const [kept, found] = common(left.slice(start, left.length - end), right.slice(start, right.length - end));
  const marked = (lines: readonly string[], same: ReadonlySet<number>): Line[] =>
    lines.map((text, at) => ({
      text,
      changed: text.trim() !== "" && at >= start && at < lines.length - end && !same.has(at - start),
    }));
  return [marked(left, kept), marked(right, found)];
}
