/**
 * Every HTTP call of the console, by name. The session cookie goes along by itself; unsafe methods carry the CSRF token.
 */
import type { ConversationSummary } from "@warmline/wire/frames";
import type { AiSwitch, Article, Counts, EventPage, Page, SignedIn, SuggestionPage, SwitchScope } from "./contract";
import type { Packet } from "./packet";
import { problemOf, unreachableServer } from "./problem";

export type View = "mine" | "unassigned" | "bot" | "closed";
type Query = Record<string, string | number | null | undefined>;

let csrf = "";
let whenSignedOut: () => void = () => {};

/** Remembers the token of the session that was just opened. */
export function rememberCsrf(token: string): void {
  csrf = token;
}

/** Calls back when the server says that nobody is signed in any more. */
export function onSignedOut(hear: () => void): void {
  whenSignedOut = hear;
}

async function call<Answer>(method: string, path: string, query: Query = {}, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== undefined) search.set(name, String(value));
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET") headers["x-csrf-token"] = csrf;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}${search.size > 0 ? `?${search}` : ""}`, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachableServer();
  }
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return answer as Answer;
  const problem = problemOf(response.status, answer);
  if (problem.code === "unauthenticated") whenSignedOut();
  throw problem;
}

const at = (id: string): string => `/conversations/${encodeURIComponent(id)}`;

export const api = {
  signIn: (email: string, password: string) => call<SignedIn>("POST", "/sessions", {}, { email, password }),
  me: () => call<SignedIn>("GET", "/sessions/me"),
  signOut: () => call<null>("DELETE", "/sessions/me"),
  list: (view: View, cursor: string | null, signal?: AbortSignal) => call<Page>("GET", "/conversations", { view, limit: 100, cursor }, undefined, signal),
  counts: () => call<Counts>("GET", "/conversations/counts"),
  conversation: (id: string) => call<ConversationSummary>("GET", at(id)),
  events: (id: string, after: number) => call<EventPage>("GET", `${at(id)}/events`, { after, limit: 500 }),
  take: (id: string) => call<ConversationSummary>("POST", `${at(id)}/take`, {}, {}),
  giveBack: (id: string) => call<ConversationSummary>("POST", `${at(id)}/give-back`, {}, {}),
  resolve: (id: string) => call<ConversationSummary>("POST", `${at(id)}/resolve`, {}, {}),
  packet: (id: string) => call<Packet>("GET", `${at(id)}/packet`),
  suggestions: (id: string, q: string, signal?: AbortSignal) => call<SuggestionPage>("GET", `${at(id)}/suggestions`, q === "" ? {} : { q }, undefined, signal),
  article: (id: string, revision: number, locale: string) => call<Article>("GET", `/knowledge/articles/${encodeURIComponent(id)}`, { revision, locale }),
  switches: () => call<{ items: AiSwitch[] }>("GET", "/switches"),
  setSwitch: (change: { scope: SwitchScope; key: string | null; off: boolean; reason: string }) => call<{ items: AiSwitch[] }>("PUT", "/switches", {}, change),
};
