import { Button, SegmentedControl } from "@mantine/core";
import { IconBulb } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago, Due } from "../../../ui/Time";
import { localeWords } from "../articles/words";
import { type Contribution, contributionsApi, keys, type State } from "./api";
import css from "./contributions.module.css";
import { KINDS, STATES } from "./words";

const TABS = ["open", "accepted", "published", "declined"] as const;

function stateOf(value: string | null): State {
  return TABS.find((tab) => tab === value) ?? "open";
}

function Line({ one, showsAuthor }: { one: Contribution; showsAuthor: boolean }) {
  return (
    <li className={css.line}>
      <div className={css.main}>
        <Link className={css.link} to={`/knowledge/contributions/${one.id}`}>
          {one.title}
        </Link>
        <span className={css.meta}>
          {KINDS[one.kind]} · {localeWords(one.locale)}
          {showsAuthor && ` · ${one.by.name}`} · <Ago at={one.at} />
        </span>
      </div>
      {one.state === "open" && (
        <span className={css.due} data-overdue={one.overdue || undefined}>
          {one.overdue ? "Was due " : "Due "}
          <Due at={one.due_at} />
        </span>
      )}
      {one.state === "declined" && <span className={css.meta}>{one.reason}</span>}
    </li>
  );
}

/** What was proposed, the most urgent first; who does not edit sees their own. */
export function Contributions() {
  const mayEdit = useMay("knowledge.edit");
  const [params, setParams] = useSearchParams();
  const state = stateOf(params.get("state"));
  const pages = useInfiniteQuery({
    queryKey: keys.list(state, !mayEdit),
    queryFn: ({ pageParam }) => contributionsApi.list(state, !mayEdit, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 60_000,
  });
  const lines = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  useEffect(() => {
    document.title = "Contributions · Warmline";
  }, []);
  return (
    <section className={css.pane} aria-label="Contributions">
      <div className={css.column}>
        <header className={css.head}>
          <h2 className={css.title}>{mayEdit ? "Contributions" : "My contributions"}</h2>
          <SegmentedControl
            size="xs"
            aria-label="Which"
            value={state}
            onChange={(value) => setParams(value === "open" ? {} : { state: value })}
            data={TABS.map((value) => ({ value, label: STATES[value] }))}
          />
        </header>
        {pages.isPending && (
          <Await what="Loading contributions" bare>
            <Bones rows={6} height={20} />
          </Await>
        )}
        {pages.isError && lines.length === 0 && (
          <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />
        )}
        {pages.isSuccess && lines.length === 0 && (
          <Empty
            icon={<IconBulb size={28} stroke={1.5} />}
            title={state === "open" ? "Nothing waits for a decision" : `Nothing is ${STATES[state].toLowerCase()}`}
          >
            {state === "open" &&
              (mayEdit
                ? "Agents propose fixes from a conversation; they appear here with the day by which they want an answer."
                : "Open an article in a conversation and choose “Propose a fix”, or “Something is missing” under the suggestions.")}
          </Empty>
        )}
        {lines.length > 0 && (
          <ul className={css.list}>
            {lines.map((one) => (
              <Line key={one.id} one={one} showsAuthor={mayEdit} />
            ))}
          </ul>
        )}
        {pages.hasNextPage && (
          <Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
    </section>
  );
}
