import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { Fragment, useCallback, useMemo, useRef, useState } from "react";
import { type Command, useCommands } from "../../../../app/commands";
import { Empty } from "../../../../ui/Empty";
import type { Diff, DiffRow, Span } from "../types";
import { count, directionOf, fieldWords } from "../words";
import css from "./diff.module.css";
import { isSame, step, stops, valueWords } from "./rows";

function Words({ of }: { of: readonly Span[] }) {
  return of.map(({ text, mark }, at) => {
    if (mark === "added") return <ins key={at}>{text}</ins>;
    if (mark === "removed") return <del key={at}>{text}</del>;
    return <Fragment key={at}>{text}</Fragment>;
  });
}

function Side({ row, side, locale }: { row: DiffRow; side: "left" | "right"; locale: string }) {
  const line = side === "left" ? row.left_line : row.right_line;
  const words = side === "left" ? row.left : row.right;
  const isChanged = row.kind === "changed" || (side === "left" ? row.kind === "removed" : row.kind === "added");
  const sign = isChanged ? (side === "left" ? "−" : "+") : "";
  return (
    <div
      className={css.side}
      data-side={side}
      data-change={isChanged || undefined}
      data-none={line === null || undefined}
    >
      <span className={css.number}>{line}</span>
      <span className={css.sign} aria-hidden="true">
        {line === null ? "" : sign}
      </span>
      <div className={css.words} lang={locale} dir={directionOf(locale)}>
        <Words of={words} />
      </div>
    </div>
  );
}

/** Two revisions side by side, down to the words. n and p walk from change to change. */
export function DiffView({
  diff,
  locale,
  left,
  right,
  stacked = false,
}: {
  diff: Diff;
  locale: string;
  /** What stands above each side. */
  left: React.ReactNode;
  right: React.ReactNode;
  /** Old above new, where there is no room for both beside each other. */
  stacked?: boolean;
}) {
  const all = useMemo(() => stops(diff.rows), [diff]);
  const [current, setCurrent] = useState(-1);
  const table = useRef<HTMLDivElement>(null);
  const go = useCallback(
    (by: 1 | -1) => {
      const next = step(all.length, current, by);
      if (next < 0) return;
      setCurrent(next);
      const row = table.current?.querySelector<HTMLElement>(`[data-row="${all[next] ?? -1}"]`);
      row?.scrollIntoView({ block: "center" });
      row?.focus({ preventScroll: true });
    },
    [all, current],
  );
  const commands = useMemo<Command[]>(
    () => [
      { id: "next-change", title: "Next change", group: "Article", keys: "n", when: all.length > 0, run: () => go(1) },
      {
        id: "previous-change",
        title: "Previous change",
        group: "Article",
        keys: "p",
        when: all.length > 0,
        run: () => go(-1),
      },
    ],
    [all, go],
  );
  useCommands(commands);

  if (isSame(diff)) return <Empty title="Both say the same">Word for word, in every field.</Empty>;
  return (
    <div className={css.diff} data-stacked={stacked || undefined}>
      <div className={css.summary}>
        <span>
          {all.length === 0 ? "No change in the text" : `${count(all.length, "change")} in the text`}
          {diff.stats.added_words > 0 && <span className={css.added}> +{count(diff.stats.added_words, "word")}</span>}
          {diff.stats.removed_words > 0 && (
            <span className={css.removed}> −{count(diff.stats.removed_words, "word")}</span>
          )}
        </span>
        <span className={css.walk}>
          <span className={css.meta} aria-live="polite">
            {current >= 0 && `${current + 1} of ${all.length}`}
          </span>
          <Tooltip label="Previous change (p)">
            <ActionIcon size={28} aria-label="Previous change" disabled={all.length === 0} onClick={() => go(-1)}>
              <IconArrowUp size={16} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Next change (n)">
            <ActionIcon size={28} aria-label="Next change" disabled={all.length === 0} onClick={() => go(1)}>
              <IconArrowDown size={16} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      {diff.fields.length > 0 && (
        <dl className={css.fields}>
          {diff.fields.map(({ name, left: before, right: after }) => (
            <div key={name} className={css.field}>
              <dt>{fieldWords(name)}</dt>
              <dd>
                <del>{valueWords(before)}</del> <span aria-hidden="true">→</span> <ins>{valueWords(after)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {!stacked && (
        <div className={css.heads}>
          <div>{left}</div>
          <div>{right}</div>
        </div>
      )}
      <div ref={table} className={css.rows}>
        {diff.rows.map((row, at) =>
          row.kind === "gap" ? (
            <div key={at} className={css.gap}>
              {count(row.count, "line")} the same
            </div>
          ) : (
            <div
              key={at}
              className={css.row}
              data-row={at}
              data-kind={row.kind}
              data-current={all[current] === at || undefined}
              tabIndex={all.includes(at) ? -1 : undefined}
            >
              <Side row={row} side="left" locale={locale} />
              <Side row={row} side="right" locale={locale} />
            </div>
          ),
        )}
      </div>
    </div>
  );
}
