/** `/widget.js`: defines the element; with `data-account` on its script tag it also puts one into the page. */
import { defineChat } from "./element";

const NAME = "warmline-chat";
const script = document.currentScript as HTMLScriptElement | null;

function place(tag: HTMLScriptElement): void {
  if (document.querySelector(NAME)) return;
  const chat = document.createElement(NAME);
  for (const name of ["account", "identity", "locale", "theme", "position"]) {
    const value = tag.dataset[name];
    if (value !== undefined) chat.setAttribute(name, value);
  }
  document.body.append(chat);
}

if (script?.src && !customElements.get(NAME)) {
  customElements.define(NAME, defineChat(new URL(script.src).origin));
  if (script.dataset["account"]) {
    if (document.body) place(script);
    else addEventListener("DOMContentLoaded", () => place(script));
  }
}
