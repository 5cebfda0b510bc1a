/** What a notice says, and where it leads. A kind that this console does not know is still said. */
import type { Notice } from "./Notices";

export interface Said {
  words: string;
  to: string | null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const article = (id: unknown, locale: unknown): string | null =>
  text(id) === ""
    ? null
    : `/knowledge/articles/${encodeURIComponent(text(id))}${text(locale) === "" ? "" : `/${encodeURIComponent(text(locale))}`}`;

export function saidBy({ kind, data }: Pick<Notice, "kind" | "data">): Said {
  const title = text(data["title"]) || "Something of yours";
  const contribution = text(data["contribution_id"]) === "" ? null : `/knowledge/contributions/${text(data["contribution_id"])}`;
  const about = article(data["article_id"], data["locale"]);
  switch (kind) {
    case "contribution.accepted":
      return { words: `Your proposal “${title}” was accepted`, to: contribution };
    case "contribution.declined":
      return { words: `Your proposal “${title}” was declined: ${text(data["reason"])}`, to: contribution };
    case "contribution.published":
      return { words: `Your proposal “${title}” is published`, to: contribution };
    case "audit.failed":
      return { words: `“${title}” failed an audit and is no longer suggested`, to: about };
    case "article.withheld":
      return { words: `“${title}” is no longer suggested`, to: about };
    case "task.given":
      return { words: `A task for you: ${title}`, to: "/knowledge/tasks" };
    default:
      return { words: `${kind.replaceAll(/[._]/g, " ")}: ${title}`, to: about };
  }
}
