/** The calls of the health screens, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
export type Health = Whole<Schemas["Health"]>;
export type Check = Whole<Schemas["Check"]>;
/** What was found says more by kind, in `data`; `evidence.ts` reads it. */
export type Finding = Omit<Whole<Schemas["Finding"]>, "data"> & { data: Readonly<Record<string, unknown>> };
export type Kind = Finding["kind"];
export type State = Finding["state"];
export type Workflow = Whole<Schemas["WorkflowOut"]>;

const PAGE = 30;

export const healthApi = {
  health: () => body(client.GET("/api/v1/knowledge-health")),
  refresh: () => body(client.POST("/api/v1/knowledge-health/refresh")),
  findings: (kind: Kind, state: State, cursor: string | null) =>
    body(
      client.GET("/api/v1/knowledge-health/findings", {
        params: { query: { kind, state, limit: PAGE, ...(cursor === null ? {} : { cursor }) } },
      }),
    ),
  task: (key: string, owner_id: string | null, due_at: string | null) =>
    body(client.POST("/api/v1/knowledge-health/findings/task", { body: { key, owner_id, due_at } })),
  ignore: (key: string, reason: string) =>
    body(client.POST("/api/v1/knowledge-health/findings/ignore", { body: { key, reason } })),
  coverage: () => body(client.GET("/api/v1/knowledge-health/coverage")),
};

export const keys = {
  all: ["health"] as const,
  health: ["health", "counts"] as const,
  findings: (kind: Kind, state: State) => ["health", "findings", kind, state] as const,
  coverage: ["health", "coverage"] as const,
};
