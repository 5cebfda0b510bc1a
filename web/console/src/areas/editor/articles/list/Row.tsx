import { Checkbox } from "@mantine/core";
import { memo, type MouseEvent } from "react";
import { Link } from "react-router";
import { Ago } from "../../../../ui/Time";
import { articleAt } from "../addresses";
import { Flags, StatePill } from "../marks";
import type { ArticleLine } from "../types";
import { directionOf, localeWords, typeWords } from "../words";
import css from "./list.module.css";
import { lineKey } from "./useArticleLines";

interface Props {
  line: ArticleLine;
  isPicked: boolean;
  hasDraft: boolean;
  pick: (line: ArticleLine, upTo: boolean) => void;
  tagLabel: (name: string) => string;
  canPick: boolean;
}

/** One translation of an article. The title is the link; the whole row follows it. */
export const Row = memo(function Row({ line, isPicked, hasDraft, pick, tagLabel, canPick }: Props) {
  return (
    <>
      <span role="cell" className={css.pick}>
        {canPick && (
          <Checkbox
            size="xs"
            checked={isPicked}
            onChange={() => undefined}
            onClick={(event: MouseEvent) => pick(line, event.shiftKey)}
            aria-label={`Choose ${line.title}, ${localeWords(line.locale)}`}
          />
        )}
      </span>
      <span role="cell" className={css.name}>
        <Link
          to={articleAt(line.id, line.locale)}
          className={css.link ?? ""}
          data-line={lineKey(line)}
          lang={line.locale}
          dir={directionOf(line.locale)}
          title={line.title}
        >
          {line.title}
        </Link>
        {hasDraft && <span className={css.draft}>Unsaved changes</span>}
        <Flags of={line} />
      </span>
      <span role="cell" className={css.state}>
        <StatePill state={line.state} />
      </span>
      <span role="cell" className={css.locale} title={localeWords(line.locale)}>
        {line.locale}
      </span>
      <span role="cell" className={css.type}>
        {typeWords(line.type)}
      </span>
      <span role="cell" className={css.owner} title={line.owner?.name}>
        {line.owner?.name ?? "–"}
      </span>
      <span role="cell" className={css.tags} title={line.tags.map(tagLabel).join(", ")}>
        {line.tags.map(tagLabel).join(", ") || "–"}
      </span>
      <span role="cell" className={css.updated}>
        <Ago at={line.updated_at} />
      </span>
    </>
  );
});
