/** The calls of the release screens, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
export type Line = Whole<Schemas["ReleaseLine"]>;
export type Release = Whole<Schemas["Release"]>;
export type Waiting = Whole<Schemas["PendingChange"]>;
export type Hit = Whole<Schemas["ReleaseHit"]>;
export type GateLimit = Whole<Schemas["ReleaseGate"]>;

const at = (number: number) => ({ params: { path: { number } } });

export const releasesApi = {
  list: (cursor: number | null) =>
    body(client.GET("/api/v1/releases", { params: { query: { limit: 50, ...(cursor === null ? {} : { cursor }) } } })),
  one: (number: number) => body(client.GET("/api/v1/releases/{number}", at(number))),
  waiting: () => body(client.GET("/api/v1/releases/pending")),
  publish: (items: { article_id: string; locale: string }[], note: string, override: string) =>
    body(
      client.POST("/api/v1/releases", {
        body: { items, note, ...(override === "" ? {} : { override_reason: override }) },
      }),
    ),
  serve: (number: number, reason: string) =>
    body(client.POST("/api/v1/releases/{number}/serve", { ...at(number), body: { reason } })),
  search: (number: number, q: string, locale: string, region: string, signal: AbortSignal) =>
    body(
      client.GET("/api/v1/releases/{number}/search", {
        params: { path: { number }, query: { q, locale, region } },
        signal,
      }),
    ),
  gate: () => body(client.GET("/api/v1/release-gate")),
  setGate: (limit: { ndcg_drop: number; lost: number; enabled: boolean }) =>
    body(client.PUT("/api/v1/release-gate", { body: limit })),
};

export const keys = {
  all: ["releases"] as const,
  list: ["releases", "list"] as const,
  waiting: ["releases", "waiting"] as const,
  gate: ["releases", "gate"] as const,
  one: (number: number) => ["releases", "one", number] as const,
};
