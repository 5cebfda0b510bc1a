import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "../../../../api/problem";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articleAt } from "../addresses";
import { articlesApi } from "../api";
import { DiffView } from "../diff/DiffView";
import { keys } from "../queries";
import { useRevisions } from "../rail/HistoryPanel";
import type { Translation } from "../types";
import css from "./review.module.css";

function numberOf(value: string | null, otherwise: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

/** Any two revisions beside each other, chosen in place. */
export function CompareView({ translation }: { translation: Translation }) {
  const { article_id: id, locale, latest } = translation;
  const [params, setParams] = useSearchParams();
  const left = numberOf(params.get("left"), Math.max(1, latest - 1));
  const right = numberOf(params.get("right"), latest);
  const revisions = useRevisions(translation);
  const diff = useQuery({
    queryKey: keys.part(id, locale, `diff ${left} ${right}`),
    queryFn: () => articlesApi.diff(id, locale, left, right),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const data = (revisions.data?.items ?? []).map(({ number, author, state }) => ({
    value: String(number),
    label: `Revision ${number}, ${author.name}${state === "published" ? " (readers see this)" : ""}`,
  }));
  const pick = (side: "left" | "right") => (value: string | null) =>
    setParams({ left: String(left), right: String(right), [side]: value ?? "1" }, { replace: true });
  return (
    <div className={css.review}>
      <header className={css.head}>
        <h2 className={css.title}>Compare revisions</h2>
        <Link to={articleAt(id, locale)} className={css.back ?? ""}>
          Back to the text
        </Link>
      </header>
      <div className={css.picks}>
        <Select
          size="xs"
          aria-label="Left side"
          allowDeselect={false}
          data={data}
          value={String(left)}
          onChange={pick("left")}
        />
        <Select
          size="xs"
          aria-label="Right side"
          allowDeselect={false}
          data={data}
          value={String(right)}
          onChange={pick("right")}
        />
      </div>
      <div className={css.body}>
        {diff.isPending && <Await what="Comparing both revisions" />}
        {diff.isError && <ProblemNote problem={asProblem(diff.error)} retry={() => void diff.refetch()} />}
        {diff.data && (
          <DiffView
            key={`${left} ${right}`}
            diff={diff.data}
            locale={locale}
            left={`Revision ${left}`}
            right={`Revision ${right}`}
          />
        )}
      </div>
    </div>
  );
}
