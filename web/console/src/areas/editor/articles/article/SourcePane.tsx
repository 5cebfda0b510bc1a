import { Checkbox, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "../../../../api/problem";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articlesApi } from "../api";
import { DiffView } from "../diff/DiffView";
import { keys } from "../queries";
import type { Translation } from "../types";
import { localeWords } from "../words";
import { Rendered } from "../writing/Rendered";
import css from "./article.module.css";
import type { Writing } from "./useWriting";

/** The text that is translated, beside the translation: as it is now, and what changed since it was translated. */
export function SourcePane({
  source,
  writing,
  readOnly,
}: {
  source: Translation;
  writing: Writing;
  readOnly: boolean;
}) {
  const { article_id: id, locale } = source;
  const current = source.published ?? source.latest;
  const { savedSource, source: said } = writing.now;
  const isBehind = savedSource !== null && savedSource < current;
  const [view, setView] = useState(isBehind ? "changes" : "text");
  const shown = useQuery({
    queryKey: keys.part(id, locale, `revision ${current}`),
    queryFn: () => articlesApi.revision(id, locale, current),
    enabled: current !== source.latest,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const diff = useQuery({
    queryKey: keys.part(id, locale, `diff ${savedSource} ${current}`),
    queryFn: () => articlesApi.diff(id, locale, savedSource ?? current, current),
    enabled: isBehind && view === "changes",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const revision = current === source.latest ? source.revision : shown.data;
  return (
    <section className={css.source} aria-label={`Source, ${localeWords(locale)}`}>
      <header className={css.paneHead}>
        <h2 className={css.paneTitle}>
          {localeWords(locale)} <span className={css.meta}>source, revision {current}</span>
        </h2>
        {isBehind && (
          <SegmentedControl
            size="xs"
            aria-label="What to see of the source"
            value={view}
            onChange={setView}
            data={[
              { value: "changes", label: `Changed since ${savedSource}` },
              { value: "text", label: "Whole text" },
            ]}
          />
        )}
      </header>
      {isBehind && !readOnly && (
        <Checkbox
          className={css.current ?? ""}
          label={`My translation says what revision ${current} says`}
          description="Then it is no longer marked as outdated, once you save"
          checked={said === current}
          onChange={(event) =>
            writing.step({ type: "translates", source: event.currentTarget.checked ? current : savedSource })
          }
        />
      )}
      {view === "changes" && isBehind ? (
        diff.data ? (
          <DiffView diff={diff.data} locale={locale} left="" right="" stacked />
        ) : diff.isError ? (
          <ProblemNote problem={asProblem(diff.error)} retry={() => void diff.refetch()} />
        ) : (
          <Await what="Comparing" bare />
        )
      ) : revision ? (
        <>
          <h3 className={css.sourceTitle} lang={locale} dir="auto">
            {revision.title}
          </h3>
          {revision.summary !== "" && (
            <p className={css.sourceSummary} lang={locale} dir="auto">
              {revision.summary}
            </p>
          )}
          <Rendered html={revision.html} locale={locale} />
        </>
      ) : shown.isError ? (
        <ProblemNote problem={asProblem(shown.error)} retry={() => void shown.refetch()} />
      ) : (
        <Await what="Loading the source" bare />
      )}
    </section>
  );
}
