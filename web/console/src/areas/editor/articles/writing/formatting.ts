/** What the toolbar and its shortcuts do to Markdown. Each takes a state and says what would change; none draws. */
import { type ChangeSpec, EditorSelection, type EditorState, type Line, type TransactionSpec } from "@codemirror/state";

export type Format = (state: EditorState) => TransactionSpec;

/** Puts a mark around each selection, or takes it away where it is there already. */
export const mark =
  (sign: string): Format =>
  (state) =>
    state.changeByRange((range) => {
      const { from, to } = range;
      const size = sign.length;
      const before = state.sliceDoc(Math.max(0, from - size), from);
      const after = state.sliceDoc(to, to + size);
      const inside = state.sliceDoc(from, to);
      // "*" next to "**" is the end of the longer mark, not this one.
      const isLonger = sign.length === 1 && state.sliceDoc(from - 2, from) === sign + sign;
      if (before === sign && after === sign && !isLonger)
        return {
          changes: [
            { from: from - size, to: from },
            { from: to, to: to + size },
          ],
          range: EditorSelection.range(from - size, to - size),
        };
      if (inside.length > 2 * size && inside.startsWith(sign) && inside.endsWith(sign))
        return {
          changes: [
            { from, to: from + size },
            { from: to - size, to },
          ],
          range: EditorSelection.range(from, to - 2 * size),
        };
      return {
        changes: [
          { from, insert: sign },
          { from: to, insert: sign },
        ],
        range: EditorSelection.range(from + size, to + size),
      };
    });

function linesOf(state: EditorState): Line[] {
  const found = new Map<number, Line>();
  for (const { from, to } of state.selection.ranges)
    for (let at = from; ;) {
      const line = state.doc.lineAt(at);
      found.set(line.number, line);
      if (line.to >= to) break;
      at = line.to + 1;
    }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

const HEADING = /^#{1,6}\s+/;
const BULLET = /^(\s*)[-*+]\s+/;
const NUMBER = /^(\s*)\d{1,9}[.)]\s+/;
const QUOTE = /^>\s?/;

function put(state: EditorState, changes: ChangeSpec[]): TransactionSpec {
  const set = state.changes(changes);
  return { changes: set, selection: state.selection.map(set, 1) };
}

/** Makes the chosen lines headings of this level, or plain lines where they are that already. */
export const heading =
  (level: 2 | 3 | 4): Format =>
  (state) => {
    const sign = `${"#".repeat(level)} `;
    const lines = linesOf(state);
    const isDone = lines.every(({ text }) => text.startsWith(sign));
    return put(
      state,
      lines.map(({ from, text }) => {
        const old = HEADING.exec(text)?.[0].length ?? 0;
        return { from, to: from + old, insert: isDone ? "" : sign };
      }),
    );
  };

function prefixed(has: RegExp, others: readonly RegExp[], sign: (index: number) => string): Format {
  return (state) => {
    const lines = linesOf(state).filter(({ text }, _, all) => all.length === 1 || text.trim() !== "");
    const isDone = lines.every(({ text }) => has.test(text));
    return put(
      state,
      lines.map(({ from, text }, index) => {
        const old = [has, ...others].map((one) => one.exec(text)).find((found) => found !== null);
        const indent = old?.[1] ?? /^\s*/.exec(text)?.[0] ?? "";
        return { from, to: from + (old?.[0].length ?? indent.length), insert: indent + (isDone ? "" : sign(index)) };
      }),
    );
  };
}

export const bullets: Format = prefixed(BULLET, [NUMBER], () => "- ");
export const numbers: Format = prefixed(NUMBER, [BULLET], (index) => `${index + 1}. `);

export const quote: Format = (state) => {
  const lines = linesOf(state);
  const isDone = lines.every(({ text }) => QUOTE.test(text));
  return put(
    state,
    lines.map(({ from, text }) =>
      isDone ? { from, to: from + (QUOTE.exec(text)?.[0].length ?? 0) } : { from, insert: "> " },
    ),
  );
};

/** Makes the selection a link and selects what is still missing: the address, or the words. */
export const link: Format = (state) =>
  state.changeByRange(({ from, to }) => {
    const words = state.sliceDoc(from, to);
    if (/^https?:\/\/\S+$/.test(words))
      return { changes: { from, to, insert: `[](${words})` }, range: EditorSelection.cursor(from + 1) };
    const label = words === "" ? "words" : words;
    const start = from + label.length + 3;
    return {
      changes: { from, to, insert: `[${label}](https://)` },
      range:
        words === ""
          ? EditorSelection.range(from + 1, from + 1 + label.length)
          : EditorSelection.range(start, start + "https://".length),
    };
  });

/** Puts a block on lines of its own, with an empty line around it, and selects the part of it that is written over. */
export function block(text: string, select?: string): Format {
  return (state) => {
    const { from, to } = state.selection.main;
    const line = state.doc.lineAt(from);
    const isFree = line.text.trim() === "";
    const start = isFree ? line.from : line.to;
    const end = isFree ? Math.max(line.to, to) : line.to;
    const above = isFree ? (line.number > 1 ? state.doc.line(line.number - 1).text : "") : line.text;
    const lead = isFree ? (above.trim() === "" ? "" : "\n") : "\n\n";
    const next = line.number < state.doc.lines ? state.doc.line(line.number + 1).text : "";
    const trail = next.trim() === "" ? "" : "\n";
    const at = select === undefined ? -1 : text.indexOf(select);
    const inside = start + lead.length + (at < 0 ? text.length : at);
    return {
      changes: { from: start, to: end, insert: lead + text + trail },
      selection: EditorSelection.range(inside, inside + (at < 0 ? 0 : (select?.length ?? 0))),
      scrollIntoView: true,
    };
  };
}

export const table = block("| Column | Column |\n| --- | --- |\n| Cell | Cell |\n| Cell | Cell |", "Column");
export const code: Format = (state) => {
  const { from, to, empty } = state.selection.main;
  const words = state.sliceDoc(from, to);
  if (!empty && !words.includes("\n")) return mark("`")(state);
  if (empty) return block("```\n\n```", "\n")(state);
  return {
    changes: { from, to, insert: `\`\`\`\n${words}\n\`\`\`` },
    selection: EditorSelection.range(from + 4, from + 4 + words.length),
  };
};
