import { h } from "../dom";
import type { Brand } from "../http";
import type { Words } from "../words";

/** What stands above the first message: the company's own words, and honestly who answers. */
export function greeting(brand: Brand, words: Words): HTMLElement {
  return h(
    "div",
    { class: "greeting" },
    h("h2", { dir: "auto" }, brand.greeting),
    h("p", {}, words.greetingHint),
  );
}
