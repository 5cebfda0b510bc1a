/** The calls of the contribution screens, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
export type Contribution = Whole<Schemas["Contribution"]>;
export type State = Contribution["state"];

const on = (id: string) => ({ params: { path: { id } } });

export const contributionsApi = {
  list: (state: State | null, mine: boolean, cursor: string | null) =>
    body(
      client.GET("/api/v1/contributions", {
        params: {
          query: {
            mine,
            limit: 50,
            ...(state === null ? {} : { state }),
            ...(cursor === null ? {} : { cursor }),
          },
        },
      }),
    ),
  one: (id: string) => body(client.GET("/api/v1/contributions/{id}", on(id))),
  accept: (id: string, note: string) =>
    body(client.POST("/api/v1/contributions/{id}/accept", { ...on(id), body: { note } })),
  decline: (id: string, reason: string) =>
    body(client.POST("/api/v1/contributions/{id}/decline", { ...on(id), body: { reason } })),
};

export const keys = {
  all: ["contributions"] as const,
  list: (state: State | null, mine: boolean) => ["contributions", "list", state, mine] as const,
  one: (id: string) => ["contributions", "one", id] as const,
};
