/** Who is answering, and the way out. */
import { h, icon } from "../dom";
import type { Now } from "../talk";
import type { Words } from "../words";
import { avatar } from "./avatar";

export interface HeaderOptions {
  words: Words;
  assistant: string;
  brand: string;
  privacy: string | null;
  embedded: boolean;
  close: () => void;
  end: () => void;
  person: () => void;
}

export class Header {
  readonly element: HTMLElement;
  readonly #options: HeaderOptions;
  readonly #who = h("div", { class: "who" });
  readonly #menuButton: HTMLButtonElement;
  readonly #menu = h("div", { class: "menu", role: "menu", hidden: true });
  #drawn = "";

  constructor(options: HeaderOptions) {
    this.#options = options;
    const { words } = options;
    this.#menuButton = h(
      "button",
      { type: "button", class: "round", "aria-label": words.menu, "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.#toggle(this.#menu.hidden) },
      icon("more"),
    );
    const close = h("button", { type: "button", class: "round", "aria-label": words.close, onclick: options.close }, icon("close"));
    this.element = h("header", { class: "header" }, this.#who, this.#menuButton, options.embedded && close, this.#menu);
    this.element.addEventListener("keydown", (event) => this.#keys(event));
    document.addEventListener("pointerdown", (event) => {
      if (!this.#menu.hidden && !this.element.contains(event.target as Node)) this.#toggle(false);
    });
  }

  draw(now: Now): void {
    const { thread, turned } = now;
    const state = turned ? "with_bot" : thread.state;
    const running = thread.conversation !== null && state !== "closed" && !turned;
    const sign = JSON.stringify([state, thread.agent, thread.position, running]);
    if (sign === this.#drawn) return;
    this.#drawn = sign;
    const [face, title, detail] = this.#words(state, now);
    this.#who.replaceChildren(face, h("div", {}, h("h1", { dir: "auto" }, title), h("p", { dir: "auto" }, detail)));
    this.#items(running, state);
  }

  #words(state: Now["thread"]["state"], { thread }: Now): [HTMLElement, string, string] {
    const { words, assistant, brand } = this.#options;
    if (state === "waiting") {
      return [avatar("queue", ""), words.waitingTitle, thread.position ? words.place(thread.position) : brand];
    }
    if (state === "closed") return [avatar(thread.agent ? "agent" : "bot", thread.agent ?? ""), thread.agent ?? assistant, words.ended];
    if (thread.agent && state === "with_agent") return [avatar("agent", thread.agent), thread.agent, brand];
    return [avatar("bot", assistant), assistant, `${brand} · ${words.automated}`];
  }

  #items(running: boolean, state: Now["thread"]["state"]): void {
    const { words, privacy } = this.#options;
    const item = (label: string, act: () => void): HTMLElement =>
      h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => (this.#toggle(false), act()) }, label);
    this.#menu.replaceChildren(
      ...(state === "with_bot" ? [item(words.person, this.#options.person)] : []),
      ...(running ? [item(words.end, this.#options.end)] : []),
      ...(privacy
        ? [h("a", { role: "menuitem", tabindex: "-1", href: privacy, target: "_blank", rel: "noopener noreferrer" }, words.privacy)]
        : []),
    );
    this.#menuButton.hidden = this.#menu.childElementCount === 0;
  }

  focusMenu(): void {
    this.#menuButton.focus();
  }

  /** True when Escape had something to close here. */
  escape(): boolean {
    if (this.#menu.hidden) return false;
    this.#toggle(false);
    this.#menuButton.focus();
    return true;
  }

  #toggle(open: boolean): void {
    this.#menu.hidden = !open;
    this.#menuButton.ariaExpanded = String(open);
    if (open) (this.#menu.firstElementChild as HTMLElement | null)?.focus();
  }

  #keys(event: KeyboardEvent): void {
    if (this.#menu.hidden) return;
    const items = [...this.#menu.children] as HTMLElement[];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") this.#toggle(false);
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length)?.focus();
  }
}
