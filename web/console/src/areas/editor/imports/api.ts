/** The calls of the import screens, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
export type Import = Whole<Schemas["Import"]>;
export type Row = Whole<Schemas["ImportRowOut"]>;
export type Would = Row["would"];
export type Format = Import["format"];

export interface Wanted {
  format: Format;
  locale: string;
  type: "article" | "faq" | "playbook" | "incident_note" | "disclaimer";
  audience: string;
  tags: string;
  encoding: string;
}

const on = (id: string) => ({ params: { path: { id } } });

export const importsApi = {
  list: () => body(client.GET("/api/v1/article-imports", { params: { query: { limit: 50 } } })),
  one: (id: string) => body(client.GET("/api/v1/article-imports/{id}", on(id))),
  rows: (id: string, would: Would | null, cursor: string | null) =>
    body(
      client.GET("/api/v1/article-imports/{id}/rows", {
        params: {
          path: { id },
          query: { limit: 200, ...(would === null ? {} : { would }), ...(cursor === null ? {} : { cursor }) },
        },
      }),
    ),
  takeIn: (file: File, { audience, tags, ...wanted }: Wanted) =>
    body(
      client.POST("/api/v1/article-imports", {
        params: {
          query: {
            ...wanted,
            name: file.name.slice(0, 200),
            audience: [audience],
            ...(tags.trim() === "" ? {} : { tags: [tags] }),
          },
        },
        // The file goes as it is, read by the browser as the server takes it.
        body: file as never,
        bodySerializer: (bytes: unknown) => bytes as Blob,
        headers: { "content-type": "application/octet-stream" },
      }),
    ),
  run: (id: string, publish: boolean, take: "ours" | "theirs") =>
    body(client.POST("/api/v1/article-imports/{id}/run", { ...on(id), body: { publish, take } })),
  cancel: (id: string) => body(client.POST("/api/v1/article-imports/{id}/cancel", on(id))),
  remove: async (id: string) => void (await client.DELETE("/api/v1/article-imports/{id}", on(id))),
};

export const keys = {
  all: ["imports"] as const,
  one: (id: string) => ["imports", "one", id] as const,
  rows: (id: string, would: Would | null) => ["imports", "rows", id, would] as const,
};
