/** The inline half of `markdown.ts`: code, bold, italic, links, line breaks. */
import { anchor, safeHref } from "./links";

/** What a click on `[words](article:id)` does; without it such a link is only its words. */
export type OpenArticle = ((id: string) => void) | undefined;

interface Mark {
  at: RegExp;
  make: (found: RegExpMatchArray, open: OpenArticle) => Node;
}

function element(tag: string, ...inside: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.append(...inside);
  return made;
}

/** A link to where it may go, or only its words. */
function link(words: string, address: string, open: OpenArticle): Node {
  const article = /^article:([\w-]+)$/.exec(address)?.[1];
  if (article && open) {
    const made = element("a", inline(words, open)) as HTMLAnchorElement;
    made.href = `#${article}`;
    made.className = "article-link";
    made.addEventListener("click", (event) => {
      event.preventDefault();
      open(article);
    });
    return made;
  }
  const href = safeHref(address);
  return href ? anchor(href, inline(words, open)) : inline(words, open);
}

/** In order of precedence where two begin at the same place. */
const MARKS: readonly Mark[] = [
  { at: /\\([\\`*_{}[\]()#+\-.!|>~])/, make: ([, sign]) => document.createTextNode(sign ?? "") },
  { at: /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/, make: ([, , code]) => element("code", (code ?? "").trim()) },
  { at: /!\[([^\]]*)\]\([^)\s]*(?:\s+"[^"]*")?\)/, make: ([, words]) => document.createTextNode(words ?? "") },
  {
    at: /\[((?:[^[\]]|\[[^\]]*\])+)\]\(<?([^)\s>]*)>?(?:\s+"[^"]*")?\)/,
    make: ([, words, to], open) => link(words ?? "", to ?? "", open),
  },
  { at: /<(https?:\/\/[^\s<>]+)>/, make: ([, to]) => anchor(to ?? "", to ?? "") },
  { at: /\*\*(?=\S)([\s\S]*?\S)\*\*/, make: ([, words], open) => element("strong", inline(words ?? "", open)) },
  { at: /(?<!\w)__(?=\S)([\s\S]*?\S)__(?!\w)/, make: ([, words], open) => element("strong", inline(words ?? "", open)) },
  { at: /\*(?=\S)([^*]*?\S)\*/, make: ([, words], open) => element("em", inline(words ?? "", open)) },
  { at: /(?<!\w)_(?=\S)([^_]*?\S)_(?!\w)/, make: ([, words], open) => element("em", inline(words ?? "", open)) },
  { at: /(?: {2,}|\\)\n/, make: () => element("br") },
];

/** The nodes of one stretch of Markdown text. What is no mark is text, HTML included. */
export function inline(source: string, open?: OpenArticle): DocumentFragment {
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
    out.append(first.make(first.found, open));
    rest = rest.slice(start + first.found[0].length);
  }
  out.append(rest);
  return out;
}
