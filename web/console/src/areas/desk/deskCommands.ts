import type { ConversationSummary } from "@warmline/wire/frames";
import type { Command } from "../../app/commands";
import type { Move } from "./conversation/useMoves";
import { VIEWS } from "./list/lines";
import { customerName } from "./words";

interface Wishes {
  go: (path: string) => void;
  step: (by: 1 | -1) => void;
  move: (which: Move) => void;
  reply: () => void;
  note: () => void;
  search: () => void;
  people: () => readonly ConversationSummary[];
  isOpen: boolean;
}

/** Everything that the desk can do by keyboard and palette. */
export function deskCommands({ go, step, move, reply, note, search, people, isOpen }: Wishes): Command[] {
  const here = { group: "Conversation", when: isOpen } as const;
  return [
    { id: "next", title: "Next conversation", group: "List", keys: "j", run: () => step(1) },
    { id: "previous", title: "Previous conversation", group: "List", keys: "k", run: () => step(-1) },
    { id: "search", title: "Filter the list", group: "List", keys: "/", run: search },
    ...VIEWS.map(({ view, label, key }) => ({
      id: `view-${view}`,
      title: `Go to ${label}`,
      group: "List" as const,
      keys: `g ${key}`,
      run: () => go(`/desk/${view}`),
    })),
    { id: "take", title: "Take conversation", keys: "t", run: () => move("take"), ...here },
    { id: "reply", title: "Reply", keys: "r", run: reply, ...here },
    { id: "note", title: "Write a note", keys: "n", run: note, ...here },
    { id: "resolve", title: "Resolve", keys: "e", run: () => move("resolve"), ...here },
    { id: "give-back", title: "Give back to the assistant", keys: "b", run: () => move("give_back"), ...here },
    {
      id: "people",
      title: "Conversations",
      group: "Conversations",
      more: () =>
        people().map((line) => ({
          id: line.id,
          title: customerName(line.customer),
          detail: line.preview?.text ?? "",
          run: () => go(`/desk/${viewOf(line)}/${line.id}`),
        })),
      run: () => undefined,
    },
  ];
}

function viewOf(line: ConversationSummary): string {
  switch (line.state) {
    case "waiting":
      return "unassigned";
    case "with_bot":
      return "bot";
    case "with_agent":
      return "mine";
    case "closed":
      return "closed";
  }
}
