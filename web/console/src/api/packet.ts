/** The context packet as the desk reads it. Written from its published JSON Schema. */
import type { Mood } from "@warmline/wire/frames";

export interface Packet {
  reason: { code: string; detail: string; rule: string };
  summary: string;
  wants: string | null;
  tried: readonly string[];
  half_done: { form: string; filled: Readonly<Record<string, unknown>>; missing: readonly string[] } | null;
  articles_shown: readonly { article_id: string; revision: number; title: string; helped?: boolean | null }[];
  sentiment_line: readonly { message_id: string; at: string; score: number }[];
  mood: Mood | null;
  identity: { level: "anonymous" | "claimed" | "verified"; email: string | null; name: string | null; customer_number: string | null };
  profile: Readonly<Record<string, unknown>> | null;
  promised: readonly string[];
  suggested_first_reply: string | null;
  built_at: string;
  versions: Readonly<Record<string, string | null>>;
}
