import { Button, Modal, SegmentedControl, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { asProblem } from "../../../../api/problem";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { Ago } from "../../../../ui/Time";
import { contentOf } from "../article/content";
import type { Conflict, Writing } from "../article/useWriting";
import { articlesApi } from "../api";
import type { Content, Merge, Translation } from "../types";
import { valueWords } from "../diff/rows";
import { count, directionOf, fieldWords } from "../words";
import {
  apart,
  assembled,
  type Choice,
  decided,
  fieldClashes,
  type FieldName,
  pieces,
  takenFields,
  textClashes,
} from "./conflicts";
import css from "./merge.module.css";

interface Both {
  merge: Merge;
  theirs: Translation;
}

/** Reads what the other person saved and how both fit together. A translation that both began has no common base. */
async function read(id: string, locale: string, base: number | null, mine: Content): Promise<Both> {
  const theirs = await articlesApi.translation(id, locale);
  if (base !== null) return { merge: await articlesApi.merge(id, locale, base, mine), theirs };
  const other = contentOf(theirs.revision);
  const clash = { field: "text", base: "", mine: mine.text, theirs: other.text };
  const ended = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);
  return {
    theirs,
    merge: {
      merged: { ...mine, text: `<<<<<<< mine\n${ended(mine.text)}=======\n${ended(other.text)}>>>>>>> theirs\n` },
      conflicts: [
        ...(mine.title === other.title ? [] : [{ field: "title", base: "", mine: mine.title, theirs: other.title }]),
        clash,
      ],
      clean: false,
      latest: theirs.latest,
    },
  };
}

const TAKES = ["mine", "theirs", "both", "edit"] as const;

function Place({
  clash,
  number,
  of,
  author,
  locale,
  choice,
  choose,
  withBoth,
}: {
  clash: { base: string; mine: string; theirs: string };
  number: number;
  of: number;
  author: string;
  locale: string;
  choice: Choice["take"] | undefined;
  choose: (choice: Choice) => void;
  withBoth: boolean;
}) {
  const [edited, setEdited] = useState(`${clash.mine}${clash.theirs}`);
  const choices = withBoth ? TAKES : TAKES.slice(0, 2);
  const take = (one: (typeof TAKES)[number]): void =>
    choose(one === "edit" ? { take: "edit", text: edited } : { take: one });
  const hear = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const one = choices.find((name) => name.startsWith(event.key.toLowerCase()));
    if (one === undefined) return;
    event.preventDefault();
    take(one);
  };
  const words = (text: string, other: string) => {
    if (text.trim() === "") return <em className={css.meta}>nothing</em>;
    const { before, between, after } = apart(text.replace(/\n$/, ""), other.replace(/\n$/, ""));
    return (
      <>
        {before}
        {between !== "" && <mark className={css.apart}>{between}</mark>}
        {after}
      </>
    );
  };
  const side = { lang: locale, dir: directionOf(locale) } as const;
  return (
    <section
      className={css.place}
      data-place=""
      data-open={choice === undefined || undefined}
      tabIndex={-1}
      onKeyDown={hear}
      aria-label={`Difference ${number} of ${of}`}
    >
      <div className={css.sides}>
        <div className={css.side} data-taken={choice === "mine" || choice === "both" || undefined}>
          <p className={css.who}>You wrote</p>
          <div className={css.words} {...side}>
            {words(clash.mine, clash.theirs)}
          </div>
        </div>
        <div className={css.side} data-taken={choice === "theirs" || choice === "both" || undefined}>
          <p className={css.who}>{author} wrote</p>
          <div className={css.words} {...side}>
            {words(clash.theirs, clash.mine)}
          </div>
        </div>
      </div>
      {clash.base.trim() !== "" && (
        <details className={css.before}>
          <summary>What stood there before</summary>
          <div className={css.words} {...side}>
            {clash.base}
          </div>
        </details>
      )}
      {choice === "edit" && (
        <Textarea
          autosize
          minRows={2}
          maxRows={14}
          aria-label={`Your words for difference ${number}`}
          dir={directionOf(locale)}
          value={edited}
          onChange={(event) => {
            setEdited(event.currentTarget.value);
            choose({ take: "edit", text: event.currentTarget.value });
          }}
        />
      )}
      <div className={css.choose}>
        {choices.map((one) => (
          <Button
            key={one}
            size="xs"
            variant={choice === one ? "light" : "default"}
            aria-pressed={choice === one}
            onClick={() => take(one)}
          >
            {{ mine: "Keep mine", theirs: `Take ${author}’s`, both: "Keep both", edit: "Write it anew" }[one]}
          </Button>
        ))}
      </div>
    </section>
  );
}

