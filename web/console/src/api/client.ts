/**
 * Every HTTP call of the console, by name, on the generated types. The session cookie goes along by itself; unsafe methods
 * carry the CSRF token; an answer that is not a success is thrown as a `Problem`.
 */
import type { paths } from "@warmline/wire/api";
import createClient, { type Middleware } from "openapi-fetch";
import type { SwitchChange } from "./contract";
import type { Packet } from "./packet";
import { problemOf, unreachableServer } from "./problem";

export type View = "mine" | "unassigned" | "bot" | "closed";

const PAGE = 200;
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

const manners: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("x-csrf-token", csrf);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return;
    const problem = problemOf(response.status, await response.json().catch(() => null));
    if (problem.code === "unauthenticated") whenSignedOut();
    throw problem;
  },
  onError({ request }) {
    return request.signal.aborted ? undefined : unreachableServer();
  },
};

/** For the areas that keep their calls beside their screens; the calls of the desk are below. */
export const client = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request) => globalThis.fetch(request),
});
client.use(manners);

/** The server writes every field of what it answers; that some have a default matters only to what it reads. */
export type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Whole<Exclude<T[Name], undefined>> }
    : T;

/** The body of an answer. Failures were thrown by the manners above, so a missing one is a broken answer. */
export async function body<T>(answer: Promise<{ data?: T | undefined }>): Promise<Whole<T>> {
  const { data } = await answer;
  if (data === undefined) throw problemOf(502, null);
  return data as Whole<T>;
}

const on = (id: string) => ({ params: { path: { id } } });

export const api = {
  signIn: (email: string, password: string) => body(client.POST("/api/v1/sessions", { body: { email, password } })),
  me: () => body(client.GET("/api/v1/sessions/me")),
  signOut: async () => void (await client.DELETE("/api/v1/sessions/me")),
  list: (view: View, cursor: string | null, signal?: AbortSignal) =>
    body(
      client.GET("/api/v1/conversations", {
        params: { query: { view, limit: PAGE, ...(cursor === null ? {} : { cursor }) } },
        ...(signal ? { signal } : {}),
      }),
    ),
  counts: () => body(client.GET("/api/v1/conversations/counts")),
  conversation: (id: string) => body(client.GET("/api/v1/conversations/{id}", on(id))),
  events: (id: string, after: number) =>
    body(client.GET("/api/v1/conversations/{id}/events", { params: { path: { id }, query: { after, limit: 500 } } })),
  take: (id: string) => body(client.POST("/api/v1/conversations/{id}/take", on(id))),
  giveBack: (id: string) => body(client.POST("/api/v1/conversations/{id}/give-back", on(id))),
  resolve: (id: string) => body(client.POST("/api/v1/conversations/{id}/resolve", on(id))),
  packet: async (id: string) =>
    (await body(client.GET("/api/v1/conversations/{id}/packet", on(id)))) as unknown as Packet,
  suggestions: (id: string, q: string, signal?: AbortSignal) =>
    body(
      client.GET("/api/v1/conversations/{id}/suggestions", {
        params: { path: { id }, query: q === "" ? {} : { q } },
        ...(signal ? { signal } : {}),
      }),
    ),
  article: (article_id: string, revision: number | null, locale: string) =>
    body(
      client.GET("/api/v1/knowledge/articles/{article_id}", {
        params: { path: { article_id }, query: revision === null ? { locale } : { revision, locale } },
      }),
    ),
  switches: () => body(client.GET("/api/v1/switches")),
  setSwitch: (change: SwitchChange) => body(client.PUT("/api/v1/switches", { body: change })),
};
