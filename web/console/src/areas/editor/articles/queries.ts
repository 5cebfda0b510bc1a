/** What the article screens know of the server, by name, so that every change refreshes what it changed. */
import { keepPreviousData, type QueryClient, useQuery } from "@tanstack/react-query";
import { articlesApi } from "./api";

export const keys = {
  lists: ["articles", "list"] as const,
  facets: ["articles", "facets"] as const,
  tags: ["articles", "tags"] as const,
  views: ["articles", "views"] as const,
  article: (id: string) => ["articles", "one", id] as const,
  translation: (id: string, locale: string) => ["articles", "one", id, "in", locale] as const,
  part: (id: string, locale: string, part: string) => ["articles", "one", id, "in", locale, part] as const,
};

export const useFacets = () => useQuery({ queryKey: keys.facets, queryFn: articlesApi.facets, staleTime: 30_000 });

export const useTags = () => useQuery({ queryKey: keys.tags, queryFn: articlesApi.tags, staleTime: 60_000 });

/** What a tag is called. */
export function useTagLabel(): (name: string) => string {
  const tags = useTags();
  const labels = new Map(tags.data?.items.map(({ name, label }) => [name, label]));
  return (name) => labels.get(name) ?? name;
}

/** Articles whose words fit, for pickers; the last answer stays until the next is there. */
export const useFinding = (q: string, limit: number, enabled = true) =>
  useQuery({
    queryKey: ["articles", "finding", q, limit],
    queryFn: ({ signal }) => articlesApi.list({ q, limit }, signal),
    enabled: enabled && q.trim().length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** Something about an article changed: the lists, the counts and everything about it are read again. */
export async function articleChanged(queries: QueryClient, id: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: keys.article(id) }),
    queries.invalidateQueries({ queryKey: keys.lists }),
    queries.invalidateQueries({ queryKey: keys.facets }),
    queries.invalidateQueries({ queryKey: ["articles", "counts"] }),
  ]);
}
