import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { asProblem, type Problem } from "../../../../api/problem";
import { useMay } from "../../../../session/session";
import { articlesApi } from "../api";
import { articleChanged, keys } from "../queries";
import type { Article, Release, Translation } from "../types";

export interface Actions {
  translation: Translation | null;
  mayEdit: boolean;
  isBusy: boolean;
  problem: Problem | null;
  /** Each answers whether it was done. */
  submit: (revision: number, note: string) => Promise<boolean>;
  withdraw: () => Promise<boolean>;
  approve: (revision: number, note: string) => Promise<boolean>;
  requestChanges: (revision: number, note: string) => Promise<boolean>;
  restore: (revision: number) => Promise<boolean>;
  reopen: () => Promise<boolean>;
  schedule: (times: { publish_at: string | null; expire_at: string | null }) => Promise<boolean>;
  publish: (revision: number, note: string, override: string) => Promise<Release>;
  change: (change: {
    slug?: string;
    type?: string;
    owner_id?: string | null;
    review_by?: string | null;
    withheld?: false;
  }) => Promise<boolean>;
  refresh: () => void;
}

/** Every move of a text and every change of its article, with what went wrong last. */
export function useActions(article: Article, locale: string, translation: Translation | null): Actions {
  const queries = useQueryClient();
  const mayEdit = useMay("knowledge.edit");
  const { id, version } = article;
  const refresh = useCallback(() => void articleChanged(queries, id), [queries, id]);

  const move = useMutation({
    networkMode: "always",
    mutationFn: (make: () => Promise<Translation>) => make(),
    onSuccess: (moved) => queries.setQueryData(keys.translation(id, locale), moved),
    // Refused mostly means that something changed meanwhile; what is shown should be what there is.
    onSettled: refresh,
  });
  const alter = useMutation({
    networkMode: "always",
    mutationFn: (make: () => Promise<Article>) => make(),
    onSuccess: (changed) => queries.setQueryData(keys.article(id), changed),
    onSettled: refresh,
  });
  const { mutateAsync: moveAsync } = move;
  const { mutateAsync: alterAsync } = alter;
  const error = move.error ?? alter.error;

  const verbs = useMemo(() => {
    const done = (make: () => Promise<Translation>): Promise<boolean> =>
      moveAsync(make).then(
        () => true,
        () => false,
      );
    return {
      submit: (revision: number, note: string) => done(() => articlesApi.submit(id, locale, revision, note)),
      withdraw: () => done(() => articlesApi.withdraw(id, locale)),
      approve: (revision: number, note: string) => done(() => articlesApi.approve(id, locale, revision, note)),
      requestChanges: (revision: number, note: string) =>
        done(() => articlesApi.requestChanges(id, locale, revision, note)),
      restore: (revision: number) => done(() => articlesApi.restore(id, locale, revision)),
      reopen: () => done(() => articlesApi.reopen(id, locale)),
      schedule: (times: { publish_at: string | null; expire_at: string | null }) =>
        done(() => articlesApi.schedule(id, locale, times)),
      publish: (revision: number, note: string, override: string) =>
        articlesApi.publish(id, locale, { revision, note, override_reason: override === "" ? null : override }),
      change: (change: Parameters<Actions["change"]>[0]) =>
        alterAsync(() => articlesApi.change(id, { version, ...change })).then(
          () => true,
          () => false,
        ),
    };
  }, [moveAsync, alterAsync, id, locale, version]);

  return {
    translation,
    mayEdit,
    isBusy: move.isPending || alter.isPending,
    problem: error ? asProblem(error) : null,
    refresh,
    ...verbs,
  };
}
