/** The app's side of the talk with the host page's element. Alone in a tab, it talks to nobody and is always shown. */
import { sealed, type ToFrame, type ToHost, unsealed } from "../protocol";

type Attributes = Extract<ToFrame, { type: "attributes" }>;

export interface HostOptions {
  /** The host page's origin, as the element said in the frame's address; the browser checks it on every post. */
  origin: string;
  attributes: (attributes: Attributes) => void;
  shown: (open: boolean) => void;
}

export class Host {
  readonly embedded = window.parent !== window;
  open = !this.embedded;
  /** The person opened the chat, and nobody has given the focus to anything yet. */
  #wantsFocus = false;
  readonly #options: HostOptions;

  constructor(options: HostOptions) {
    this.#options = options;
    if (!this.embedded) return;
    addEventListener("message", (event) => {
      const message = unsealed<ToFrame>(event, { origin: options.origin, source: window.parent });
      if (message) this.#heard(message);
    });
    this.say({ type: "ready" });
  }

  say(message: ToHost): void {
    if (this.embedded && this.#options.origin) window.parent.postMessage(sealed(message), this.#options.origin);
  }

  /** Whether the focus belongs in here; true once for each opening by hand. */
  takeFocus(): boolean {
    const wanted = this.#wantsFocus && this.open;
    this.#wantsFocus = false;
    return wanted;
  }

  #heard(message: ToFrame): void {
    switch (message.type) {
      case "attributes":
        return this.#options.attributes(message);
      case "shown":
        this.open = message.open;
        this.#wantsFocus = message.focus;
        return this.#options.shown(message.open);
    }
  }
}
