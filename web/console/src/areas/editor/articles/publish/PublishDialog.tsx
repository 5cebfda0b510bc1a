import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem, type Problem } from "../../../../api/problem";
import { useMay } from "../../../../session/session";
import { Await } from "../../../../ui/Await";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articlesApi } from "../api";
import type { Gate, Release } from "../types";
import { count } from "../words";
import { GateNote } from "./GateNote";
import css from "./publish.module.css";

const ROUND_MS = 800;

/** A release that takes longer than a request is looked at until it has ended. */
async function ended(release: Release): Promise<Release> {
  let now = release;
  while (now.state === "building") {
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
    now = await articlesApi.release(now.number);
  }
  return now;
}

/** The gate in a refusal. */
function gateOf(problem: Problem | null): Gate | null {
  const gate = problem?.more["gate"];
  return typeof gate === "object" && gate !== null && "lost" in gate ? (gate as Gate) : null;
}

function brokenIn(problem: Problem | null): { from: string; to: string }[] {
  const links = problem?.code === "links_broken" ? problem.more["links"] : null;
  return Array.isArray(links) ? (links as { from: string; to: string }[]) : [];
}

function BrokenLinks({ links }: { links: readonly { from: string; to: string }[] }) {
  return (
    <div className={css.note} data-kind="bad" role="alert">
      <p className={css.noteTitle}>{count(links.length, "link")} would lead nowhere</p>
      <ul className={css.list}>
        {links.slice(0, 8).map(({ from, to }) => (
          <li key={`${from} ${to}`}>
            <code>{to}</code> in {from}
          </li>
        ))}
      </ul>
      {links.length > 8 && <p className={css.meta}>and {links.length - 8} more</p>}
      <p>Put them right or publish what they lead to as well.</p>
    </div>
  );
}

/** Looks first what publishing would do, then does it: all of it or nothing. */
export function PublishDialog({
  items,
  publish,
  close,
  done,
  verb = "Publish",
}: {
  items: readonly { article_id: string; locale: string; title: string }[];
  publish: (note: string, override: string) => Promise<Release>;
  close: () => void;
  done: (release: Release) => void;
  verb?: string;
}) {
  const mayOverride = useMay("knowledge.override");
  const [note, setNote] = useState("");
  const [reason, setReason] = useState("");
  const check = useQuery({
    queryKey: ["articles", "release-check", items.map(({ article_id, locale }) => `${article_id} ${locale}`)],
    queryFn: () => articlesApi.checkRelease(items.map(({ article_id, locale }) => ({ article_id, locale }))),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const run = useMutation({
    networkMode: "always",
    mutationFn: async (override: string) => ended(await publish(note.trim(), override)),
    onSuccess: (release) => {
      if (release.state !== "ready") return;
      notifications.show({
        message: `${items.length === 1 ? `“${items[0]?.title ?? ""}” is` : `${items.length} articles are`} published in release ${release.number}.`,
      });
      done(release);
    },
  });
  const problem = run.error ? asProblem(run.error) : null;
  const failed = run.data && run.data.state !== "ready" ? run.data : null;
  const gate = gateOf(problem) ?? failed?.gate ?? check.data?.gate ?? null;
  const broken = brokenIn(problem).length > 0 ? brokenIn(problem) : (check.data?.links ?? []);
  const isRefused = gate !== null && !gate.passed;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!run.isPending && broken.length === 0 && (!isRefused || (mayOverride && reason.trim() !== "")))
      run.mutate(isRefused ? reason.trim() : "");
  };
  return (
    <Modal
      opened
      onClose={close}
      title={items.length === 1 ? `${verb} “${items[0]?.title ?? ""}”` : `${verb} ${items.length} articles`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form className={css.form} onSubmit={submit}>
        <p>
          Readers, assistant and desk get {items.length === 1 ? "it" : "them"} at the same moment, as the next release.
          The release before is kept and can be served again.
        </p>
        {items.length > 1 && (
          <ul className={css.list}>
            {items.slice(0, 6).map(({ article_id, locale, title }) => (
              <li key={`${article_id} ${locale}`}>
                {title} <span className={css.meta}>{locale}</span>
              </li>
            ))}
            {items.length > 6 && <li className={css.meta}>and {items.length - 6} more</li>}
          </ul>
        )}
        {check.isPending && (
          <Await what="Trying out what it would do" bare>
            <p className={css.meta}>Trying it out against links and judged queries…</p>
          </Await>
        )}
        {check.isError && !problem && (
          <p className={css.meta}>It could not be tried out beforehand: {asProblem(check.error).message}</p>
        )}
        {broken.length > 0 && <BrokenLinks links={broken} />}
        {gate && broken.length === 0 && <GateNote gate={gate} />}
        {failed && failed.state === "failed" && (
          <div className={css.note} data-kind="bad" role="alert">
            <p className={css.noteTitle}>Release {failed.number} could not be built</p>
            <p>{failed.error ?? "The reason was not told."} Readers see what they saw before.</p>
          </div>
        )}
        {problem && gateOf(problem) === null && brokenIn(problem).length === 0 && <ProblemNote problem={problem} />}
        {isRefused &&
          broken.length === 0 &&
          (mayOverride ? (
            <Textarea
              label="Why it should be published all the same"
              description="Kept in the audit trail, with your name"
              autosize
              minRows={2}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          ) : (
            <p className={css.meta}>
              An approver can publish it all the same, with a reason (permission “knowledge.override”).
            </p>
          ))}
        <TextInput
          label="Note"
          description="Optional; stands in the list of releases"
          maxLength={2000}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <div className={css.actions}>
          {run.isPending && <span className={css.meta}>Building the release; you can go on working.</span>}
          <Button variant="subtle" onClick={close}>
            {run.isPending ? "Close" : "Cancel"}
          </Button>
          <Button
            type="submit"
            variant="filled"
            color={isRefused ? "bad" : "accent"}
            loading={run.isPending}
            disabled={broken.length > 0 || (isRefused && (!mayOverride || reason.trim() === ""))}
          >
            {isRefused ? "Publish all the same" : verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
