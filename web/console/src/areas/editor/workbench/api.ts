/** The calls of the workbench, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
export type Judged = Whole<Schemas["JudgedQuery"]>;
export type JudgedDraft = Schemas["JudgedQueryDraft"];
export type RunLine = Whole<Schemas["RunLine"]>;
export type Run = Whole<Schemas["Run"]>;
export type Comparison = Whole<Schemas["RunComparison"]>;
export type RankChange = Comparison["lost"][number];

const on = (id: string) => ({ params: { path: { id } } });

export const workbenchApi = {
  queries: (q: string, article: string, cursor: string | null, signal: AbortSignal) =>
    body(
      client.GET("/api/v1/judged-queries", {
        params: { query: { q, article, limit: 100, ...(cursor === null ? {} : { cursor }) } },
        signal,
      }),
    ),
  add: (draft: JudgedDraft) => body(client.POST("/api/v1/judged-queries", { body: draft })),
  change: (id: string, draft: JudgedDraft, version: number) =>
    body(client.PUT("/api/v1/judged-queries/{id}", { ...on(id), body: { ...draft, version } })),
  forget: async (id: string) => void (await client.DELETE("/api/v1/judged-queries/{id}", on(id))),
  takeIn: (file: File) =>
    body(
      client.POST("/api/v1/judged-queries/import", {
        // The generated type calls a body of lines one text; the file goes as it is.
        body: file as unknown as string,
        bodySerializer: (bytes: unknown) => bytes as Blob,
        headers: { "content-type": "application/x-ndjson" },
      }),
    ),
  runs: () => body(client.GET("/api/v1/workbench/runs", { params: { query: { limit: 50 } } })),
  run: (id: string) => body(client.GET("/api/v1/workbench/runs/{id}", on(id))),
  measure: (wanted: Schemas["RunIn"]) => body(client.POST("/api/v1/workbench/runs", { body: wanted })),
  compare: (before: string, after: string) =>
    body(client.GET("/api/v1/workbench/compare", { params: { query: { before, after } } })),
};

export const keys = {
  queries: (q: string, article: string) => ["judged", "list", q, article] as const,
  allQueries: ["judged"] as const,
  runs: ["workbench", "runs"] as const,
  run: (id: string) => ["workbench", "run", id] as const,
  compare: (before: string, after: string) => ["workbench", "compare", before, after] as const,
};
