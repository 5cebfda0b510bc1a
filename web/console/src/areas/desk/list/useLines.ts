import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api, type View } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problem";
import { useLink } from "../../../realtime/LinkProvider";
import { useStore } from "../../../realtime/store";
import { useSession } from "../../../session/session";
import { liveIds, settle, type Settled } from "./lines";

export interface Lines extends Settled {
  name: "loading" | "ready" | "failed";
  problem: Problem | null;
  retry: () => void;
  /** Reads the next page, if there is one. */
  more: () => void;
  isComplete: boolean;
  /** Lets everything that waits take its place. */
  catchUp: () => void;
}

const whole = <T>(value: T): T => value;

/** The lines of a view: pages over HTTP, changes from the socket, held still while `reading`. */
export function useLines(view: View, search: string, reading: boolean): Lines {
  const link = useLink();
  const { me } = useSession();
  const book = useStore(link.book, whole);
  const pages = useInfiniteQuery({
    queryKey: ["list", view],
    queryFn: async ({ pageParam, signal }) => {
      const page = await api.list(view, pageParam, signal);
      link.learn(page.items);
      return { next: page.next_cursor };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
  });

  const { hasNextPage } = pages;
  // Until the whole of an ordered list is here, its lines have no place yet that could be kept.
  const isHeld = reading && !(view === "unassigned" && hasNextPage);
  const live = useMemo(() => liveIds(book, view, me.id, search), [book, view, me.id, search]);
  const place = `${view} ${search}`;
  const [held, setHeld] = useState<{ place: string; ids: readonly string[] }>({ place, ids: [] });
  const settled = useMemo(
    () => settle(held.place === place ? held.ids : [], live, isHeld),
    [held, live, place, isHeld],
  );
  if (held.place !== place || held.ids !== settled.ids) setHeld({ place, ids: settled.ids });

  // A search that sees only half of the list would lie by leaving out, and so would "who waits longest": pages come with
  // the newest change first.
  const { isFetchingNextPage, fetchNextPage } = pages;
  const wantsAll = search !== "" || view === "unassigned";
  useEffect(() => {
    if (wantsAll && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [wantsAll, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const isEmpty = settled.ids.length === 0;
  return {
    ...settled,
    name: pages.isPending && isEmpty ? "loading" : pages.isError && isEmpty ? "failed" : "ready",
    problem: pages.error ? asProblem(pages.error) : null,
    retry: () => void pages.refetch(),
    more: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    isComplete: !hasNextPage,
    catchUp: () => setHeld({ place, ids: live }),
  };
}
