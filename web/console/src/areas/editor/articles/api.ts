/** The calls of the article screens, on the generated types. */
import type { paths } from "@warmline/wire/api";
import { body, client } from "../../../api/client";
import type * as T from "./types";

const at = (id: string, locale: string) => ({ params: { path: { id, locale } } });
const of = (id: string) => ({ params: { path: { id } } });
const reading = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

type ListQuery = NonNullable<paths["/api/v1/articles"]["get"]["parameters"]["query"]>;

export const articlesApi = {
  /** The filters come from an address, so they are words; the server refuses those that it does not know. */
  list: (query: Record<string, string | number>, signal?: AbortSignal) =>
    body(client.GET("/api/v1/articles", { params: { query: query as ListQuery }, ...reading(signal) })),
  facets: () => body(client.GET("/api/v1/articles/facets")),
  create: (made: { type: string; locale: string; content: T.Content }) =>
    body(client.POST("/api/v1/articles", { body: { ...made, note: "" } })),
  article: (id: string) => body(client.GET("/api/v1/articles/{id}", of(id))),
  change: (id: string, change: T.ArticleChange) =>
    body(client.PATCH("/api/v1/articles/{id}", { ...of(id), body: change })),

  translation: (id: string, locale: string) =>
    body(client.GET("/api/v1/articles/{id}/translations/{locale}", at(id, locale))),
  save: (
    id: string,
    locale: string,
    saved: { base: number | null; content: T.Content; note: string; source_revision: number | null },
  ) => body(client.PUT("/api/v1/articles/{id}/translations/{locale}", { ...at(id, locale), body: saved })),
  revisions: (id: string, locale: string) =>
    body(client.GET("/api/v1/articles/{id}/translations/{locale}/revisions", at(id, locale))),
  revision: (id: string, locale: string, number: number) =>
    body(
      client.GET("/api/v1/articles/{id}/translations/{locale}/revisions/{number}", {
        params: { path: { id, locale, number } },
      }),
    ),
  diff: (id: string, locale: string, left: number, right: number) =>
    body(
      client.GET("/api/v1/articles/{id}/translations/{locale}/diff", {
        params: { path: { id, locale }, query: { left, right } },
      }),
    ),
  merge: (id: string, locale: string, base: number, mine: T.Content) =>
    body(client.POST("/api/v1/articles/{id}/translations/{locale}/merge", { ...at(id, locale), body: { base, mine } })),

  submit: (id: string, locale: string, revision: number, note: string) =>
    body(
      client.POST("/api/v1/articles/{id}/translations/{locale}/submit", {
        ...at(id, locale),
        body: { revision, note },
      }),
    ),
  withdraw: (id: string, locale: string) =>
    body(client.POST("/api/v1/articles/{id}/translations/{locale}/withdraw", at(id, locale))),
  approve: (id: string, locale: string, revision: number, note: string) =>
    body(
      client.POST("/api/v1/articles/{id}/translations/{locale}/approve", {
        ...at(id, locale),
        body: { revision, note },
      }),
    ),
  requestChanges: (id: string, locale: string, revision: number, note: string) =>
    body(
      client.POST("/api/v1/articles/{id}/translations/{locale}/request-changes", {
        ...at(id, locale),
        body: { revision, note },
      }),
    ),
  restore: (id: string, locale: string, revision: number) =>
    body(
      client.POST("/api/v1/articles/{id}/translations/{locale}/restore", {
        ...at(id, locale),
        body: { revision, note: "" },
      }),
    ),
  reopen: (id: string, locale: string) =>
    body(client.POST("/api/v1/articles/{id}/translations/{locale}/reopen", at(id, locale))),
  schedule: (id: string, locale: string, times: { publish_at: string | null; expire_at: string | null }) =>
    body(client.POST("/api/v1/articles/{id}/translations/{locale}/schedule", { ...at(id, locale), body: times })),
  publish: (
    id: string,
    locale: string,
    wanted: { revision: number; note: string; override_reason: string | null },
  ): Promise<T.Release> =>
    body(client.POST("/api/v1/articles/{id}/translations/{locale}/publish", { ...at(id, locale), body: wanted })),
  retire: (id: string, locale: string, reason: string): Promise<T.Release> =>
    body(client.POST("/api/v1/articles/{id}/translations/{locale}/retire", { ...at(id, locale), body: { reason } })),

  publishMany: (wanted: {
    items: { article_id: string; locale: string }[];
    note: string;
    override_reason: string | null;
  }): Promise<T.Release> => body(client.POST("/api/v1/releases", { body: wanted })),
  release: (number: number): Promise<T.Release> =>
    body(client.GET("/api/v1/releases/{number}", { params: { path: { number } } })),
  checkRelease: (items: { article_id: string; locale: string }[]) =>
    body(client.POST("/api/v1/releases/check", { body: { items, note: "" } })),

  comments: (id: string, locale: string) =>
    body(client.GET("/api/v1/articles/{id}/translations/{locale}/comments", at(id, locale))),
  comment: (
    id: string,
    locale: string,
    said: { revision: number; text: string; quote: string | null; reply_to: string | null },
  ) => body(client.POST("/api/v1/articles/{id}/translations/{locale}/comments", { ...at(id, locale), body: said })),
  resolveComment: (id: string, locale: string, comment_id: string, resolved: boolean) =>
    body(
      client.POST("/api/v1/articles/{id}/translations/{locale}/comments/{comment_id}/resolve", {
        params: { path: { id, locale, comment_id } },
        body: { resolved },
      }),
    ),

  citedBy: (id: string) =>
    body(client.GET("/api/v1/articles/{id}/cited-by", { params: { path: { id }, query: { limit: 20 } } })),
  links: (id: string) => body(client.GET("/api/v1/articles/{id}/links", of(id))),
  checks: (id: string, locale: string) =>
    body(client.GET("/api/v1/articles/{id}/translations/{locale}/checks", at(id, locale))),
  measure: (article_id: string, locale: string, revision: number) =>
    body(client.POST("/api/v1/workbench/runs", { body: { draft: { article_id, locale, revision } } })),
  render: (text: { text: string; locale: string; title: string }, signal?: AbortSignal) =>
    body(client.POST("/api/v1/articles/render", { body: text, ...reading(signal) })),

  uploadImage: (file: File) =>
    body(
      client.POST("/api/v1/article-images", {
        params: { query: { name: file.name.slice(0, 200) } },
        // The bytes go as they are; the generated type of a binary body is a text.
        body: file as unknown as string,
        bodySerializer: (bytes) => bytes as unknown as BodyInit,
        headers: { "content-type": file.type },
      }),
    ),

  tags: () => body(client.GET("/api/v1/article-tags")),
  makeTag: (name: string, label: string) =>
    body(client.PUT("/api/v1/article-tags/{name}", { params: { path: { name } }, body: { label, description: "" } })),

  views: () => body(client.GET("/api/v1/saved-views", { params: { query: { area: "articles" } } })),
  saveView: (name: string, query: Record<string, string>, shared: boolean) =>
    body(client.POST("/api/v1/saved-views", { body: { area: "articles", name, query, shared } })),
  deleteView: async (id: string) => void (await client.DELETE("/api/v1/saved-views/{id}", of(id))),
};
