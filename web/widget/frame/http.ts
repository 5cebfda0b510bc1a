/** The widget's three questions over HTTP, and the visitor token that is kept between visits. */
import type { components } from "@warmline/wire/api";

type Schemas = components["schemas"];

export type Account = Schemas["AccountOut"];
export type Brand = Schemas["Brand"];
export type Session = Schemas["WidgetSession"];
export type Article = Schemas["ArticleOut"];

/** A request that the server answered with no. `code` is the problem document's. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const BASE = "/api/v1/widget";
const PATIENCE_MS = 15_000;

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(BASE + path, { ...init, credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.ok) return (await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as { code?: unknown };
  throw new Refusal(answer.status, typeof problem.code === "string" ? problem.code : "unknown");
}

export function getAccount(account: string): Promise<Account> {
  return ask(`/accounts/${encodeURIComponent(account)}`);
}

export function getArticle(id: string, revision: number | null, locale: string, token: string): Promise<Article> {
  const query = new URLSearchParams({ locale, ...(revision === null ? {} : { revision: String(revision) }) });
  return ask(`/articles/${encodeURIComponent(id)}?${query}`, { headers: { Authorization: `Bearer ${token}` } });
}

export type Opening = Required<Omit<Schemas["SessionIn"], "token">>;

/**
 * A session for this visitor: the old token renewed if the server still takes it, otherwise a new visitor. A proof of
 * identity that the host page got wrong does not keep its customer from talking.
 */
export async function openSession(opening: Opening, forget = false): Promise<Session> {
  if (forget) keepToken(opening.account, null);
  const token = keptToken(opening.account);
  try {
    const session = await ask<Session>("/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...opening, token } satisfies Schemas["SessionIn"]),
    });
    keepToken(opening.account, session.token);
    return session;
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.status !== 401) throw refusal;
    if (refusal.code === "identity_invalid" && opening.identity !== null) {
      console.warn("Warmline: the identity token of this page was not accepted.");
      return openSession({ ...opening, identity: null });
    }
    if (token === null) throw refusal;
    return openSession(opening, true);
  }
}

const key = (account: string): string => `warmline:token:${account}`;

function keptToken(account: string): string | null {
  try {
    return localStorage.getItem(key(account));
  } catch {
    return null;
  }
}

function keepToken(account: string, token: string | null): void {
  try {
    if (token === null) localStorage.removeItem(key(account));
    else localStorage.setItem(key(account), token);
  } catch {
    // Without storage the visitor is new at every visit; this one still works.
  }
}
