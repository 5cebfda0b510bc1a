import { Button, Modal, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowLeft } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { Link, useParams } from "react-router";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { articleAt, compareAt } from "../articles/addresses";
import { GateNote } from "../articles/publish/GateNote";
import type { Gate } from "../articles/types";
import { localeWords } from "../articles/words";
import { keys, type Release, releasesApi } from "./api";
import { ReleaseState } from "./ReleaseState";
import css from "./releases.module.css";
import { SearchIn } from "./SearchIn";
import { changesWords, sizeWords, stepWords } from "./words";

const WATCH_MS = 1_000;
const WHAT = { added: "Added", changed: "Changed", removed: "Removed" } as const;

function ServeDialog({ release, close }: { release: Release; close: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const serve = useMutation({
    mutationFn: () => releasesApi.serve(release.number, reason.trim()),
    onSuccess: async () => {
      close();
      notifications.show({ message: `Release ${release.number} is served now, everywhere.` });
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.all }),
        queries.invalidateQueries({ queryKey: ["articles"] }),
      ]);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (reason.trim() !== "") serve.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={`Serve release ${release.number} again`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form className={css.form} onSubmit={submit}>
        <p>
          Assistant, desk and help centre go to the articles of this release at the same moment. Nothing is deleted: newer
          revisions stay with their articles and can be published again.
        </p>
        <Textarea
          label="Why"
          description="Kept in the audit trail, with your name"
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {serve.isError && <ProblemNote problem={asProblem(serve.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={serve.isPending} disabled={reason.trim() === ""}>
            Serve release {release.number}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Changes({ release }: { release: Release }) {
  const [shown, setShown] = useState(50);
  if (release.changes.length === 0) return <p className={css.meta}>No text changed against the release before.</p>;
  return (
    <>
      <ul className={css.waiting}>
        {release.changes.slice(0, shown).map(({ article_id, locale, title, what, from, to }) => (
          <li key={`${article_id} ${locale}`} className={css.waitingLine}>
            <Link to={articleAt(article_id, locale)} className={css.link}>
              {title}
            </Link>
            <span className={css.meta}>
              {WHAT[what]} · {localeWords(locale)}
              {what === "changed" && from !== null && to !== null && (
                <>
                  {" · "}
                  <Link to={compareAt(article_id, locale, from, to)} className={css.link}>
                    revision {from} to {to}
                  </Link>
                </>
              )}
              {what === "added" && ` · revision ${to}`}
              {what === "removed" && ` · was revision ${from}`}
            </span>
          </li>
        ))}
      </ul>
      {release.changes.length > shown && (
        <Button variant="subtle" size="xs" onClick={() => setShown(shown + 200)}>
          Show more of {release.changes.length}
        </Button>
      )}
    </>
  );
}

/** One release: what it changed, what the judged queries said, how it would answer, and the way back to it. */
export function ReleasePage() {
  const number = Number(useParams()["number"]);
  const mayServe = useMay("knowledge.publish");
  const [serving, setServing] = useState(false);
  const release = useQuery({
    queryKey: keys.one(number),
    queryFn: () => releasesApi.one(number),
    enabled: Number.isSafeInteger(number) && number > 0,
    refetchInterval: ({ state }) => (state.data?.state === "building" ? WATCH_MS : false),
  });
  useEffect(() => {
    document.title = `Release ${number} · Warmline`;
  }, [number]);
  const it = release.data;
  return (
    <section className={css.pane} aria-label={`Release ${number}`}>
      <div className={css.column}>
        <Link to="/knowledge/releases" className={css.back}>
          <IconArrowLeft size={16} aria-hidden="true" />
          All releases
        </Link>
        {release.isPending && release.fetchStatus !== "idle" && <Await what="Loading the release" />}
        {(release.isError || (release.isPending && release.fetchStatus === "idle")) && (
          <ProblemNote problem={asProblem(release.error)} retry={() => void release.refetch()} />
        )}
        {it && (
          <>
            <header className={css.head}>
              <div>
                <h2 className={css.title}>Release {it.number}</h2>
                <p className={css.meta}>
                  {it.by.name} · <Ago at={it.built_at ?? it.started_at} /> · {sizeWords(it)}
                  {it.id && (
                    <>
                      {" · "}
                      <code>{it.id}</code>
                    </>
                  )}
                </p>
              </div>
              <ReleaseState of={it} />
              {it.state === "ready" && !it.served && mayServe && (
                <Button onClick={() => setServing(true)}>Serve this release again</Button>
              )}
            </header>
            {it.note && <p className={css.plain}>{it.note}</p>}
            {it.state === "building" && <p role="status">{stepWords(it.step)}…</p>}
            {it.error && (
              <div className={css.problem} role="alert">
                <p className={css.problemTitle}>It was not published</p>
                <p>{it.error}</p>
                <p className={css.meta}>Readers see what they saw before.</p>
              </div>
            )}
            <section className={css.card} aria-labelledby="changed">
              <h3 id="changed" className={css.subtitle}>
                What changed <span className={css.meta}>{changesWords(it.changes_count)}</span>
              </h3>
              <Changes release={it} />
            </section>
            {it.gate && (
              <section className={css.card} aria-labelledby="judged">
                <h3 id="judged" className={css.subtitle}>
                  Judged queries
                </h3>
                <GateNote gate={it.gate as unknown as Gate} />
                {it.gate.overridden && (
                  <p className={css.plain}>
                    Published all the same by {it.gate.overridden.by}: “{it.gate.overridden.reason}”
                  </p>
                )}
              </section>
            )}
            {it.state === "ready" && (
              <section className={css.card} aria-labelledby="ask">
                <h3 id="ask" className={css.subtitle}>
                  Ask this release
                </h3>
                <SearchIn number={it.number} />
              </section>
            )}
            {serving && <ServeDialog release={it} close={() => setServing(false)} />}
          </>
        )}
      </div>
    </section>
  );
}
