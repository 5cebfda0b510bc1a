/** The calls of the task screens, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
/** What was found or proposed says more by kind, in `data`. */
export type Task = Omit<Whole<Schemas["Task"]>, "data"> & { data: Readonly<Record<string, unknown>> };
export type State = Task["state"];
export type Owner = "me" | "all";

const PAGE = 50;
const on = (id: string) => ({ params: { path: { id } } });

export const tasksApi = {
  list: (owner: Owner, state: State, cursor: string | null) =>
    body(
      client.GET("/api/v1/knowledge-tasks", {
        params: {
          query: {
            state,
            limit: PAGE,
            ...(owner === "me" ? { owner: "me" as const } : {}),
            ...(cursor === null ? {} : { cursor }),
          },
        },
      }),
    ),
  done: (id: string, note: string) =>
    body(client.POST("/api/v1/knowledge-tasks/{id}/done", { ...on(id), body: { note } })),
  drop: (id: string, reason: string) =>
    body(client.POST("/api/v1/knowledge-tasks/{id}/drop", { ...on(id), body: { reason } })),
  change: (id: string, change: { owner_id?: string | null; due_at?: string }) =>
    body(client.PATCH("/api/v1/knowledge-tasks/{id}", { ...on(id), body: change })),
};

export const keys = {
  all: ["tasks"] as const,
  list: (owner: Owner, state: State) => ["tasks", "list", owner, state] as const,
};
