import { Button, Modal, NumberInput, SegmentedControl, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconClipboardCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await, Bones } from "../../../ui/Await";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { Why } from "../../../ui/Why";
import { count, localeWords } from "../articles/words";
import { auditsApi, keys, type Line, type Progress, type State } from "./api";
import css from "./audits.module.css";
import { accuracyWords, quarters, quarterWords, STATES } from "./words";

const TABS = ["open", "passed", "failed"] as const satisfies readonly State[];
const SHOWN_QUARTERS = 6;

function StartDialog({ quarter, close }: { quarter: string; close: () => void }) {
  const queries = useQueryClient();
  const [each, setEach] = useState(1);
  const start = useMutation({
    mutationFn: () => auditsApi.start(quarter, each),
    onSuccess: async ({ made }) => {
      notifications.show({
        message: made === 0 ? "Nothing to add: every article has as many audits." : `${count(made, "audit")} drawn.`,
      });
      close();
      await queries.invalidateQueries({ queryKey: keys.all });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Modal opened onClose={close} title="Draw cases to audit" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        <p className={css.plain}>
          For each published article, conversations of the last 90 days in which it was used are drawn by lot. An article
          that nobody used is checked by itself. Drawing again adds what is missing and changes nothing that is there.
        </p>
        <NumberInput
          label="Cases for each article"
          description="More make the accuracy surer and take longer"
          min={1}
          max={5}
          allowDecimal={false}
          data-autofocus
          value={each}
          onChange={(value) => setEach(Math.min(5, Math.max(1, Number(value) || 1)))}
        />
        {start.isError && <ProblemNote problem={asProblem(start.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={start.isPending}>
            Draw cases
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Far({ of, start }: { of: Progress; start: () => void }) {
  const accuracy = accuracyWords(of);
  const open = of.total - of.done;
  const share = (many: number): string => `${(100 * many) / Math.max(1, of.total)}%`;
  return (
    <section className={css.card} aria-labelledby="far">
      <div className={css.farHead}>
        <h3 id="far" className={css.subtitle}>
          {of.total === 0 ? "Not begun" : `${of.done.toLocaleString("en")} of ${count(of.total, "audit")} done`}
        </h3>
        <Button size="xs" onClick={start}>
          {of.total === 0 ? "Begin the quarter" : "Draw more cases"}
        </Button>
      </div>
      {of.total > 0 && (
        <>
          <div
            className={css.bar}
            role="img"
            aria-label={`${of.passed} passed, ${of.failed} failed, ${open} open`}
          >
            <span className={css.part} data-kind="passed" style={{ inlineSize: share(of.passed) }} />
            <span className={css.part} data-kind="failed" style={{ inlineSize: share(of.failed) }} />
          </div>
          <p className={css.legend} aria-hidden="true">
            <span data-kind="passed">{of.passed.toLocaleString("en")} passed</span>
            <span data-kind="failed">{of.failed.toLocaleString("en")} failed</span>
            <span data-kind="open">{open.toLocaleString("en")} open</span>
          </p>
          <p className={css.plain}>
            {accuracy === null ? (
              "The accuracy is known once the first audit is finished."
            ) : (
              <>
                Right: <strong>{accuracy}</strong>{" "}
                <Why about="How the accuracy is reckoned">
                  <p className={css.plain}>
                    {of.passed} of {of.done} finished audits passed. With so few of all cases looked at, the true share
                    lies with 95 % certainty between the two bounds (Wilson score interval). More audits bring them closer
                    together.
                  </p>
                </Why>
              </>
            )}
          </p>
        </>
      )}
    </section>
  );
}

function Row({ line }: { line: Line }) {
  return (
    <li className={css.line}>
      <div className={css.main}>
        <Link className={css.link} to={`/knowledge/audits/${line.id}`} dir="auto">
          {line.title}
        </Link>
        <span className={css.meta}>
          {localeWords(line.locale)} · revision {line.revision}
          {line.conversation_id && " · with a conversation"}
        </span>
      </div>
      {line.state !== "open" && (
        <span className={css.meta}>
          <strong className={css.state} data-kind={line.state}>
            {STATES[line.state]}
          </strong>{" "}
          {line.auditor}
          {line.done_at && (
            <>
              {" · "}
              <Ago at={line.done_at} />
            </>
          )}
        </span>
      )}
    </li>
  );
}

/** How far a quarter's audits are, how accurate what was audited is, and the audits themselves. */
export function Audits() {
  const [params, setParams] = useSearchParams();
  const offered = quarters(new Date(), SHOWN_QUARTERS);
  const present = offered[0] ?? "";
  const quarter = params.get("quarter") ?? present;
  const state: State = TABS.find((tab) => tab === params.get("state")) ?? "open";
  const [starting, setStarting] = useState(false);
  const pages = useInfiniteQuery({
    queryKey: keys.list(quarter, state),
    queryFn: ({ pageParam }) => auditsApi.list(quarter, state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const lines = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const progress = pages.data?.pages[0]?.progress;
  useEffect(() => {
    document.title = "Audits · Warmline";
  }, []);
  const show = (next: { quarter?: string; state?: State }): void => {
    const chosen = { quarter, state, ...next };
    setParams({
      ...(chosen.quarter === present ? {} : { quarter: chosen.quarter }),
      ...(chosen.state === "open" ? {} : { state: chosen.state }),
    });
  };
  return (
    <section className={css.pane} aria-label="Audits">
      <div className={css.column}>
        <header className={css.head}>
          <h2 className={css.title}>Audits</h2>
          <Select
            size="xs"
            aria-label="Quarter"
            className={css.quarter ?? ""}
            allowDeselect={false}
            data={[...new Set([...offered, quarter])].map((value) => ({ value, label: quarterWords(value) }))}
            value={quarter}
            onChange={(value) => value && show({ quarter: value })}
          />
        </header>
        {pages.isPending && (
          <Await what="Loading audits" bare>
            <Bones rows={8} height={20} />
          </Await>
        )}
        {pages.isError && lines.length === 0 && (
          <ProblemNote problem={asProblem(pages.error)} retry={() => void pages.refetch()} />
        )}
        {progress && <Far of={progress} start={() => setStarting(true)} />}
        {progress && progress.total === 0 && (
          <Empty icon={<IconClipboardCheck size={28} stroke={1.5} />} title="No case was drawn yet">
            A quarter begins by itself for what was published before it. Begin it now to audit everything that readers see.
          </Empty>
        )}
        {progress && progress.total > 0 && (
          <>
            <SegmentedControl
              size="xs"
              aria-label="Which"
              className={css.tabs ?? ""}
              value={state}
              onChange={(value) => show({ state: value as State })}
              data={TABS.map((value) => ({
                value,
                label: `${STATES[value]} ${value === "open" ? progress.total - progress.done : progress[value]}`,
              }))}
            />
            {pages.isSuccess && lines.length === 0 && (
              <Empty
                icon={<IconClipboardCheck size={28} stroke={1.5} />}
                title={state === "open" ? "Every audit of the quarter is done" : `None has ${state} yet`}
              />
            )}
          </>
        )}
        {lines.length > 0 && (
          <ul className={css.list}>
            {lines.map((line) => (
              <Row key={line.id} line={line} />
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
      {starting && <StartDialog quarter={quarter} close={() => setStarting(false)} />}
    </section>
  );
}
