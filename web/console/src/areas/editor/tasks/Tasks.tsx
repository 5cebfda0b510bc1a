import { Button, SegmentedControl } from "@mantine/core";
import { IconChecklist } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago, Due } from "../../../ui/Time";
import { articleAt } from "../articles/addresses";
import { count, localeWords } from "../articles/words";
import { keys, type Owner, type State, type Task, tasksApi } from "./api";
import { ChangeDialog, EndDialog } from "./Dialogs";
import css from "./tasks.module.css";
import { fromWords, noteOf, originOf, STATES } from "./words";

type What = "done" | "dropped" | "change";
const TABS = ["open", "done", "dropped"] as const satisfies readonly State[];

function Line({ task, showsOwner, act }: { task: Task; showsOwner: boolean; act: (what: What) => void }) {
  const origin = originOf(task);
  const note = noteOf(task);
  return (
    <li className={css.line}>
      <div className={css.main}>
        <h3 className={css.lineTitle} dir="auto">
          {task.title}
        </h3>
        <p className={css.meta}>
          {fromWords(task.kind)}
          {task.locale && ` · ${localeWords(task.locale)}`}
          {showsOwner && ` · ${task.owner ? task.owner.name : "nobody’s"}`} · from {task.by}
        </p>
        <p className={css.links}>
          {task.article_id && (
            <Link className={css.accent} to={articleAt(task.article_id, task.locale ?? undefined)}>
              Open the article
            </Link>
          )}
          {origin && (
            <Link className={css.accent} to={origin.to}>
              {origin.words}
            </Link>
          )}
        </p>
        {note && task.state !== "open" && (
          <p className={css.note} dir="auto">
            {note}
          </p>
        )}
      </div>
      <div className={css.aside}>
        {task.state === "open" ? (
          <>
            <p className={css.due} data-overdue={task.overdue || undefined}>
              {task.overdue ? "Was due " : "Due "}
              <Due at={task.due_at} />
            </p>
            <div className={css.buttons}>
              <Button size="compact-sm" variant="subtle" onClick={() => act("change")}>
                Change
              </Button>
              <Button size="compact-sm" variant="subtle" onClick={() => act("dropped")}>
                Drop
              </Button>
              <Button size="compact-sm" onClick={() => act("done")}>
                Done
              </Button>
            </div>
          </>
        ) : (
          <p className={css.meta}>
            {STATES[task.state]} by {task.done_by}
            {task.done_at && (
              <>
                {" "}
                <Ago at={task.done_at} />
              </>
            )}
          </p>
        )}
      </div>
    </li>
  );
}

/** What editors have to do, the most urgent first: mine, or everybody's. */
export function Tasks() {
  const [params, setParams] = useSearchParams();
  const state: State = TABS.find((tab) => tab === params.get("state")) ?? "open";
  const owner: Owner = params.get("who") === "all" ? "all" : "me";
  const head = useRef<HTMLHeadingElement>(null);
  const [doing, setDoing] = useState<{ what: What; task: Task } | null>(null);
  const pages = useInfiniteQuery({
    queryKey: keys.list(owner, state),
    queryFn: ({ pageParam }) => tasksApi.list(owner, state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 60_000,
  });
  const tasks = pages.data?.pages.flatMap(({ items }) => items as unknown as Task[]) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  const overdue = tasks.filter((task) => task.overdue).length;
  useEffect(() => {
    document.title = "Tasks · Warmline";
  }, []);
  const show = (next: { who?: Owner; state?: State }): void => {
    const chosen = { who: owner, state, ...next };
    setParams({
      ...(chosen.who === "all" ? { who: "all" } : {}),
      ...(chosen.state === "open" ? {} : { state: chosen.state }),
    });
  };
  const props = doing && {
    task: doing.task,
    close: () => setDoing(null),
    done: () => {
      setDoing(null);
      // The button that opened it may be gone with its task.
      setTimeout(() => head.current?.focus(), 200);
    },
  };
  return (
    <section className={css.pane} aria-label="Tasks">
      <div className={css.column}>
        <header className={css.head}>
          <div>
            <h2 className={css.title} ref={head} tabIndex={-1}>
              Tasks
            </h2>
            {pages.isSuccess && total > 0 && state === "open" && (
              <p className={css.meta}>
                {count(total, "task")}
                {overdue > 0 && <strong className={css.late}> · {overdue.toLocaleString("en")} overdue</strong>}
              </p>
            )}
          </div>
          <div className={css.choices}>
            <SegmentedControl
              size="xs"
              aria-label="Whose"
              value={owner}
              onChange={(value) => show({ who: value as Owner })}
              data={[
                { value: "me", label: "Mine" },
                { value: "all", label: "Everybody’s" },
              ]}
            />
            <SegmentedControl
              size="xs"
              aria-label="Which"
              value={state}
              onChange={(value) => show({ state: value as State })}
              data={TABS.map((value) => ({ value, label: STATES[value] }))}
            />
          </div>
        </header>
        {pages.isPending && (
          <Await what="Loading tasks" bare>
            <Bones rows={6} height={20} />
          </Await>
        )}
        {pages.isError && tasks.length === 0 && (
          <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />
        )}
        {pages.isSuccess && tasks.length === 0 && (
          <Empty
            icon={<IconChecklist size={28} stroke={1.5} />}
            title={
              state === "open"
                ? owner === "me"
                  ? "You have nothing to do here"
                  : "Nobody has anything to do here"
                : `Nothing was ${STATES[state].toLowerCase()} yet`
            }
          >
            {state === "open" &&
              "Tasks are made from what is found under Health, from accepted contributions and from failed audits."}
          </Empty>
        )}
        {tasks.length > 0 && (
          <ul className={css.list}>
            {tasks.map((task) => (
              <Line
                key={task.id}
                task={task}
                showsOwner={owner === "all"}
                act={(what) => setDoing({ what, task })}
              />
            ))}
          </ul>
        )}
        {pages.isFetchNextPageError && <ProblemNote problem={asProblem(pages.error)} />}
        {pages.hasNextPage && (
          <Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
      {props &&
        (doing.what === "change" ? <ChangeDialog {...props} /> : <EndDialog {...props} how={doing.what} />)}
    </section>
  );
}
