/** A help article, read inside the widget. */
import { html } from "@warmline/kit/html";
import { date } from "@warmline/kit/time";
import { h, icon } from "../dom";
import type { Article } from "../http";
import type { Language } from "../words";

export interface ArticleOptions {
  language: Language;
  load: (id: string, revision: number | null) => Promise<Article>;
  closed: () => void;
}

interface Page {
  id: string;
  revision: number | null;
  title: string;
  section?: string;
}

const SKELETON_AFTER_MS = 150;

export class ArticleView {
  readonly element: HTMLElement;
  readonly #options: ArticleOptions;
  readonly #body = h("div", { class: "article-body", tabindex: "0" });
  readonly #back: HTMLButtonElement;
  #trail: Page[] = [];
  #from: HTMLElement | null = null;

  constructor(options: ArticleOptions) {
    this.#options = options;
    const { words } = options.language;
    this.#back = h("button", { type: "button", class: "back", onclick: () => this.back() }, icon("back"), words.back);
    this.element = h("section", { class: "article", hidden: true, "aria-label": words.article }, h("div", { class: "bar" }, this.#back), this.#body);
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  /** Shows an article; `from` gets the focus back. */
  show(page: Page, from: HTMLElement): void {
    this.#from = from;
    this.#trail = [page];
    this.element.hidden = false;
    this.#back.focus();
    void this.#load(page);
  }

  /** To the article before, or to the conversation. */
  back(): void {
    this.#trail.pop();
    const before = this.#trail.at(-1);
    if (before) return void this.#load(before);
    this.element.hidden = true;
    this.#options.closed();
    this.#from?.focus();
  }

  async #load(page: Page): Promise<void> {
    const skeleton = setTimeout(() => this.#body.replaceChildren(this.#skeleton()), SKELETON_AFTER_MS);
    this.#body.replaceChildren(h("h2", { dir: "auto" }, page.title));
    try {
      const article = await this.#options.load(page.id, page.revision);
      if (this.#trail.at(-1) === page) this.#draw(article, page.section ?? "");
    } catch {
      if (this.#trail.at(-1) === page) this.#failed(page);
    } finally {
      clearTimeout(skeleton);
    }
  }

  #draw(article: Article, section: string): void {
    const { tag, words } = this.#options.language;
    const open = (id: string, to: string): void => this.#follow(id, to);
    const updated = article.updated && !Number.isNaN(Date.parse(article.updated)) ? words.updated(date(article.updated, tag)) : null;
    const notices = [article.notice === "locale_fallback" && words.otherLanguage, article.outdated && words.outdated];
    const said = article.disclaimers.map(({ title, html: text }) =>
      h("section", { class: "callout important" }, h("h3", {}, title), html(text, open)),
    );
    this.#body.replaceChildren(
      ...notices.filter(Boolean).map((notice) => h("p", { class: "notice" }, notice)),
      h(
        "article",
        { lang: article.locale, dir: "auto" },
        h("h2", {}, article.title),
        updated && h("p", { class: "updated" }, updated),
        html(article.html, open),
        ...said,
      ),
    );
    this.#body.scrollTop = 0;
    const heading = section === "" ? undefined : [...this.#body.querySelectorAll("[id]")].find(({ id }) => id === section);
    heading?.scrollIntoView();
  }

  #follow(id: string, section: string): void {
    const page: Page = { id, revision: null, title: "", section };
    this.#trail.push(page);
    this.#back.focus();
    void this.#load(page);
  }

  #failed(page: Page): void {
    const { words } = this.#options.language;
    this.#body.replaceChildren(
      h("div", { class: "failed", role: "alert" }, h("p", {}, words.articleFailed), h("button", { type: "button", class: "primary", onclick: () => void this.#load(page) }, words.again)),
    );
  }

  #skeleton(): HTMLElement {
    const bars = ["70%", "100%", "92%", "40%", "100%", "85%"].map((width) => h("i", { style: `width:${width}` }));
    return h("div", { class: "skeleton", role: "status" }, h("span", { class: "hidden" }, this.#options.language.words.loading), ...bars);
  }
}
