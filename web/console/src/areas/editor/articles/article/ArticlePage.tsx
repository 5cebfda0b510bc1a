import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, Navigate, useParams } from "react-router";
import { asProblem } from "../../../../api/problem";
import { Await, Bones } from "../../../../ui/Await";
import { Empty } from "../../../../ui/Empty";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articleAt, backToList } from "../addresses";
import { articlesApi } from "../api";
import { keys } from "../queries";
import { localeWords } from "../words";
import css from "./article.module.css";
import { Opened } from "./Opened";

const ROUND_MS = 30_000;

/** Reads an article and the text in one language, and opens it. */
export default function ArticlePage() {
  const { id = "", locale } = useParams();
  const article = useQuery({ queryKey: keys.article(id), queryFn: () => articlesApi.article(id) });
  const source = article.data?.source_locale;
  const isThere = article.data?.translations.some((line) => line.locale === locale) ?? false;
  const needsSource = source !== undefined && source !== locale && locale !== undefined;
  const translation = useQuery({
    queryKey: keys.translation(id, locale ?? ""),
    queryFn: () => articlesApi.translation(id, locale ?? ""),
    enabled: isThere && locale !== undefined,
    // Somebody else may save meanwhile; the writer is told, and nothing moves.
    refetchInterval: ROUND_MS,
  });
  const original = useQuery({
    queryKey: keys.translation(id, source ?? ""),
    queryFn: () => articlesApi.translation(id, source ?? ""),
    enabled: needsSource,
  });
  const title = translation.data?.revision.title ?? article.data?.translations[0]?.title;
  useEffect(() => {
    document.title = `${title ?? "Article"} · Warmline`;
  }, [title]);

  const failed = [article, translation, original].find(({ isError, data }) => isError && data === undefined);
  if (failed) {
    const problem = asProblem(failed.error);
    if (problem.status === 404)
      return (
        <Empty heading title="There is no such article">
          <Link to={backToList()} className={css.textLink ?? ""}>
            Back to the articles
          </Link>
        </Empty>
      );
    return <ProblemNote page problem={problem} retry={() => void failed.refetch()} />;
  }
  if (article.data && locale === undefined)
    return <Navigate replace to={articleAt(id, article.data.translations[0] ? article.data.source_locale : "en")} />;
  const isWaiting =
    !article.data || (isThere && !translation.data) || (needsSource && !original.data) || locale === undefined;
  if (isWaiting)
    return (
      <div className={css.waiting} data-article="">
        <Await what={`Loading the article${locale ? ` in ${localeWords(locale)}` : ""}`}>
          <Bones rows={8} height={20} />
        </Await>
      </div>
    );
  return (
    <Opened
      key={`${id} ${locale}`}
      article={article.data}
      locale={locale}
      translation={translation.data ?? null}
      source={needsSource ? (original.data ?? null) : null}
    />
  );
}
