/** An import in words. */
import type { Format, Import, Row, Would } from "./api";

export const FORMATS: Readonly<Record<Format, { title: string; hint: string; accept: string }>> = {
  markdown: { title: "Markdown", hint: "A .zip of a folder, or one .md file", accept: ".zip,.md,.markdown" },
  html: { title: "HTML", hint: "A .zip of pages, or one page", accept: ".zip,.html,.htm" },
  csv: { title: "CSV", hint: "With a line of column names: title, text, tags, …", accept: ".csv,.tsv,.txt" },
  jsonl: { title: "JSON lines", hint: "One article a line, as the export writes it", accept: ".jsonl,.ndjson" },
  zendesk: { title: "Zendesk Guide", hint: "The JSON of its articles", accept: ".json" },
  chatwoot: { title: "Chatwoot", hint: "The JSON of its help centre", accept: ".json" },
};

/** What a file most likely is, by its name. */
export function guess(name: string): Format {
  const ending = name.toLowerCase().split(".").at(-1) ?? "";
  if (["csv", "tsv", "txt"].includes(ending)) return "csv";
  if (["jsonl", "ndjson"].includes(ending)) return "jsonl";
  if (["html", "htm"].includes(ending)) return "html";
  if (ending === "json") return /chatwoot|portal/i.test(name) ? "chatwoot" : "zendesk";
  return "markdown";
}

export const WOULD: Readonly<Record<Would, { title: string; meaning: string }>> = {
  reading: { title: "Reading", meaning: "Still being looked at" },
  create: { title: "New", meaning: "Not here yet" },
  change: { title: "Changed", meaning: "Here already, with another text" },
  keep: { title: "The same", meaning: "Nothing new in it" },
  skip: { title: "Edited here", meaning: "Changed by an editor since it was last imported" },
  broken: { title: "Broken", meaning: "Cannot be read; left out" },
};

export const OUTCOMES: Readonly<Record<NonNullable<Row["outcome"]>, string>> = {
  created: "Made",
  changed: "Changed",
  kept: "Left as it was",
  skipped: "Left to its editor",
  failed: "Failed",
};

export function stateWords({ state, done, total }: Pick<Import, "state" | "done" | "total">): string {
  switch (state) {
    case "reading":
      return `Reading, ${total.toLocaleString("en")} found so far`;
    case "checked":
      return "Ready to import";
    case "running":
      return `Importing, ${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
    case "done":
      return "Imported";
    case "cancelled":
      return `Stopped at ${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
    case "failed":
      return "Failed";
  }
}

/** How many articles a run would write. */
export function writes({ create, change, skip }: Import["report"], take: "ours" | "theirs"): number {
  return create + change + (take === "theirs" ? skip : 0);
}

/** What became of the articles, those that there are; what could not be read was left out, and nobody's to decide. */
export function ended({ outcomes, broken }: Pick<Import["report"], "outcomes" | "broken">): (readonly [words: string, many: number])[] {
  const skipped = outcomes["skipped"] ?? 0;
  const unread = Math.min(broken, skipped);
  return [
    ...Object.entries(OUTCOMES).map(
      ([name, words]) => [words, name === "skipped" ? skipped - unread : (outcomes[name] ?? 0)] as const,
    ),
    ["Broken, left out", unread] as const,
  ].filter(([, many]) => many > 0);
}
