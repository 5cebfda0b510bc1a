import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { articlesApi } from "../api";
import { keys } from "../queries";
import type { ArticleLine } from "../types";
import { type Filters, toQuery } from "./filters";

const PAGE = 200;

export const lineKey = (line: Pick<ArticleLine, "id" | "locale">): string => `${line.id} ${line.locale}`;

/** The lines that pass the filters, page after page as they are scrolled to. */
export function useArticleLines(filters: Filters) {
  const query = toQuery(filters);
  const pages = useInfiniteQuery({
    queryKey: [...keys.lists, query],
    queryFn: ({ pageParam, signal }) =>
      articlesApi.list({ ...query, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 20_000,
  });
  const lines = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return { pages, lines, total: pages.data?.pages[0]?.total ?? null };
}
