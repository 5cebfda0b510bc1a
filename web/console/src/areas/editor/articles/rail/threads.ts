/** Comments as conversations: each beginning with its answers, those still open first. */
import type { Comment } from "../types";

export interface Thread {
  first: Comment;
  answers: Comment[];
}

export function threads(comments: readonly Comment[]): Thread[] {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const rootOf = (comment: Comment): Comment => {
    let now = comment;
    // An answer whose beginning is no longer shown begins a conversation of its own.
    for (let up = now.reply_to; up !== null; up = now.reply_to) {
      const parent = byId.get(up);
      if (!parent) break;
      now = parent;
    }
    return now;
  };
  const found = new Map<string, Thread>();
  for (const comment of comments) {
    const root = rootOf(comment);
    const thread = found.get(root.id) ?? { first: root, answers: [] };
    if (root !== comment) thread.answers.push(comment);
    found.set(root.id, thread);
  }
  const all = [...found.values()];
  return [
    ...all.filter(({ first }) => first.resolved_at === null),
    ...all.filter(({ first }) => first.resolved_at !== null),
  ];
}

export const openCount = (comments: readonly Comment[]): number =>
  threads(comments).filter(({ first }) => first.resolved_at === null).length;