function Deciding({
  both: { merge, theirs },
  conflict,
  locale,
  writing,
}: {
  both: Both;
  conflict: Conflict;
  locale: string;
  writing: Writing;
}) {
  const all = useMemo(() => pieces(merge.merged.text, textClashes(merge)), [merge]);
  const inFields = useMemo(() => fieldClashes(merge), [merge]);
  const [choices, setChoices] = useState<Readonly<Record<number, Choice>>>({});
  const [fields, setFields] = useState<Readonly<Partial<Record<FieldName, "mine" | "theirs">>>>({});
  const list = useRef<HTMLDivElement>(null);
  const taken = takenFields(merge, writing.now.content);
  const inText = all.filter(({ kind }) => kind === "clash").length;
  const total = inText + inFields.length;
  const done = Object.keys(choices).length + Object.keys(fields).length;
  const text = assembled(all, choices);
  const isReady = text !== null && inFields.every(({ field }) => fields[field] !== undefined);

  const finish = async (): Promise<void> => {
    if (text === null) return;
    const content = decided(merge.merged, contentOf(theirs.revision), fields, text);
    writing.step({ type: "merged", translation: theirs, content });
    await writing.save(`Merged with revision ${theirs.latest}`, { content, base: theirs.latest });
  };

  const ending = useRef(finish);
  ending.current = finish;
  useEffect(() => {
    const hear = (event: globalThis.KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && isReady) void ending.current();
      if (event.target instanceof HTMLTextAreaElement || (event.key !== "n" && event.key !== "p")) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const places = [...(list.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [])];
      const at = places.findIndex((place) => place.contains(document.activeElement));
      const next =
        places[event.key === "n" ? (at + 1) % places.length : (Math.max(at, 0) - 1 + places.length) % places.length];
      next?.focus();
      next?.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [isReady]);
  useEffect(() => {
    // After the dialogue has put the focus on its close button.
    const timer = setTimeout(() => list.current?.querySelector<HTMLElement>("[data-place]")?.focus(), 200);
    return () => clearTimeout(timer);
  }, []);

  let number = 0;
  return (
    <div className={css.screen}>
      <p className={css.lead}>
        {conflict.author} saved revision {theirs.latest}
        {conflict.at !== null && (
          <>
            {" "}
            <Ago at={conflict.at} />
          </>
        )}{" "}
        while you were writing.{" "}
        {total === 0
          ? "Both changes fit together; this is the article with both."
          : `Most of it fits together. ${count(total, "place")} must be decided; nothing is lost meanwhile.`}
      </p>
      {taken.length > 0 && (
        <dl className={css.taken}>
          {taken.map((name) => (
            <div key={name}>
              <dt>
                {fieldWords(name)}, with {conflict.author}’s change
              </dt>
              <dd dir="auto">{valueWords(merge.merged[name])}</dd>
            </div>
          ))}
        </dl>
      )}
      <div ref={list} className={css.list}>
        {inFields.map((clash, at) => (
          <div key={clash.field}>
            <h3 className={css.field}>{fieldWords(clash.field)}</h3>
            <Place
              clash={clash}
              number={at + 1}
              of={total}
              author={conflict.author}
              locale={locale}
              choice={fields[clash.field]}
              choose={({ take }) =>
                (take === "mine" || take === "theirs") && setFields((now) => ({ ...now, [clash.field]: take }))
              }
              withBoth={false}
            />
          </div>
        ))}
        <h3 className={css.field}>Text</h3>
        {all.map((piece, at) => {
          if (piece.kind === "same") return <Same key={at} text={piece.text} locale={locale} whole={total === 0} />;
          const mine = number;
          number += 1;
          return (
            <Place
              key={at}
              clash={piece}
              number={inFields.length + mine + 1}
              of={total}
              author={conflict.author}
              locale={locale}
              choice={choices[mine]?.take}
              choose={(choice) => setChoices((now) => ({ ...now, [mine]: choice }))}
              withBoth
            />
          );
        })}
      </div>
      {writing.problem && <ProblemNote problem={writing.problem} />}
      <footer className={css.foot}>
        <span className={css.meta}>{total > 0 && `${done} of ${total} decided · n and p walk, m, t, b, e choose`}</span>
        <Button variant="subtle" onClick={writing.closeConflict}>
          Back to my text
        </Button>
        <Button variant="filled" disabled={!isReady} loading={writing.isSaving} onClick={() => void finish()}>
          Save both together
        </Button>
      </footer>
    </div>
  );
}

/** What both agree on: the lines around a difference, the rest on demand. */
function Same({ text, locale, whole }: { text: string; locale: string; whole: boolean }) {
  const lines = text.replace(/\n$/, "").split("\n");
  const side = { lang: locale, dir: directionOf(locale), className: css.same } as const;
  if (whole || lines.length <= 7) return <div {...side}>{lines.join("\n")}</div>;
  return (
    <div>
      <div {...side}>{lines.slice(0, 3).join("\n")}</div>
      <details className={css.folded}>
        <summary>{count(lines.length - 6, "line")} on which both agree</summary>
        <div {...side}>{lines.slice(3, -3).join("\n")}</div>
      </details>
      <div {...side}>{lines.slice(-3).join("\n")}</div>
    </div>
  );
}

/** Two people saved: shows what each wrote at each place, and lets the writer decide. */
export function ConflictScreen({ id, locale, writing }: { id: string; locale: string; writing: Writing }) {
  const { conflict } = writing;
  const mine = writing.now.content;
  const [view, setView] = useState("Decide");
  const both = useQuery({
    queryKey: ["articles", "merge", id, locale, conflict?.latest, writing.now.base],
    queryFn: () => read(id, locale, writing.now.base, mine),
    enabled: conflict !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (conflict === null) return null;
  return (
    <Modal
      opened
      onClose={writing.closeConflict}
      fullScreen
      title="Two people changed this article"
      closeButtonProps={{ "aria-label": "Back to my text" }}
    >
      <SegmentedControl
        size="xs"
        aria-label="What to look at"
        data={[
          { value: "Decide", label: "Decide" },
          { value: "Mine", label: "My whole text" },
        ]}
        value={view}
        onChange={setView}
        mb={12}
      />
      {view === "Mine" && (
        <div className={css.same} lang={locale} dir={directionOf(locale)}>
          {mine.title}
          {"\n\n"}
          {mine.text}
        </div>
      )}
      <div hidden={view === "Mine"}>
        {both.isPending && <Await what="Comparing both texts" />}
        {both.isError && <ProblemNote problem={asProblem(both.error)} retry={() => void both.refetch()} />}
        {both.data && (
          <Deciding
            key={both.data.theirs.latest}
            both={both.data}
            conflict={conflict}
            locale={locale}
            writing={writing}
          />
        )}
      </div>
    </Modal>
  );
}
