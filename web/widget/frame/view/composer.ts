/** Where the customer writes: grows to five lines, sends on Enter, never loses a draft. */
import { h, icon } from "../dom";
import type { Words } from "../words";

/** As the server's MAX_TEXT, in characters (code points). */
export const MAX_TEXT = 8_000;
const WARN_AT = 400;
const TYPING_EVERY_MS = 4_000;
const TYPING_ENDS_MS = 5_000;

export interface ComposerOptions {
  words: Words;
  send: (text: string) => void;
  typing: (on: boolean) => void;
  startNew: () => void;
  draft: { load: () => string; keep: (text: string) => void };
}

export class Composer {
  readonly element: HTMLElement;
  readonly #options: ComposerOptions;
  readonly #text: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #count = h("p", { class: "count", "aria-live": "polite" });
  readonly #ended: HTMLElement;
  #typingSaid = 0;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ComposerOptions) {
    this.#options = options;
    const { words } = options;
    this.#text = h("textarea", {
      rows: "1",
      dir: "auto",
      "aria-label": words.write,
      placeholder: words.write,
      enterkeyhint: "send",
      oninput: () => this.#changed(true),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
    });
    this.#text.value = options.draft.load();
    this.#send = h("button", { type: "button", class: "send", "aria-label": words.send, onclick: () => this.#submit() }, icon("send"));
    this.#ended = h(
      "div",
      { class: "ended", hidden: true },
      h("button", { type: "button", class: "primary", onclick: options.startNew }, words.startNew),
    );
    this.element = h("div", { class: "composer" }, this.#ended, h("div", { class: "field" }, this.#text, this.#send), this.#count);
    this.#changed(false);
  }

  /** After the end the first thing offered is a new beginning; writing one does the same. */
  draw(ended: boolean): void {
    const { words } = this.#options;
    if (this.#ended.hidden === !ended) return;
    this.#ended.hidden = !ended;
    this.#text.placeholder = ended ? words.writeNew : words.write;
    this.#text.ariaLabel = this.#text.placeholder;
    this.#grow();
  }

  focus(): void {
    this.#text.focus({ preventScroll: true });
  }

  /** Sizes depend on being shown. */
  measure(): void {
    this.#grow();
  }

  #key(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word. 229 is what some of them send instead of isComposing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    const text = this.#text.value.trim();
    if (text === "" || length(text) > MAX_TEXT) return this.focus();
    this.#text.value = "";
    this.#changed(false);
    this.#typing(false);
    this.#options.send(text);
    this.focus();
  }

  #changed(typed: boolean): void {
    const text = this.#text.value;
    const left = MAX_TEXT - length(text.trim());
    this.#count.textContent = left < 0 ? this.#options.words.tooLong(-left) : left <= WARN_AT ? this.#options.words.left(left) : "";
    this.#count.classList.toggle("bad", left < 0);
    this.#text.ariaInvalid = String(left < 0);
    this.#send.ariaDisabled = String(text.trim() === "" || left < 0);
    this.#options.draft.keep(text);
    this.#grow();
    if (typed) this.#typing(text.trim() !== "");
  }

  #grow(): void {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  #typing(on: boolean): void {
    clearTimeout(this.#typingTimer);
    const now = Date.now();
    if (on) this.#typingTimer = setTimeout(() => this.#typing(false), TYPING_ENDS_MS);
    if (on ? now - this.#typingSaid < TYPING_EVERY_MS : this.#typingSaid === 0) return;
    this.#typingSaid = on ? now : 0;
    this.#options.typing(on);
  }
}

function length(text: string): number {
  return text.length <= MAX_TEXT / 2 ? text.length : [...text].length;
}
