/** What an agent can do for the knowledge base, on the generated types. */
import type { components } from "@warmline/wire/api";
import { body, client, type Whole } from "../../../api/client";

type Schemas = components["schemas"];
export type Wanted = Schemas["ContributionIn"];
export type Checked = Whole<Schemas["ContributionCheck"]>;
export type Contribution = Whole<Schemas["Contribution"]>;
export type FromMessage = Whole<Schemas["QueryFromMessage"]>;

export const contributeApi = {
  check: (wanted: Wanted, signal: AbortSignal) =>
    body(client.POST("/api/v1/contributions/check", { body: wanted, signal })),
  send: (wanted: Wanted) => body(client.POST("/api/v1/contributions", { body: wanted })),
  fromMessage: async (conversation_id: string, message_id: string) =>
    (await body(
      client.POST("/api/v1/judged-queries/from-message", { body: { conversation_id, message_id, note: "" } }),
    )) as FromMessage,
  judge: (conversation_id: string, message_id: string, text: string, articles: readonly string[]) =>
    body(
      client.POST("/api/v1/judged-queries/from-message", {
        body: {
          conversation_id,
          message_id,
          text,
          note: "",
          expected: articles.map((article_id) => ({ article_id, grade: 3 })),
        },
      }),
    ),
};
