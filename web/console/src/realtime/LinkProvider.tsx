import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo } from "react";
import { useSession } from "../session/session";
import { Link } from "./link";

const Live = createContext<Link | null>(null);
const COUNTS_AT_MOST_EVERY_MS = 1_000;

export function useLink(): Link {
  const link = use(Live);
  if (link === null) throw new Error("There is no link outside of LinkProvider.");
  return link;
}

/** Calls `run` soon, and once for many wishes in the meantime. */
function calmly(run: () => void, ms: number): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      run();
    }, ms);
  };
}

/** Opens the socket for the person who is signed in and closes it with them. */
export function LinkProvider({ children }: { children: ReactNode }) {
  const { csrf, me, expire } = useSession();
  const queries = useQueryClient();
  const mayRead = me.permissions.has("conversation.read");
  const link = useMemo(
    () =>
      new Link({
        csrf,
        agentId: me.id,
        signedOut: expire,
        startOver: () => void queries.invalidateQueries(),
        changed: calmly(() => void queries.invalidateQueries({ queryKey: ["counts"] }), COUNTS_AT_MOST_EVERY_MS),
      }),
    [csrf, me.id, expire, queries],
  );
  useEffect(() => {
    if (!mayRead) return;
    link.start();
    return () => link.stop();
  }, [link, mayRead]);
  return <Live value={link}>{children}</Live>;
}
