/** Starts the app: who is asking for it, what it looks like, who the visitor is, and then the talk. */
import { accentTokens } from "@warmline/tokens/colour";
import "@warmline/tokens/tokens.css";
import "./style.css";
import { App } from "./app";
import { h } from "./dom";
import { Host } from "./host";
import { type Account, type Brand, getAccount, openSession, Refusal } from "./http";
import { type Language, speak } from "./words";

const asked = new URLSearchParams(location.search);
const name = asked.get("account") ?? "";
const root = document.documentElement;
const AGAIN_MS = [2_000, 5_000, 15_000, 30_000];

let identity: string | null = null;
let page: string | null = document.referrer || null;
let token = "";
let app: App | null = null;
let brand: Brand | null = null;
let tries = 0;
/** Only the newest beginning may end with an app. */
let beginning = 0;
let hostIsKnown = false;
let knowHost: () => void = () => undefined;
const hostKnown = new Promise<void>((resolve) => (knowHost = resolve));

const host = new Host({
  origin: asked.get("host") ?? "",
  attributes: (attributes) => {
    page = attributes.page;
    if (attributes.theme) root.dataset["theme"] = attributes.theme;
    else delete root.dataset["theme"];
    paint();
    const first = !hostIsKnown;
    const other = attributes.identity !== identity;
    identity = attributes.identity;
    hostIsKnown = true;
    knowHost();
    if (other && !first) void begin();
  },
  shown: (open) => app?.shown(open),
});

function speakAs(account: Account | null): Language {
  const language = speak(asked.get("locale"), account?.locale, navigator.language);
  root.lang = language.tag;
  root.dir = language.dir;
  return language;
}

/** The brand's accent, made readable on the ground that is shown now. */
function paint(): void {
  if (!brand) return;
  for (const [property] of Object.entries(accentTokens("#000", "#fff") ?? {})) root.style.removeProperty(property);
  const ground = getComputedStyle(root).getPropertyValue("--surface").trim();
  const dark = root.dataset["theme"] === "dark" || (!root.dataset["theme"] && matchMedia("(prefers-color-scheme: dark)").matches);
  for (const [property, value] of Object.entries(accentTokens(dark ? brand.accent_dark : brand.accent, ground) ?? {}))
    root.style.setProperty(property, value);
}

async function session(account: string, locale: string, forget = false): Promise<void> {
  token = (await openSession({ account, locale, identity, page }, forget)).token;
}

/** A session at all costs: the app has words on its way that only a session can send. */
async function renew(account: string, locale: string): Promise<void> {
  for (let again = 0; ; again++) {
    try {
      return await session(account, locale, true);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS[Math.min(again, AGAIN_MS.length - 1)]));
    }
  }
}

async function begin(): Promise<void> {
  const mine = ++beginning;
  app?.stop();
  app = null;
  try {
    if (host.embedded) await hostKnown;
    const account = await getAccount(name);
    const language = speakAs(account);
    if (mine === beginning) await session(account.account, language.tag);
    if (mine !== beginning) return;
    brand = account.brand;
    paint();
    document.title = account.brand.name;
    app = new App({ account, language, host, token: () => token, page: () => page, renew: () => renew(account.account, language.tag) });
    document.body.replaceChildren(app.element);
    app.start();
    app.shown(host.open);
    tries = 0;
  } catch (error) {
    if (mine === beginning) failed(error);
  }
}

/** Says what is wrong and what to do; a server that is only away is tried again by itself. */
function failed(error: unknown): void {
  const { words } = speakAs(null);
  const unknown = error instanceof Refusal && error.status === 404;
  const close = h("button", { type: "button", class: "plain", onclick: () => host.say({ type: "close" }) }, words.close);
  const again = h("button", { type: "button", class: "primary", onclick: () => void begin() }, words.again);
  document.body.replaceChildren(
    h(
      "div",
      { class: "app failed", role: "alert", onkeydown: (event: KeyboardEvent) => event.key === "Escape" && host.say({ type: "close" }) },
      h("h1", {}, unknown ? words.forbidden : words.failed),
      !unknown && h("p", {}, words.failedHint),
      h("div", { class: "choices" }, host.embedded && close, !unknown && again),
    ),
  );
  const mine = beginning;
  if (!unknown) setTimeout(() => mine === beginning && void begin(), AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)]);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
speakAs(null);
void begin();
