import { Button, SegmentedControl } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "react-router";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { type Finding, healthApi, keys, type Kind, type State } from "./api";
import { IgnoreDialog, TaskDialog } from "./Dialogs";
import { Evidence, FindingTitle } from "./Evidence";
import css from "./health.module.css";
import { wordsOf } from "./words";

export const SHOWN_STATES = ["open", "tasked", "ignored"] as const satisfies readonly State[];
export type Shown = (typeof SHOWN_STATES)[number];
const STATE_WORDS: Readonly<Record<Shown, string>> = { open: "Open", tasked: "Worked on", ignored: "Ignored" };

const NONE: Readonly<Record<Exclude<Shown, "open">, string>> = {
  tasked: "Nobody works on any of these",
  ignored: "None of these is ignored",
};

function One({ finding, act }: { finding: Finding; act: (what: "task" | "ignore") => void }) {
  const mayEdit = useMay("knowledge.edit");
  return (
    <li className={css.finding}>
      <h4 className={css.findingTitle}>
        <FindingTitle of={finding} />
      </h4>
      <Evidence of={finding} />
      <div className={css.foot}>
        <p className={css.meta}>
          {finding.state === "ignored" && (
            <>
              Ignored by {finding.decided_by}: {finding.reason}
            </>
          )}
          {finding.state === "tasked" && (
            <>
              Made a task{finding.decided_by && ` by ${finding.decided_by}`} ·{" "}
              <Link className={css.accent} to="/knowledge/tasks?who=all">
                tasks
              </Link>
            </>
          )}
          {finding.state === "open" && (
            <>
              Found <Ago at={finding.first_at} />
            </>
          )}
        </p>
        {mayEdit && finding.state !== "tasked" && (
          <div className={css.buttons}>
            {finding.state === "open" && (
              <Button size="xs" variant="subtle" onClick={() => act("ignore")}>
                Ignore
              </Button>
            )}
            <Button size="xs" onClick={() => act("task")}>
              Make a task
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}

/** Everything that was found of one kind, heaviest first, with what it rests on. */
export function Findings({
  kind,
  state,
  counts,
  choose,
  measured,
}: {
  kind: Kind;
  state: Shown;
  counts: Readonly<Record<string, number>>;
  choose: (state: Shown) => void;
  /** Whether anything was measured yet. */
  measured: boolean;
}) {
  const mayEdit = useMay("knowledge.edit");
  const words = wordsOf(kind);
  const head = useRef<HTMLHeadingElement>(null);
  const [doing, setDoing] = useState<{ what: "task" | "ignore"; finding: Finding } | null>(null);
  const pages = useInfiniteQuery({
    queryKey: keys.findings(kind, state),
    queryFn: ({ pageParam }) => healthApi.findings(kind, state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const found = pages.data?.pages.flatMap(({ items }) => items as unknown as Finding[]) ?? [];
  const Dialog = doing?.what === "task" ? TaskDialog : IgnoreDialog;
  return (
    <section className={css.findings} aria-labelledby="kind">
      <header className={css.head}>
        <div>
          <h3 id="kind" className={css.kindTitle} ref={head} tabIndex={-1}>
            {words.title}
          </h3>
          <p className={css.meta}>{words.meaning}</p>
        </div>
        <SegmentedControl
          size="xs"
          aria-label="Which"
          value={state}
          onChange={(value) => choose(value as Shown)}
          data={SHOWN_STATES.map((value) => ({ value, label: `${STATE_WORDS[value]} ${counts[value] ?? 0}` }))}
        />
      </header>
      {!mayEdit && found.length > 0 && (
        <p className={css.meta}>Knowledge editors work on these (permission “knowledge.edit”). You can read them.</p>
      )}
      {pages.isPending && (
        <Await what="Loading findings" bare>
          <Bones rows={6} height={20} />
        </Await>
      )}
      {pages.isError && found.length === 0 && (
        <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />
      )}
      {pages.isSuccess && found.length === 0 && measured && (
        <Empty
          icon={<IconCircleCheck size={28} stroke={1.5} />}
          title={state === "open" ? "Nothing open here" : NONE[state]}
        >
          {state === "open" && ((counts["tasked"] ?? 0) + (counts["ignored"] ?? 0) === 0 ? words.none : null)}
        </Empty>
      )}
      {found.length > 0 && (
        <ul className={css.list}>
          {found.map((finding) => (
            <One key={finding.key} finding={finding} act={(what) => setDoing({ what, finding })} />
          ))}
        </ul>
      )}
      {pages.isFetchNextPageError && <ProblemNote problem={asProblem(pages.error)} />}
      {pages.hasNextPage && (
        <Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Show more
        </Button>
      )}
      {doing && (
        <Dialog
          finding={doing.finding}
          close={() => setDoing(null)}
          done={() => {
            setDoing(null);
            // The button that opened it goes with its finding; the next one is a step from here.
            setTimeout(() => head.current?.focus(), 200);
          }}
        />
      )}
    </section>
  );
}
