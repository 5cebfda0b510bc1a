/** The app in its frame: header, log, composer, articles, and what ties them to the talk. */
import type { Event } from "@warmline/wire/frames";
import { socketUrl } from "@warmline/kit/socket";
import type { Item } from "@warmline/kit/thread";
import { h } from "./dom";
import type { Host } from "./host";
import { type Account, getArticle } from "./http";
import { rowsOf } from "./rows";
import { Talk } from "./talk";
import { ArticleView } from "./view/article";
import { Banner } from "./view/banner";
import { Composer } from "./view/composer";
import { confirmEnd } from "./view/confirm";
import { greeting } from "./view/greeting";
import { Header } from "./view/header";
import { Log } from "./view/log";
import type { Language } from "./words";

export interface AppOptions {
  account: Account;
  language: Language;
  host: Host;
  token: () => string;
  page: () => string | null;
  /** The token is no longer good; ends when there is a new one. */
  renew: () => Promise<void>;
}

/** What the bot takes for the wish to talk to a person. */
const PERSON = "/talk_to_person";

export class App {
  readonly element: HTMLElement;
  readonly #options: AppOptions;
  readonly #talk: Talk;
  readonly #header: Header;
  readonly #log: Log;
  readonly #composer: Composer;
  readonly #articles: ArticleView;
  readonly #banner: Banner;
  readonly #tabs: BroadcastChannel | null;
  readonly #main: HTMLElement;
  #told = "";

  constructor(options: AppOptions) {
    this.#options = options;
    const { account, language, host } = options;
    const { words } = language;
    const assistant = account.brand.assistant_name || words.assistant;
    const name = account.account;
    this.#talk = new Talk({
      url: socketUrl("/ws/widget"),
      token: options.token,
      locale: () => language.tag,
      page: options.page,
      keep: storage(),
      key: `warmline:outbox:${name}`,
      change: () => this.#draw(),
      live: (event) => this.#live(event),
      expired: () => void options.renew().then(() => this.#talk.start()),
    });
    this.#header = new Header({
      words,
      assistant,
      brand: account.brand.name,
      privacy: account.privacy_url ?? null,
      embedded: host.embedded,
      close: () => host.say({ type: "close" }),
      end: () => this.#askEnd(),
      person: () => this.#talk.send(words.person, PERSON),
    });
    this.#log = new Log(
      {
        language,
        assistant,
        reply: (reply) => this.#say(reply.title, reply.payload),
        retry: (clientId) => this.#talk.retry(clientId),
        discard: (clientId) => this.#talk.discard(clientId),
        article: (citation, from) => this.#read({ id: citation.article_id, revision: citation.revision, title: citation.title }, from),
        atEnd: () => this.#seen(),
      },
      greeting(account.brand, words),
    );
    this.#composer = new Composer({
      words,
      send: (text) => this.#say(text, null),
      typing: (on) => this.#talk.typing(on),
      startNew: () => this.#turn(),
      draft: draftOf(name),
    });
    this.#articles = new ArticleView({
      language,
      load: (id, revision) => getArticle(id, revision, language.tag, options.token()),
      closed: () => this.#cover(false),
    });
    this.#banner = new Banner(words, () => this.#talk.nudge());
    this.#main = h("main", {}, this.#banner.element, this.#log.element, this.#composer.element);
    this.element = h("div", { class: "app" }, this.#header.element, this.#main, this.#articles.element);
    this.element.addEventListener("keydown", (event) => this.#escape(event));
    this.#tabs = tabsOf(name, (seq) => this.#talk.readElsewhere(seq));
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  start(): void {
    this.#draw();
    this.#talk.start();
  }

  stop(): void {
    this.#talk.stop();
    this.#tabs?.close();
  }

  shown(open: boolean): void {
    if (open) {
      this.#composer.measure();
      this.#log.toEnd();
      // On a phone the keyboard would jump up and hide the words that were just opened.
      if (this.#options.host.takeFocus() && matchMedia("(pointer: fine)").matches) this.#composer.focus();
      this.#talk.nudge();
    }
    this.#seen();
  }

  #say(text: string, payload: string | null): void {
    this.#talk.send(text, payload);
    if (payload !== null) this.#composer.focus();
  }

  #turn(): void {
    this.#talk.turn();
    this.#composer.focus();
  }

  #read(page: { id: string; revision: number; title: string }, from: HTMLElement): void {
    this.#cover(true);
    this.#articles.show(page, from);
  }

  /** Behind an article nothing can be reached, by pointer, key or screen reader. */
  #cover(on: boolean): void {
    this.#main.inert = on;
    if (!on) this.#seen();
  }

  #askEnd(): void {
    confirmEnd(this.element, this.#options.language.words, (end) => {
      if (end) this.#talk.end();
      if (end) this.#composer.focus();
      else this.#header.focusMenu();
    });
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (this.#header.escape()) return;
    if (this.#articles.open) return this.#articles.back();
    this.#options.host.say({ type: "close" });
  }

  #draw(): void {
    const { now } = this.#talk;
    this.#header.draw(now);
    this.#log.draw(rowsOf(now, this.#options.language.words, new Date()));
    this.#composer.draw(now.thread.state === "closed" && !now.turned);
    this.#banner.draw(now);
    this.#seen();
    this.#tell();
  }

  /** Read is what others said and what was on a screen that someone could look at. */
  #seen(): void {
    const [newest] = this.#unread().slice(-1);
    const looked = this.#options.host.open && document.visibilityState === "visible" && !this.#articles.open;
    if (!newest || !looked || !this.#log.atEnd) return;
    this.#talk.read(newest.seq);
    this.#tabs?.postMessage(newest.seq);
  }

  #unread(): readonly Item[] {
    const { thread, readSeq } = this.#talk.now;
    return thread.items.filter((item) => item.kind === "message" && item.actor.kind !== "customer" && item.seq > readSeq);
  }

  #tell(): void {
    const { thread, known } = this.#talk.now;
    if (!known) return;
    const count = this.#unread().length;
    const on = thread.conversation !== null && thread.state !== "closed";
    const sign = `${count} ${on}`;
    if (sign === this.#told) return;
    this.#told = sign;
    this.#options.host.say({ type: "unread", count });
    this.#options.host.say({ type: "talking", on });
  }

  #live({ data, actor }: Event): void {
    if (data.type !== "message.received" && (data.type !== "message.sent" || data.notice !== null)) return;
    this.#options.host.say({ type: "message", from: actor.kind === "system" ? "bot" : actor.kind });
  }
}

function storage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function draftOf(account: string): { load: () => string; keep: (text: string) => void } {
  const key = `warmline:draft:${account}`;
  return {
    load: () => storage()?.getItem(key) ?? "",
    keep: (text) => {
      try {
        if (text) storage()?.setItem(key, text);
        else storage()?.removeItem(key);
      } catch {
        // Without room for it the draft lives as long as the page.
      }
    },
  };
}

function tabsOf(account: string, read: (seq: number) => void): BroadcastChannel | null {
  if (typeof BroadcastChannel === "undefined") return null;
  const channel = new BroadcastChannel(`warmline:${account}`);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "number") read(data);
  };
  return channel;
}
