/** The element `<warmline-chat>`: a launcher and a frame. Everything that is said is inside the frame. */
import { accentTokens } from "@warmline/tokens/colour";
import { sealed, type Theme, type ToFrame, type ToHost, unsealed } from "../protocol";
import { icon } from "./icon";
import { recall, remember } from "./memory";
import { STYLE } from "./style";
import { wordsFor } from "./words";

interface Brand {
  name: string;
  accent: string;
  accent_dark: string;
  launcher: "right" | "left";
}

/** Made for the server that this script came from. */
export function defineChat(server: string): CustomElementConstructor {
  return class WarmlineChat extends HTMLElement {
    static observedAttributes = ["open", "identity", "locale", "theme", "position"];
    readonly #button = document.createElement("button");
    readonly #badge = document.createElement("span");
    #frame: HTMLIFrameElement | null = null;
    #ready = false;
    #byHand = false;
    #unread = 0;
    #brand: Brand | null = null;
    readonly #dark = matchMedia("(prefers-color-scheme: dark)");
    readonly #hear = (event: MessageEvent): void => {
      const message = unsealed<ToHost>(event, { origin: server, source: this.#frame?.contentWindow });
      if (message) this.#heard(message);
    };
    readonly #paint = (): void => this.#colour();

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.#button.type = "button";
      this.#badge.className = "n";
      this.#badge.ariaHidden = "true";
      this.#button.append(icon("b"), icon("x"), this.#badge);
      root.append(this.#button);
      this.#button.addEventListener("click", () => this.#turn(!this.open));
      root.addEventListener("keydown", (event) => {
        if ((event as KeyboardEvent).key === "Escape" && this.open) this.#turn(false);
      });
    }

    get open(): boolean {
      return this.hasAttribute("open");
    }

    set open(open: boolean) {
      this.toggleAttribute("open", open);
    }

    get #account(): string {
      return this.getAttribute("account") ?? "";
    }

    get #locale(): string {
      return this.getAttribute("locale") || document.documentElement.lang || navigator.language;
    }

    connectedCallback(): void {
      addEventListener("message", this.#hear);
      this.#dark.addEventListener("change", this.#paint);
      this.hidden = true;
      this.#label();
      void this.#dress();
    }

    disconnectedCallback(): void {
      removeEventListener("message", this.#hear);
      this.#dark.removeEventListener("change", this.#paint);
      this.#frame?.remove();
      this.#frame = null;
      this.#ready = false;
    }

    attributeChangedCallback(name: string, before: string | null, after: string | null): void {
      if (before === after || !this.isConnected) return;
      if (name === "open") return this.#opened();
      this.#label();
      this.#colour();
      this.#tellAttributes();
    }

    /** Asks the server for the brand; an account that is not known there shows nothing at all. */
    async #dress(): Promise<void> {
      try {
        const answer = await fetch(`${server}/api/v1/widget/accounts/${encodeURIComponent(this.#account)}`);
        if (answer.status === 404) return console.warn(`Warmline: there is no account "${this.#account}".`);
        if (answer.ok) this.#brand = ((await answer.json()) as { brand: Brand }).brand;
      } catch {
        // Offline or busy: the launcher is there all the same, and the frame says what is wrong.
      }
      if (!this.isConnected) return;
      this.#colour();
      this.#label();
      this.hidden = false;
      const past = recall(this.#account);
      if (past.talking) this.#load();
      // On a phone the panel is the whole screen; nobody wants a page to begin with that.
      if (this.open) this.#opened();
      else if (past.open && !matchMedia("(max-width:520px)").matches) this.open = true;
    }

    #colour(): void {
      const dark = this.getAttribute("theme") === "dark" || (this.#dark.matches && this.getAttribute("theme") !== "light");
      const accent = dark ? this.#brand?.accent_dark : this.#brand?.accent;
      const made = accentTokens(accent ?? "#2c5cc5", dark ? "#10131a" : "#ffffff");
      this.style.setProperty("--a", made?.["--accent"] ?? "");
      this.style.setProperty("--on", made?.["--on-accent"] ?? "");
      this.dataset["side"] = this.getAttribute("position") ?? this.#brand?.launcher ?? "right";
    }

    #label(): void {
      const words = wordsFor(this.#locale);
      const unread = this.#unread > 0 && !this.open ? `, ${words.unread(this.#unread)}` : "";
      this.#button.ariaLabel = this.open ? words.close : words.open + unread;
      this.#button.ariaExpanded = String(this.open);
      this.#badge.textContent = unread && (this.#unread > 99 ? "99+" : String(this.#unread));
      if (this.#frame) this.#frame.title = words.title(this.#brand?.name ?? "");
    }

    /** The person pressed something: focus goes along, into the frame or back to the launcher. */
    #turn(open: boolean): void {
      this.#byHand = true;
      this.open = open;
      if (!open) this.#button.focus();
    }

    #opened(): void {
      if (this.hidden) return;
      if (this.open) this.#load();
      this.#label();
      remember(this.#account, { open: this.open });
      this.#tellShown();
      this.#emit(this.open ? "open" : "close");
    }

    #load(): void {
      if (this.#frame) return;
      const frame = document.createElement("iframe");
      const ask = new URLSearchParams({ account: this.#account, host: location.origin, locale: this.#locale });
      frame.src = `${server}/widget/frame.html?${ask}`;
      frame.allow = "clipboard-write";
      this.#frame = frame;
      this.#label();
      this.shadowRoot?.prepend(frame);
    }

    #say(message: ToFrame): void {
      if (this.#ready) this.#frame?.contentWindow?.postMessage(sealed(message), server);
    }

    #tellAttributes(): void {
      const theme = this.getAttribute("theme");
      this.#say({
        type: "attributes",
        identity: this.getAttribute("identity"),
        locale: this.getAttribute("locale"),
        theme: theme === "light" || theme === "dark" ? (theme satisfies Theme) : null,
        page: location.href.slice(0, 500),
      });
    }

    #tellShown(): void {
      this.#say({ type: "shown", open: this.open, focus: this.#byHand });
      if (this.open && this.#byHand) this.#frame?.focus();
    }

    #heard(message: ToHost): void {
      switch (message.type) {
        case "ready":
          this.#ready = true;
          this.#tellAttributes();
          this.#tellShown();
          return this.#emit("ready");
        case "close":
          return this.#turn(false);
        case "unread":
          this.#unread = message.count;
          this.#label();
          return this.#emit("unread", { count: message.count });
        case "message":
          return this.#emit("message", { from: message.from });
        case "talking":
          return remember(this.#account, { talking: message.on });
      }
    }

    #emit(name: string, detail: unknown = null): void {
      this.dispatchEvent(new CustomEvent(`warmline:${name}`, { detail, bubbles: true }));
    }
  };
}
