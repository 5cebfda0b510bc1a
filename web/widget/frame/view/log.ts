/** The log of messages: rows are kept by key, so that what is on the screen is touched only where it changed. */
import { linked } from "@warmline/kit/links";
import { exact, stamp } from "@warmline/kit/time";
import type { Citation, QuickReply } from "@warmline/wire/frames";
import { h, icon } from "../dom";
import type { Row, Said, Status } from "../rows";
import type { Typist } from "../talk";
import type { Language, Words } from "../words";
import { avatar } from "./avatar";

export interface LogOptions {
  language: Language;
  assistant: string;
  reply: (reply: QuickReply) => void;
  retry: (clientId: string) => void;
  discard: (clientId: string) => void;
  article: (citation: Citation, from: HTMLElement) => void;
  /** The reader is at the newest row, or no longer. */
  atEnd: (yes: boolean) => void;
}

const NEAR_PX = 64;

export class Log {
  readonly element: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #pill: HTMLButtonElement;
  readonly #scroller: HTMLElement;
  readonly #options: LogOptions;
  readonly #shown = new Map<string, { sign: string; node: HTMLElement }>();
  #stuck = true;
  #last = "";

  constructor(options: LogOptions, greeting: HTMLElement) {
    this.#options = options;
    const { words } = options.language;
    this.#rows = h("div", { class: "rows", role: "log", "aria-live": "polite", "aria-label": words.messages });
    this.#scroller = h("div", { class: "scroller", tabindex: "0", onscroll: () => this.#scrolled() }, greeting, this.#rows);
    this.#pill = h("button", { class: "pill", type: "button", hidden: true, onclick: () => this.toEnd() }, words.newBelow, icon("down"));
    this.element = h("div", { class: "log" }, this.#scroller, this.#pill);
    // The panel's height changes with the composer and the phone's keyboard; who read the newest row still does.
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(this.#scroller);
  }

  get atEnd(): boolean {
    return this.#stuck;
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#settle(true);
  }

  draw(rows: readonly Row[]): void {
    const wanted = new Set(rows.map((row) => row.key));
    for (const [key, { node }] of this.#shown) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#shown.delete(key);
    }
    const nodes = rows.map((row) => this.#node(row));
    nodes.forEach((node, index) => {
      const there = this.#rows.children[index] ?? null;
      if (there !== node) this.#rows.insertBefore(node, there);
    });
    this.#follow(rows);
  }

  /** Own words always come into view; others' only when the reader is there, otherwise the pill says so. */
  #follow(rows: readonly Row[]): void {
    const newest = rows.findLast((row) => row.kind === "said" || row.kind === "line");
    const isNew = newest !== undefined && newest.key !== this.#last;
    this.#last = newest?.key ?? "";
    const own = newest?.kind === "said" && newest.who === "customer";
    if (this.#stuck || (isNew && own)) this.toEnd();
    else if (isNew) this.#pill.hidden = false;
  }

  #scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#settle(scrollHeight - scrollTop - clientHeight < NEAR_PX);
  }

  #settle(atEnd: boolean): void {
    if (atEnd) this.#pill.hidden = true;
    if (atEnd === this.#stuck) return;
    this.#stuck = atEnd;
    this.#options.atEnd(atEnd);
  }

  #node(row: Row): HTMLElement {
    const sign = JSON.stringify(row);
    const old = this.#shown.get(row.key);
    if (old?.sign === sign) return old.node;
    const node = this.#make(row);
    const focused = old?.node.contains(document.activeElement);
    old?.node.replaceWith(node);
    if (focused) node.querySelector<HTMLElement>("button")?.focus();
    this.#shown.set(row.key, { sign, node });
    return node;
  }

  #make(row: Row): HTMLElement {
    switch (row.kind) {
      case "said":
        return this.#said(row);
      case "line":
        return h("p", { class: "line", dir: "auto" }, row.text);
      case "day":
        return h("p", { class: "day" }, h("time", { datetime: new Date(row.at).toISOString() }, this.#day(row.at)));
      case "typing":
        return this.#typing(row.typist);
      case "replies":
        return this.#replies(row.items);
    }
  }

  #day(at: string | number): string {
    const { tag } = this.#options.language;
    return new Intl.DateTimeFormat(tag, { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
  }

  #nameOf(who: Said["who"], name: string | null): string {
    const { words } = this.#options.language;
    if (who === "customer") return words.you;
    return who === "bot" ? `${this.#options.assistant} · ${words.automated}` : (name ?? "");
  }

  #said(row: Said): HTMLElement {
    const name = this.#nameOf(row.who, row.name);
    const bubble = h("div", { class: "bubble", dir: "auto" }, linked(row.text));
    const classes = ["said", row.who, row.first && "first", row.last && "last", row.status].filter(Boolean).join(" ");
    return h(
      "div",
      { class: classes },
      row.who !== "customer" && row.first && avatar(row.who, row.name ?? ""),
      h(
        "div",
        { class: "words" },
        row.first && h("span", { class: row.who === "customer" ? "name hidden" : "name", dir: "auto" }, name),
        bubble,
        ...row.citations.map((citation) => this.#card(citation)),
        this.#meta(row),
      ),
    );
  }

  #meta(row: Said): HTMLElement | null {
    const { words, tag } = this.#options.language;
    if (row.status === "refused" || row.status === "failed") return this.#refused(row);
    if (!row.last) return null;
    const time = h("time", { datetime: new Date(row.at).toISOString(), title: exact(row.at, tag) }, stamp(row.at, Date.now(), tag));
    return h("div", { class: "meta" }, time, row.status && h("span", { class: "status" }, statusWord(row.status, words)));
  }

  #refused(row: Said): HTMLElement {
    const { words } = this.#options.language;
    const why = words.refused[row.code as keyof Words["refused"]] ?? words.refused.other;
    const id = row.clientId ?? "";
    return h(
      "div",
      { class: "meta refused" },
      h("span", {}, `${words.notSent}. `, row.code ? why : ""),
      row.status === "refused" && h("button", { type: "button", class: "text", onclick: () => this.#options.retry(id) }, words.again),
      row.status === "refused" && h("button", { type: "button", class: "text quiet", onclick: () => this.#options.discard(id) }, words.remove),
    );
  }

  #card(citation: Citation): HTMLElement {
    const { words } = this.#options.language;
    const card: HTMLButtonElement = h(
      "button",
      { type: "button", class: "card", onclick: () => this.#options.article(citation, card) },
      h("span", { class: "card-icon" }, icon("article")),
      h(
        "span",
        { class: "card-words", dir: "auto" },
        h("span", { class: "hidden" }, `${words.article}: `),
        h("strong", {}, citation.title),
        Boolean(citation.heading ?? citation.snippet) && h("span", {}, citation.heading ?? citation.snippet),
      ),
      icon("next"),
    );
    return card;
  }

  #typing(typist: Typist): HTMLElement {
    const { words } = this.#options.language;
    const who = typist.kind === "agent" ? (typist.name ?? words.person) : this.#options.assistant;
    return h(
      "div",
      { class: `said ${typist.kind} first last` },
      avatar(typist.kind, typist.name ?? ""),
      h("div", { class: "words" }, h("div", { class: "bubble dots" }, h("i"), h("i"), h("i"), h("span", { class: "hidden" }, words.typing(who)))),
    );
  }

  #replies(items: readonly QuickReply[]): HTMLElement {
    const { words } = this.#options.language;
    return h(
      "div",
      { class: "replies", role: "group", "aria-label": words.quickReplies },
      ...items.map((item) => h("button", { type: "button", dir: "auto", onclick: () => this.#options.reply(item) }, item.title)),
    );
  }
}

function statusWord(status: Status, words: Words): string {
  return { sending: words.sending, sent: words.sent, delivered: words.delivered, seen: words.seen, refused: words.notSent, failed: words.notSent }[status];
}
