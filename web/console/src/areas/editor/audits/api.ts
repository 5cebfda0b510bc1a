/** The calls of the audit screens, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
export type Audit = Whole<Schemas["Audit"]>;
export type Line = Whole<Schemas["AuditLine"]>;
export type Progress = Whole<Schemas["Progress"]>;
export type State = Line["state"];
export type Answer = NonNullable<Audit["checklist"][number]["answer"]>;

const PAGE = 50;
const on = (id: string) => ({ params: { path: { id } } });

export const auditsApi = {
  list: (quarter: string, state: State, cursor: string | null) =>
    body(
      client.GET("/api/v1/article-audits", {
        params: { query: { quarter, state, limit: PAGE, ...(cursor === null ? {} : { cursor }) } },
      }),
    ),
  one: (id: string) => body(client.GET("/api/v1/article-audits/{id}", on(id))),
  start: (quarter: string, per_article: number) =>
    body(client.POST("/api/v1/article-audits/start", { body: { quarter, per_article } })),
  finish: (id: string, checklist: { step: number; answer: Answer; note: string }[], note: string) =>
    body(client.POST("/api/v1/article-audits/{id}/finish", { ...on(id), body: { checklist, note } })),
};

export const keys = {
  all: ["audits"] as const,
  list: (quarter: string, state: State) => ["audits", "list", quarter, state] as const,
  one: (id: string) => ["audits", "one", id] as const,
  next: (quarter: string, id: string) => ["audits", "next", quarter, id] as const,
};
