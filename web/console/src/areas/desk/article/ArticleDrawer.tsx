import { Drawer } from "@mantine/core";
import { markdown } from "@warmline/kit/markdown";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "../../../api/client";
import type { Article } from "../../../api/contract";
import { asProblem } from "../../../api/problem";
import { Await } from "../../../ui/Await";
import { Nodes } from "../../../ui/Nodes";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import css from "./Article.module.css";
import type { ArticleRef } from "./useArticle";

function Body({ article }: { article: Article }) {
  const make = useCallback(() => markdown(article.markdown, { top: 3 }), [article.markdown]);
  return (
    <article dir="auto" lang={article.locale}>
      <p className={css.meta}>
        Revision {article.revision} · release {article.release}
        {article.updated !== null && (
          <>
            {" "}
            · changed <Ago at={article.updated} />
          </>
        )}
      </p>
      <Nodes as="div" make={make} className={css.body} />
    </article>
  );
}

/** An article at exactly the revision that was cited, beside the conversation. */
export function ArticleDrawer({
  article,
  locale,
  close,
}: {
  article: ArticleRef | null;
  locale: string;
  close: () => void;
}) {
  const query = useQuery({
    queryKey: ["article", article?.article_id, article?.revision, locale],
    queryFn: () => api.article(article?.article_id ?? "", article?.revision ?? 0, locale),
    enabled: article !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Drawer
      opened={article !== null}
      onClose={close}
      position="right"
      size={480}
      title={query.data?.title ?? article?.title ?? "Article"}
      closeButtonProps={{ "aria-label": "Close the article" }}
    >
      {query.isPending && <Await what="Loading the article" />}
      {query.isError && <ProblemNote problem={asProblem(query.error)} retry={() => void query.refetch()} />}
      {query.data && <Body article={query.data} />}
    </Drawer>
  );
}
