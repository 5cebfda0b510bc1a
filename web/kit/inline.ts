/** The inline half of `markdown.ts`: code, bold, italic, links, line breaks. */
import { anchor, safeHref } from "./links";

interface Mark {
  at: RegExp;
  make: (found: RegExpMatchArray) => Node;
}

function element(tag: string, ...inside: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.append(...inside);
  return made;
}

/** A link to where it may go, or only its words. */
function link(words: string, address: string): Node {
  const href = safeHref(address);
  return href ? anchor(href, inline(words)) : inline(words);
}

/** In order of precedence where two begin at the same place. */
const MARKS: readonly Mark[] = [
  { at: /\\([\\`*_{}[\]()#+\-.!|>~])/, make: ([, sign]) => document.createTextNode(sign ?? "") },
  { at: /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/, make: ([, , code]) => element("code", (code ?? "").trim()) },
  { at: /!\[([^\]]*)\]\([^)\s]*(?:\s+"[^"]*")?\)/, make: ([, words]) => document.createTextNode(words ?? "") },
  {
    at: /\[((?:[^[\]]|\[[^\]]*\])+)\]\(<?([^)\s>]*)>?(?:\s+"[^"]*")?\)/,
    make: ([, words, to]) => link(words ?? "", to ?? ""),
  },
  { at: /<(https?:\/\/[^\s<>]+)>/, make: ([, to]) => link(to ?? "", to ?? "") },
  { at: /\*\*(?=\S)([\s\S]*?\S)\*\*/, make: ([, words]) => element("strong", inline(words ?? "")) },
  { at: /(?<!\w)__(?=\S)([\s\S]*?\S)__(?!\w)/, make: ([, words]) => element("strong", inline(words ?? "")) },
  { at: /\*(?=\S)([^*]*?\S)\*/, make: ([, words]) => element("em", inline(words ?? "")) },
  { at: /(?<!\w)_(?=\S)([^_]*?\S)_(?!\w)/, make: ([, words]) => element("em", inline(words ?? "")) },
  { at: /(?: {2,}|\\)\n/, make: () => element("br") },
];

/** The nodes of one stretch of Markdown text. What is no mark is text, HTML included. */
export function inline(source: string): DocumentFragment {
  const out = document.createDocumentFragment();
  let rest = source;
  while (rest !== "") {
    let first: { found: RegExpMatchArray; make: Mark["make"] } | null = null;
    for (const { at, make } of MARKS) {
      const found = rest.match(at);
      if (found?.index !== undefined && (first === null || found.index < first.found.index!)) first = { found, make };
    }
    if (!first) break;
    const start = first.found.index!;
    if (start > 0) out.append(rest.slice(0, start));
    out.append(first.make(first.found));
    rest = rest.slice(start + first.found[0].length);
  }
  out.append(rest);
  return out;
}
