import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sealed, type ToHost } from "../protocol";
import { defineChat } from "./element";
import { recall } from "./memory";

const SERVER = "https://chat.example";
const BRAND = { name: "Larkfield Home", accent: "#2c5cc5", accent_dark: "#82a7ff", launcher: "left" };
type Chat = HTMLElement & { open: boolean };

customElements.define("warmline-chat", defineChat(SERVER));

/** In place of frames, which would be loaded: elements with a window that writes down what is posted to it. */
const posts: { message: unknown; origin: string }[] = [];
const create = document.createElement.bind(document);
document.createElement = ((name: string) => {
  if (name !== "iframe") return create(name);
  const contentWindow = { postMessage: (message: unknown, origin: string) => posts.push({ message, origin }) };
  return Object.assign(create("section"), { contentWindow });
}) as typeof document.createElement;

async function place(account = "larkfield"): Promise<Chat> {
  const chat = document.createElement("warmline-chat") as Chat;
  chat.setAttribute("account", account);
  document.body.append(chat);
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
  await new Promise((resolve) => setTimeout(resolve, 0));
  return chat;
}

const button = (chat: Chat): HTMLButtonElement => chat.shadowRoot!.querySelector("button")!;
const frame = (chat: Chat): HTMLIFrameElement | null => chat.shadowRoot!.querySelector("section") as HTMLIFrameElement | null;

function hear(chat: Chat, message: ToHost, origin = SERVER, source: unknown = frame(chat)?.contentWindow): void {
  const event = new MessageEvent("message", { data: sealed(message), origin });
  Object.defineProperty(event, "source", { value: source });
  window.dispatchEvent(event);
}

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("fetch", vi.fn(async () => ({ ok: true, status: 200, json: async () => ({ brand: BRAND }) })));
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("there is no frame until someone wants to talk", async () => {
  const chat = await place();
  expect(frame(chat)).toBeNull();
  button(chat).click();
  const address = new URL(frame(chat)!.src);
  expect(address.origin + address.pathname).toBe(`${SERVER}/widget/frame.html`);
  expect(address.searchParams.get("account")).toBe("larkfield");
  expect(chat.open).toBe(true);
});

test("the launcher says what it does, where it stands and how much is unread", async () => {
  const chat = await place();
  expect(chat.dataset["side"]).toBe("left");
  expect(button(chat).ariaLabel).toBe("Open chat");
  button(chat).click();
  expect(button(chat).ariaLabel).toBe("Close chat");
  expect(button(chat).ariaExpanded).toBe("true");
  button(chat).click();
  const counts: number[] = [];
  chat.addEventListener("warmline:unread", (event) => counts.push((event as CustomEvent<{ count: number }>).detail.count));
  hear(chat, { type: "unread", count: 2 });
  expect(button(chat).ariaLabel).toBe("Open chat, 2 unread messages");
  expect(button(chat).textContent).toBe("2");
  expect(counts).toEqual([2]);
});

test("it hears its own frame only", async () => {
  const chat = await place();
  button(chat).click();
  hear(chat, { type: "close" }, "https://evil.example");
  hear(chat, { type: "close" }, SERVER, window);
  expect(chat.open).toBe(true);
  hear(chat, { type: "close" });
  expect(chat.open).toBe(false);
});

test("what it tells goes to the server's origin only, and not before the frame is ready", async () => {
  posts.length = 0;
  const chat = await place();
  chat.setAttribute("identity", "proof");
  button(chat).click();
  expect(posts).toEqual([]);
  hear(chat, { type: "ready" });
  expect(new Set(posts.map((post) => post.origin))).toEqual(new Set([SERVER]));
  expect(posts.map((post) => post.message)).toMatchObject([{ type: "attributes", identity: "proof" }, { type: "shown", open: true, focus: true }]);
  expect(frame(chat)!.src).not.toContain("proof");
});

test("escape closes and the focus returns to the launcher", async () => {
  const chat = await place();
  button(chat).click();
  button(chat).dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(chat.open).toBe(false);
  expect(chat.shadowRoot!.activeElement).toBe(button(chat));
});

test("it remembers that it was open, and that there is a conversation", async () => {
  const chat = await place();
  button(chat).click();
  hear(chat, { type: "talking", on: true });
  expect(recall("larkfield")).toEqual({ open: true, talking: true });
  chat.remove();
  const again = await place();
  expect(again.open).toBe(true);
  expect(frame(again)).not.toBeNull();
});

test("an account that is not known shows nothing", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => ({ ok: false, status: 404 })));
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const chat = await place("nobody");
  expect(chat.hidden).toBe(true);
});

test("a server that does not answer still leaves a launcher", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => Promise.reject(new Error("down"))));
  const chat = await place();
  expect(chat.hidden).toBe(false);
});
