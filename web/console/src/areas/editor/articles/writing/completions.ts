/** What the writing surface offers while one types: articles after "[[", blocks after "/" at the start of a line. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { ArticleLine } from "../types";
import { block, bullets, code, type Format, heading, numbers, quote, table } from "./formatting";

export type FindArticles = (
  words: string,
) => Promise<readonly Pick<ArticleLine, "id" | "title" | "locale" | "state">[]>;

/** A title as the words of a link: what would end the link is taken out of its meaning. */
export const linkTo = (id: string, title: string): string => `[${title.replace(/[[\]\\]/g, "\\$&")}](article:${id})`;

function articles(find: FindArticles) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const token = context.matchBefore(/\[\[[^[\]\n]{0,80}/);
    if (token === null) return null;
    const words = token.text.slice(2).trim();
    const found = await find(words);
    if (context.aborted) return null;
    const seen = new Set<string>();
    return {
      from: token.from,
      filter: false,
      options: found
        .filter(({ id }) => !seen.has(id) && seen.add(id))
        .map(({ id, title, state }) => ({
          label: title,
          detail: state === "published" ? id : `${id} · not published`,
          apply: (view: EditorView, _: Completion, from: number, to: number) => {
            const insert = linkTo(id, title);
            view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
          },
        })),
    };
  };
}

const BLOCKS: readonly (readonly [label: string, detail: string, format: Format])[] = [
  ["Heading", "a part of the article", heading(2)],
  ["Smaller heading", "a part of a part", heading(3)],
  ["Bulleted list", "things without an order", bullets],
  ["Numbered list", "steps, one after the other", numbers],
  ["Table", "two columns to begin with", table],
  ["Quote", "words to be said as they are", quote],
  ["Code", "shown letter by letter", code],
  ["Line", "between two parts", block("---")],
];

function blocks(more: readonly Completion[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const token = context.matchBefore(/\/[\p{L} ]{0,24}/u);
    if (token === null) return null;
    const line = context.state.doc.lineAt(token.from);
    if (context.state.sliceDoc(line.from, token.from).trim() !== "") return null;
    return {
      from: token.from + 1,
      validFor: /^[\p{L} ]*$/u,
      options: [
        ...BLOCKS.map(([label, detail, format]) => ({
          label,
          detail,
          apply: (view: EditorView, _: Completion, from: number, to: number) => {
            view.dispatch({ changes: { from: from - 1, to } });
            view.dispatch(view.state.update(format(view.state), { userEvent: "input" }));
          },
        })),
        ...more,
      ],
    };
  };
}

export function completions(find: FindArticles, pickImage: () => void): Extension {
  const more: Completion[] = [
    {
      label: "Link to an article",
      detail: "or write [[",
      apply: (view, _, from, to) => linkArticle(view, from - 1, to),
    },
    {
      label: "Image",
      detail: "or paste or drop one",
      apply: (view, _, from, to) => {
        view.dispatch({ changes: { from: from - 1, to } });
        pickImage();
      },
    },
  ];
  return autocompletion({
    override: [articles(find), blocks(more)],
    icons: false,
    closeOnBlur: true,
    defaultKeymap: true,
    updateSyncTime: 50,
  });
}

/** Opens the list of articles at the cursor, looking for the words that are selected. */
export function linkArticle(view: EditorView, from?: number, to?: number): void {
  const { main } = view.state.selection;
  const start = from ?? main.from;
  const end = to ?? main.to;
  const words = from === undefined ? view.state.sliceDoc(start, end).replace(/[[\]\n]/g, " ") : "";
  const insert = `[[${words}`;
  view.dispatch({ changes: { from: start, to: end, insert }, selection: { anchor: start + insert.length } });
  view.focus();
  startCompletion(view);
}
