import { h } from "../dom";
import type { Words } from "../words";

/** Asks once before a conversation is ended; Escape and a click beside it mean no. */
export function confirmEnd(parent: HTMLElement, words: Words, done: (end: boolean) => void): void {
  const close = (end: boolean): void => {
    dialog.close();
    dialog.remove();
    done(end);
  };
  const dialog = h(
    "dialog",
    {
      "aria-labelledby": "ask-end",
      oncancel: (event: globalThis.Event) => (event.preventDefault(), close(false)),
      onkeydown: (event: KeyboardEvent) => event.stopPropagation(),
      onclick: (event: MouseEvent) => event.target === dialog && close(false),
    },
    h("div", {}, h("h2", { id: "ask-end" }, words.endAsk), h("div", { class: "choices" },
      h("button", { type: "button", class: "plain", onclick: () => close(false) }, words.endKeep),
      h("button", { type: "button", class: "primary", onclick: () => close(true) }, words.end))),
  );
  parent.append(dialog);
  dialog.showModal();
}
