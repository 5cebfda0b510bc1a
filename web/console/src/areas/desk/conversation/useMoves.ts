import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { ConversationSummary } from "@warmline/wire/frames";
import { useCallback, useState } from "react";
import { api } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problem";
import { useLink } from "../../../realtime/LinkProvider";
import { useSession } from "../../../session/session";

export type Move = "take" | "give_back" | "resolve";

/** Which moves this agent can make now: what the state allows and the permissions say. */
export function movesOf(
  line: ConversationSummary | undefined,
  me: string,
  may: ReadonlySet<string>,
): ReadonlySet<Move> {
  const moves = new Set<Move>();
  if (line === undefined) return moves;
  const isWithAgent = line.state === "with_agent";
  const mayEnd = isWithAgent && (line.agent?.id === me || may.has("conversation.reassign"));
  const isElse = isWithAgent && line.agent?.id !== me;
  if (isElse && may.has("conversation.take") && may.has("conversation.reassign")) moves.add("take");
  if ((line.state === "waiting" || line.state === "with_bot") && may.has("conversation.take")) moves.add("take");
  if (mayEnd && may.has("conversation.give_back")) moves.add("give_back");
  if (mayEnd && may.has("conversation.resolve")) moves.add("resolve");
  return moves;
}

const CALLS = { take: api.take, give_back: api.giveBack, resolve: api.resolve } as const;
const FAILED = {
  take: "Could not take the conversation",
  give_back: "Could not give it back",
  resolve: "Could not resolve it",
} as const;

function takenBy(problem: Problem): string {
  const { agent } = problem.more;
  const name = typeof agent === "object" && agent !== null && "name" in agent ? String(agent.name) : "A colleague";
  return `Taken by ${name} a moment ago`;
}

export interface Moves {
  busy: Move | null;
  /** Makes the move; true when it was done. */
  make: (move: Move, id: string) => Promise<boolean>;
}

/** Take, give back and resolve. The list line follows the answer at once; a lost race is told, not hidden. */
export function useMoves(): Moves {
  const link = useLink();
  const queries = useQueryClient();
  const { me } = useSession();
  const [busy, setBusy] = useState<Move | null>(null);

  const make = useCallback(
    async (move: Move, id: string): Promise<boolean> => {
      if (!movesOf(link.book.read().get(id), me.id, me.permissions).has(move)) return false;
      setBusy(move);
      try {
        link.learn([await CALLS[move](id)]);
        void queries.invalidateQueries({ queryKey: ["counts"] });
        return true;
      } catch (error) {
        const problem = asProblem(error);
        const isRace = problem.code === "already_taken";
        notifications.show({
          title: isRace ? takenBy(problem) : FAILED[move],
          message: isRace ? "You can still read along and write notes." : problem.message,
          color: isRace ? "accent" : "bad",
        });
        // Whatever went wrong, the line should now say how things are.
        await api.conversation(id).then(
          (line) => link.learn([line]),
          () => null,
        );
        return false;
      } finally {
        setBusy(null);
      }
    },
    [link, me, queries],
  );
  return { busy, make };
}
