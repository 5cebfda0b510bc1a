/**
 * Markdown to DOM nodes for articles: headings, paragraphs, lists, quotes, code, tables, rules. Nodes are made one by
 * one and words are set as text, so nothing in a source can become an element or an address that we did not choose.
 */
import { inline, type OpenArticle } from "./inline";

const FENCE = /^\s*(`{3,}|~{3,})\s*\w*\s*$/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const BULLET = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^\s*>\s?/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Lines, and where we are in them. */
class Reader {
  at = 0;
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    this.lines = lines;
  }
  get line(): string | undefined {
    return this.lines[this.at];
  }
  while(test: (line: string) => boolean): string[] {
    const from = this.at;
    while (this.line !== undefined && test(this.line)) this.at++;
    return this.lines.slice(from, this.at);
  }
}

interface Manner {
  /** The level of the article's first heading; 2 by default, as the page around it has the first. */
  top: number;
  open: OpenArticle;
}

/** The nodes of a whole article. `openArticle` is called for links to other articles. */
export function markdown(source: string, options: { top?: number; openArticle?: (id: string) => void } = {}): DocumentFragment {
  const manner: Manner = { top: options.top ?? 2, open: options.openArticle };
  const body = source.replace(/\r\n?/g, "\n").replace(/^---\n[\s\S]*?\n---\n/, "");
  return blocks(body.split("\n"), manner);
}

function blocks(lines: readonly string[], manner: Manner): DocumentFragment {
  const out = document.createDocumentFragment();
  const reader = new Reader(lines);
  while (reader.line !== undefined) {
    const made = block(reader, manner);
    if (made) out.append(made);
  }
  return out;
}

function block(reader: Reader, manner: Manner): Node | null {
  const line = reader.line ?? "";
  if (line.trim() === "") {
    reader.at++;
    return null;
  }
  if (FENCE.test(line)) return code(reader);
  const heading = HEADING.exec(line);
  if (heading) {
    reader.at++;
    return element(`h${Math.min(6, heading[1]!.length - 1 + manner.top)}`, inline(heading[2]!, manner.open));
  }
  if (RULE.test(line)) {
    reader.at++;
    return document.createElement("hr");
  }
  if (QUOTE.test(line)) {
    const inner = reader.while((next) => QUOTE.test(next)).map((next) => next.replace(QUOTE, ""));
    return element("blockquote", blocks(inner, manner));
  }
  if (BULLET.test(line)) return list(reader, manner);
  if (line.includes("|") && TABLE_RULE.test(reader.lines[reader.at + 1] ?? "")) return table(reader, manner);
  return paragraph(reader, manner);
}

function element(tag: string, ...inside: Node[]): HTMLElement {
  const made = document.createElement(tag);
  made.append(...inside);
  return made;
}

function code(reader: Reader): Node {
  const fence = FENCE.exec(reader.line ?? "")![1]!;
  reader.at++;
  const inner = reader.while((next) => !next.trim().startsWith(fence));
  reader.at++;
  return element("pre", element("code", document.createTextNode(inner.join("\n"))));
}

function paragraph(reader: Reader, manner: Manner): Node {
  const from = reader.at;
  const lines = reader.while((next) => {
    if (next.trim() === "") return false;
    const first = reader.at === from;
    return first || !(HEADING.test(next) || FENCE.test(next) || QUOTE.test(next) || BULLET.test(next) || RULE.test(next));
  });
  return element("p", inline(lines.join("\n").trim(), manner.open));
}

/** One list with everything that is indented under its points. */
function list(reader: Reader, manner: Manner): Node {
  const [, indent, sign] = BULLET.exec(reader.line ?? "")!;
  const depth = indent!.length;
  const ordered = /\d/.test(sign!);
  const out = document.createElement(ordered ? "ol" : "ul");
  if (ordered && Number.parseInt(sign!) > 1) (out as HTMLOListElement).start = Number.parseInt(sign!);
  for (;;) {
    const point = BULLET.exec(reader.line ?? "");
    if (!point || point[1]!.length !== depth || /\d/.test(point[2]!) !== ordered) return out;
    reader.at++;
    const inner = reader.while((next) => next.trim() === "" || indentOf(next) > depth);
    while (inner.at(-1)?.trim() === "") inner.pop();
    out.append(item(point[3]!, inner, manner));
  }
}

function item(first: string, inner: string[], manner: Manner): Node {
  const under = Math.min(...inner.filter((next) => next.trim() !== "").map(indentOf));
  const rest = inner.map((next) => next.slice(Math.min(under, next.length)));
  const split = rest.findIndex((next) => next.trim() === "" || BULLET.test(next) || FENCE.test(next));
  const lead = [first, ...(split === -1 ? rest : rest.slice(0, split))].join("\n");
  const box = /^\[([ xX])\]\s+/.exec(lead);
  const words = box ? `${box[1] === " " ? "☐" : "☑"} ${lead.slice(box[0].length)}` : lead;
  return element("li", inline(words, manner.open), ...(split === -1 ? [] : [blocks(rest.slice(split), manner)]));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function table(reader: Reader, manner: Manner): Node {
  const head = cells(reader.line ?? "");
  reader.at += 2;
  const rows = reader.while((next) => next.includes("|") && next.trim() !== "");
  const row = (tag: string, words: string[]): HTMLElement =>
    element("tr", ...head.map((_, column) => element(tag, inline(words[column] ?? "", manner.open))));
  const headRow = row("th", head);
  for (const cell of headRow.children) cell.setAttribute("scope", "col");
  const made = element("table", element("thead", headRow), element("tbody", ...rows.map((line) => row("td", cells(line)))));
  const scroller = element("div", made);
  scroller.className = "table";
  scroller.tabIndex = 0;
  return scroller;
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}
