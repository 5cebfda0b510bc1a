/** The calls of the article screens. */
import { body, client } from "../../../api/client";
import type * as T from "./types";

type Answer = Promise<{ data?: unknown }>;
type Call = (path: string, init?: object) => Answer;
const loose = client as unknown as Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Call>;

const got = async <Out>(answer: Answer): Promise<Out> => (await body(answer)) as Out;

const ARTICLES = "/api/v1/articles";
const one = (id: string) => `${ARTICLES}/${encodeURIComponent(id)}`;
const translation = (id: string, locale: string) => `${one(id)}/translations/${encodeURIComponent(locale)}`;
const reading = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

export const articlesApi = {
  list: (query: Record<string, string | number | boolean>, signal?: AbortSignal) =>
    got<T.Page<T.ArticleLine>>(loose.GET(ARTICLES, { params: { query }, ...reading(signal) })),
  facets: () => got<T.Facets>(loose.GET(`${ARTICLES}/facets`)),
  create: (made: {
    type: string;
    locale: string;
    content: T.Content;
    slug?: string;
    owner_id?: string;
    note?: string;
  }) => got<T.Article>(loose.POST(ARTICLES, { body: made })),
  article: (id: string) => got<T.Article>(loose.GET(one(id))),
  change: (
    id: string,
    change: {
      version: number;
      slug?: string;
      type?: string;
      owner_id?: string | null;
      review_by?: string | null;
      withheld?: false;
    },
  ) => got<T.Article>(loose.PATCH(one(id), { body: change })),

  translation: (id: string, locale: string) => got<T.Translation>(loose.GET(translation(id, locale))),
  save: (
    id: string,
    locale: string,
    saved: { base: number | null; content: T.Content; note?: string; source_revision?: number },
  ) => got<T.Translation>(loose.PUT(translation(id, locale), { body: saved })),
  revisions: (id: string, locale: string) =>
    got<{ items: T.RevisionLine[] }>(loose.GET(`${translation(id, locale)}/revisions`)),
  revision: (id: string, locale: string, number: number) =>
    got<T.Revision>(loose.GET(`${translation(id, locale)}/revisions/${number}`)),
  diff: (id: string, locale: string, left: number, right: number) =>
    got<T.Diff>(loose.GET(`${translation(id, locale)}/diff`, { params: { query: { left, right } } })),
  merge: (id: string, locale: string, base: number, mine: T.Content) =>
    got<T.Merge>(loose.POST(`${translation(id, locale)}/merge`, { body: { base, mine } })),

  submit: (id: string, locale: string, revision: number, note: string) =>
    got<T.Translation>(loose.POST(`${translation(id, locale)}/submit`, { body: { revision, note } })),
  withdraw: (id: string, locale: string) =>
    got<T.Translation>(loose.POST(`${translation(id, locale)}/withdraw`, { body: {} })),
  approve: (id: string, locale: string, revision: number, note: string) =>
    got<T.Translation>(loose.POST(`${translation(id, locale)}/approve`, { body: { revision, note } })),
  requestChanges: (id: string, locale: string, revision: number, note: string) =>
    got<T.Translation>(loose.POST(`${translation(id, locale)}/request-changes`, { body: { revision, note } })),
  restore: (id: string, locale: string, revision: number, note: string) =>
    got<T.Translation>(loose.POST(`${translation(id, locale)}/restore`, { body: { revision, note } })),
  reopen: (id: string, locale: string) =>
    got<T.Translation>(loose.POST(`${translation(id, locale)}/reopen`, { body: {} })),
  schedule: (id: string, locale: string, times: { publish_at: string | null; expire_at: string | null }) =>
    got<T.Translation>(loose.POST(`${translation(id, locale)}/schedule`, { body: times })),
  publish: (id: string, locale: string, wanted: { revision: number; note?: string; override_reason?: string }) =>
    got<T.Release>(loose.POST(`${translation(id, locale)}/publish`, { body: wanted })),
  retire: (id: string, locale: string, reason: string) =>
    got<T.Release>(loose.POST(`${translation(id, locale)}/retire`, { body: { reason } })),

  publishMany: (wanted: { items: { article_id: string; locale: string }[]; note: string; override_reason?: string }) =>
    got<T.Release>(loose.POST("/api/v1/releases", { body: wanted })),
  release: (number: number) => got<T.Release>(loose.GET(`/api/v1/releases/${number}`)),
  checkRelease: (items: { article_id: string; locale: string }[]) =>
    got<T.ReleaseCheck>(loose.POST("/api/v1/releases/check", { body: { items, note: "" } })),

  comments: (id: string, locale: string) =>
    got<{ items: T.Comment[] }>(loose.GET(`${translation(id, locale)}/comments`)),
  comment: (id: string, locale: string, said: { revision: number; text: string; quote?: string; reply_to?: string }) =>
    got<{ items: T.Comment[] }>(loose.POST(`${translation(id, locale)}/comments`, { body: said })),
  resolveComment: (id: string, locale: string, comment: string, resolved: boolean) =>
    got<{ items: T.Comment[] }>(
      loose.POST(`${translation(id, locale)}/comments/${encodeURIComponent(comment)}/resolve`, { body: { resolved } }),
    ),

  citedBy: (id: string) => got<T.CitedBy>(loose.GET(`${one(id)}/cited-by`, { params: { query: { limit: 20 } } })),
  links: (id: string) => got<T.Links>(loose.GET(`${one(id)}/links`)),
  checks: (id: string, locale: string) => got<T.Checks>(loose.GET(`${translation(id, locale)}/checks`)),
  render: (
    wanted: { text: string; locale: string; title?: string; region?: string; account?: string },
    signal?: AbortSignal,
  ) => got<T.Rendered>(loose.POST(`${ARTICLES}/render`, { body: wanted, ...reading(signal) })),

  uploadImage: (file: File) =>
    got<T.UploadedImage>(
      loose.POST("/api/v1/article-images", {
        params: { query: { name: file.name.slice(0, 200) } },
        body: file,
        bodySerializer: (bytes: File) => bytes,
        headers: { "content-type": file.type },
      }),
    ),

  tags: () => got<{ items: T.Tag[] }>(loose.GET("/api/v1/article-tags")),
  makeTag: (name: string, label: string) =>
    got<{ items: T.Tag[] }>(loose.PUT(`/api/v1/article-tags/${encodeURIComponent(name)}`, { body: { label } })),

  views: () =>
    got<{ items: T.SavedView[] }>(loose.GET("/api/v1/saved-views", { params: { query: { area: "articles" } } })),
  saveView: (name: string, query: Record<string, string>, shared: boolean) =>
    got<T.SavedView>(loose.POST("/api/v1/saved-views", { body: { area: "articles", name, query, shared } })),
  deleteView: async (id: string) => void (await loose.DELETE(`/api/v1/saved-views/${encodeURIComponent(id)}`)),
};
