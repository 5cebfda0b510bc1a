import { h } from "../dom";
import type { Brand } from "../http";
import type { Words } from "../words";
import { avatar } from "./avatar";

/** What stands above the first message: the company's own words, and honestly who answers. */
export function greeting(brand: Brand, assistant: string, words: Words): HTMLElement {
  return h(
    "div",
    { class: "greeting" },
    avatar("bot", assistant),
    h("h2", { dir: "auto" }, brand.greeting),
    h("p", {}, words.greetingHint),
  );
}
