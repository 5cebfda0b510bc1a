/** Says, after a moment, that the line is down and that nothing is lost. Draws no attention to a short cut. */
import { h } from "../dom";
import type { Now } from "../talk";
import type { Words } from "../words";

const AFTER_MS = 1_500;

export class Banner {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #text = h("span");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #now: Now | null = null;

  constructor(words: Words, tryNow: () => void) {
    this.#words = words;
    const button = h("button", { type: "button", class: "text", onclick: tryNow }, words.tryNow);
    this.element = h("div", { class: "banner", role: "status", hidden: true }, h("i", { class: "pulse" }), this.#text, button);
    for (const sign of ["online", "offline"]) addEventListener(sign, () => this.#now && this.draw(this.#now));
  }

  draw(now: Now): void {
    this.#now = now;
    const down = (now.phase !== "live" && now.phase !== "off") || !navigator.onLine;
    if (!down) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.element.hidden = true;
      return;
    }
    const safe = now.pending.some((entry) => entry.state === "waiting");
    const { offline, offlineSafe, reconnecting, reconnectingSafe } = this.#words;
    const words = navigator.onLine ? (safe ? reconnectingSafe : reconnecting) : safe ? offlineSafe : offline;
    if (this.#text.textContent !== words) this.#text.textContent = words;
    this.#timer ??= setTimeout(() => (this.element.hidden = false), AFTER_MS);
  }
}
