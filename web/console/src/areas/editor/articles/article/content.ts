/** What one revision says, and whether two say the same. */
import type { Content } from "../types";

export const EMPTY: Content = {
  title: "",
  summary: "",
  text: "",
  tags: [],
  regions: [],
  accounts: [],
  audience: ["public"],
};

/** The part of a revision that an editor writes. */
export function contentOf({ title, summary, text, tags, regions, accounts, audience }: Content): Content {
  return { title, summary, text, tags, regions, accounts, audience };
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);

const sameSets = (a: readonly string[], b: readonly string[]): boolean => sameTexts([...a].sort(), [...b].sort());

/** Whether a save would store nothing new. The order of tags is the writer's; of all other lists it means nothing. */
export function sameContent(a: Content, b: Content): boolean {
  return (
    a.title === b.title &&
    a.summary === b.summary &&
    a.text === b.text &&
    sameTexts(a.tags, b.tags) &&
    sameSets(a.regions, b.regions) &&
    sameSets(a.accounts, b.accounts) &&
    sameSets(a.audience, b.audience)
  );
}

/** Why this cannot be saved yet, or null. */
export function incomplete(content: Content): string | null {
  if (content.title.trim() === "") return "An article needs a title.";
  if (content.text.trim() === "") return "An article says something.";
  if (content.text.length > 200_000) return "The text has more than 200,000 characters. Make two articles of it.";
  if (content.summary.length > 1_000) return "The summary has more than 1,000 characters.";
  return null;
}
