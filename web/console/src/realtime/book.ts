/** Every list line that this screen knows, by conversation. Pages and frames may come in any order. */
import type { ConversationSummary } from "@warmline/wire/frames";

export type Book = ReadonlyMap<string, ConversationSummary>;

/** Whether `next` says at least as much as what is known: an answer may be older than a frame that overtook it. */
function isNewer(next: ConversationSummary, known: ConversationSummary | undefined): boolean {
  return known === undefined || next.last_seq >= known.last_seq;
}

/** The book with these lines in it. The same book comes back when nothing was new. */
export function upsert(book: Book, lines: readonly ConversationSummary[]): Book {
  const news = lines.filter((line) => isNewer(line, book.get(line.id)));
  if (news.length === 0) return book;
  const next = new Map(book);
  for (const line of news) next.set(line.id, line);
  return next;
}
