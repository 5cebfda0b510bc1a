import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Row } from "../rows";
import { EMPTY } from "@warmline/kit/thread";
import type { Now } from "../talk";
import { speak } from "../words";
import { ArticleView } from "./article";
import { Composer, MAX_TEXT } from "./composer";
import { Header } from "./header";
import { Log } from "./log";

const language = speak("en");
const { words } = language;
const NOW: Now = { thread: EMPTY, pending: [], phase: "live", known: true, typing: null, readSeq: 0, turned: false };

/** What a screen reader's user would stumble over. Colours are measured in the tokens' own test. */
async function stumbles(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}

beforeEach(() => {
  document.documentElement.lang = "en";
  document.title = "Chat";
});
afterEach(() => document.body.replaceChildren());

describe("the composer", () => {
  const send = vi.fn();
  const typing = vi.fn();

  function make(draft = ""): { composer: Composer; text: HTMLTextAreaElement } {
    send.mockClear();
    typing.mockClear();
    const composer = new Composer({ words, send, typing, startNew: () => undefined, draft: { load: () => draft, keep: () => undefined } });
    document.body.append(composer.element);
    return { composer, text: composer.element.querySelector("textarea")! };
  }

  function write(text: HTMLTextAreaElement, value: string): void {
    text.value = value;
    text.dispatchEvent(new Event("input"));
  }

  const press = (text: HTMLTextAreaElement, init: KeyboardEventInit): boolean =>
    text.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true, ...init }));

  test("sends on Enter and is empty then", () => {
    const { text } = make();
    write(text, "  hello\nthere ");
    press(text, {});
    expect(send).toHaveBeenCalledWith("hello\nthere");
    expect(text.value).toBe("");
  });

  test.each([
    ["Shift and Enter", { shiftKey: true }],
    ["Enter while an input method composes", { isComposing: true }],
    ["Enter with the key code of an input method", { keyCode: 229 }],
  ])("does not send on %s", (_, init) => {
    const { text } = make();
    write(text, "にほん");
    press(text, init);
    expect(send).not.toHaveBeenCalled();
  });

  test("does not send nothing, and not too much", () => {
    const { text, composer } = make();
    write(text, " \n ");
    press(text, {});
    write(text, "x".repeat(MAX_TEXT + 1));
    press(text, {});
    expect(send).not.toHaveBeenCalled();
    expect(composer.element.textContent).toContain("1 characters too many");
    expect(text.value).toHaveLength(MAX_TEXT + 1);
  });

  test("counts characters as the server does, and only near the end", () => {
    const { text, composer } = make();
    write(text, "😀".repeat(MAX_TEXT - 500));
    expect(composer.element.querySelector(".count")?.textContent).toBe("");
    write(text, "😀".repeat(MAX_TEXT - 10));
    expect(composer.element.querySelector(".count")?.textContent).toBe("10 characters left");
  });

  test("says once that someone types, and that they stopped", () => {
    const { text } = make();
    write(text, "a");
    write(text, "ab");
    write(text, "");
    expect(typing.mock.calls).toEqual([[true], [false]]);
  });

  test("brings back a draft, and can be used without seeing it", async () => {
    expect(make("half a thought").text.value).toBe("half a thought");
    expect(await stumbles()).toEqual([]);
  });
});

describe("the log", () => {
  const done = { reply: vi.fn(), retry: vi.fn(), discard: vi.fn(), article: vi.fn() };
  const said = (key: string, text: string, more: Partial<Extract<Row, { kind: "said" }>> = {}): Row => ({
    kind: "said", key, who: "bot", name: null, text, at: "2026-05-12T10:00:00Z", first: true, last: true, status: null, code: null, clientId: null, citations: [], ...more,
  });

  function make(): Log {
    const log = new Log({ language, assistant: "Larkfield assistant", atEnd: () => undefined, ...done }, document.createElement("div"));
    document.body.append(log.element);
    return log;
  }

  test("shows markup as the words it is", () => {
    const log = make();
    const evil = "<img src=x onerror=alert(1)><script>alert(1)</script><b>hi</b>";
    log.draw([said("1", evil), { kind: "line", key: "2", text: evil }, said("3", evil, { who: "agent", name: evil })]);
    expect(log.element.querySelector("img, script, b")).toBeNull();
    expect(log.element.querySelector(".bubble")?.textContent).toBe(evil);
  });

  test("touches only rows that changed, and keeps their order", () => {
    const log = make();
    log.draw([said("1", "a"), said("3", "c")]);
    const [first] = log.element.querySelectorAll(".said");
    log.draw([said("1", "a"), said("2", "b"), said("3", "c, changed")]);
    expect(log.element.querySelector(".said")).toBe(first);
    expect([...log.element.querySelectorAll(".bubble")].map((bubble) => bubble.textContent)).toEqual(["a", "b", "c, changed"]);
    log.draw([]);
    expect(log.element.querySelectorAll(".said")).toHaveLength(0);
  });

  test("says who speaks, and that a machine is one", () => {
    const log = make();
    log.draw([said("1", "a"), said("2", "b", { who: "agent", name: "Maya" }), said("3", "c", { who: "customer", status: "seen" })]);
    expect([...log.element.querySelectorAll(".name")].map((name) => name.textContent)).toEqual(["Larkfield assistant · automated", "Maya", "You"]);
    expect(log.element.querySelector(".customer .status")?.textContent).toBe("Seen");
  });

  test("a refused message says why and can be sent again", () => {
    const log = make();
    log.draw([said("k", "a", { who: "customer", status: "refused", code: "rate_limited", clientId: "k" })]);
    const [again, discard] = log.element.querySelectorAll("button.text") as NodeListOf<HTMLButtonElement>;
    again!.click();
    discard!.click();
    expect(log.element.textContent).toContain("Too many messages at once.");
    expect([done.retry.mock.calls, done.discard.mock.calls]).toEqual([[["k"]], [["k"]]]);
  });

  test("can be used without seeing it", async () => {
    const log = make();
    const citation = { article_id: "returns", revision: 1, release: "r1", title: "Returns", heading: null, snippet: null, suggestion_id: null };
    log.draw([
      said("1", "a https://example.com", { citations: [citation] }),
      { kind: "typing", key: "typing", typist: { kind: "agent", name: "Maya" } },
      { kind: "replies", key: "replies", items: [{ title: "Yes", payload: "/yes" }] },
    ]);
    expect(log.element.querySelector("[role=log]")?.getAttribute("aria-live")).toBe("polite");
    expect(await stumbles()).toEqual([]);
  });
});

