import { Button, Drawer } from "@mantine/core";
import { IconArrowLeft, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api } from "../../../api/client";
import type { Article } from "../../../api/contract";
import { asProblem } from "../../../api/problem";
import { Await } from "../../../ui/Await";
import { Html } from "../../../ui/Html";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { useContribute } from "../contribute/Contribute";
import css from "./Article.module.css";
import type { ArticleRef } from "./useArticle";

const NOTICES = {
  locale_fallback: "There is no translation in the language of this conversation.",
  outdated: "This translation is older than the original. Check numbers before you quote them.",
};

function Body({ article, open }: { article: Article; open: (id: string) => void }) {
  const contribute = useContribute();
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
      {article.notice === "locale_fallback" && <p className={css.notice}>{NOTICES.locale_fallback}</p>}
      {article.outdated && <p className={css.notice}>{NOTICES.outdated}</p>}
      <Html source={article.html} open={open} />
      {article.disclaimers.map((one) => (
        <section key={one.title} className={css.disclaimer}>
          <h3>{one.title}</h3>
          <Html source={one.html} open={open} />
        </section>
      ))}
      {contribute && (
        <Button
          className={css.fix ?? ""}
          size="xs"
          leftSection={<IconPencil size={14} aria-hidden="true" />}
          onClick={() => contribute.fix(article)}
        >
          Propose a fix
        </Button>
      )}
    </article>
  );
}

/** One article; what it links to is read in the same place, and the way back is kept. */
function Reader({ first, locale }: { first: ArticleRef; locale: string }) {
  const [trail, setTrail] = useState<{ id: string; revision: number | null }[]>([
    { id: first.article_id, revision: first.revision },
  ]);
  const here = trail.at(-1)!;
  const open = useCallback((id: string) => setTrail((before) => [...before, { id, revision: null }]), []);
  const query = useQuery({
    queryKey: ["article", here.id, here.revision, locale],
    queryFn: () => api.article(here.id, here.revision, locale),
    // A revision never changes; what is served now does.
    staleTime: here.revision === null ? 0 : Number.POSITIVE_INFINITY,
  });
  const back = () => setTrail((before) => before.slice(0, -1));
  return (
    <>
      {trail.length > 1 && (
        <Button variant="subtle" size="compact-sm" leftSection={<IconArrowLeft size={16} aria-hidden />} onClick={back}>
          Back
        </Button>
      )}
      {trail.length > 1 && query.data && <h2 className={css.title}>{query.data.title}</h2>}
      {query.isPending && <Await what="Loading the article" />}
      {query.isError && <ProblemNote problem={asProblem(query.error)} retry={() => void query.refetch()} />}
      {query.data && <Body article={query.data} open={open} />}
    </>
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
  const key = article === null ? "" : `${article.article_id}:${article.revision}`;
  return (
    <Drawer
      opened={article !== null}
      onClose={close}
      position="right"
      size={480}
      title={article?.title ?? "Article"}
      closeButtonProps={{ "aria-label": "Close the article" }}
    >
      {article && <Reader key={key} first={article} locale={locale} />}
    </Drawer>
  );
}