describe("the header", () => {
  function make(): Header {
    const header = new Header({ words, assistant: "Larkfield assistant", brand: "Larkfield Home", privacy: "https://example.com/privacy", embedded: true, close: vi.fn(), end: vi.fn(), person: vi.fn() });
    document.body.append(header.element);
    return header;
  }
  const title = (header: Header): string => `${header.element.querySelector("h1")?.textContent} / ${header.element.querySelector(".who p")?.textContent}`;

  test("says who is answering", () => {
    const header = make();
    header.draw(NOW);
    expect(title(header)).toBe("Larkfield assistant / Larkfield Home · automated");
    header.draw({ ...NOW, thread: { ...EMPTY, conversation: "c", state: "waiting", position: 3 } });
    expect(title(header)).toBe("Waiting for a person / You are third in line.");
    header.draw({ ...NOW, thread: { ...EMPTY, conversation: "c", state: "with_agent", agent: "Maya" } });
    expect(title(header)).toBe("Maya / Larkfield Home");
    header.draw({ ...NOW, thread: { ...EMPTY, conversation: "c", state: "closed", agent: "Maya" } });
    expect(title(header)).toBe("Maya / This conversation has ended.");
  });

  test("its menu works with keys and can be used without seeing it", async () => {
    const header = make();
    header.draw({ ...NOW, thread: { ...EMPTY, conversation: "c" } });
    header.element.querySelector<HTMLButtonElement>("[aria-haspopup]")!.click();
    expect(document.activeElement?.textContent).toBe("Talk to a person");
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
    expect(document.activeElement?.textContent).toBe("Privacy");
    expect(await stumbles()).toEqual([]);
    expect(header.escape()).toBe(true);
    expect(header.escape()).toBe(false);
  });
});

describe("an article", () => {
  const article = (id: string): ReturnType<typeof load> =>
    load({
      article_id: id,
      revision: 1,
      release: "r1",
      title: id,
      locale: "en",
      html: '<p dir="auto">See <a href="article:more">more</a>. <script>x</script></p>',
      disclaimers: [{ title: "In Germany", html: "<p>Two <strong>years</strong>.</p>" }],
      outdated: id === "more",
      notice: id === "more" ? "locale_fallback" : null,
      updated: "2026-08-15",
    });
  const load = async <T>(value: T): Promise<T> => value;

  test("opens here, leads on to others and back, and gives the focus back", async () => {
    const from = document.createElement("button");
    from.textContent = "card";
    const closed = vi.fn();
    const view = new ArticleView({ language, load: article as never, closed });
    document.body.append(from, view.element);
    view.show({ id: "returns", revision: 1, title: "Returns" }, from);
    await vi.waitFor(() => expect(view.element.querySelector("h2")?.textContent).toBe("returns"));
    expect(view.element.querySelector("script")).toBeNull();
    view.element.querySelector<HTMLAnchorElement>(".article-link")!.click();
    await vi.waitFor(() => expect(view.element.querySelector("h2")?.textContent).toBe("more"));
    expect([...view.element.querySelectorAll(".notice")].map((notice) => notice.textContent)).toEqual([words.otherLanguage, words.outdated]);
    expect(view.element.querySelector(".callout")?.textContent).toBe("In GermanyTwo years.");
    expect(await stumbles()).toEqual([]);
    view.back();
    await vi.waitFor(() => expect(view.element.querySelector("h2")?.textContent).toBe("returns"));
    expect(view.element.querySelector(".notice")).toBeNull();
    view.back();
    expect([view.open, closed.mock.calls.length, document.activeElement]).toEqual([false, 1, from]);
  });

  test("that cannot be loaded says so and can be tried again", async () => {
    let fails = true;
    const view = new ArticleView({
      language,
      load: async (id) => (fails ? Promise.reject(new Error("away")) : ((await article(id)) as never)),
      closed: () => undefined,
    });
    document.body.append(view.element);
    view.show({ id: "returns", revision: null, title: "Returns" }, document.body);
    await vi.waitFor(() => expect(view.element.querySelector("[role=alert]")?.textContent).toContain(words.articleFailed));
    fails = false;
    view.element.querySelector<HTMLButtonElement>(".primary")!.click();
    await vi.waitFor(() => expect(view.element.querySelector("article h2")?.textContent).toBe("returns"));
  });
});
