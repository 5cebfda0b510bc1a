import { Button, NumberInput, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { ProblemNote } from "../../../ui/ProblemNote";
import { type GateLimit, keys, releasesApi } from "./api";
import css from "./releases.module.css";

function said({ enabled, lost, ndcg_drop }: GateLimit): string {
  if (!enabled) return "The gate is open: a release is published whatever it does to the judged queries.";
  return (
    `A release is refused when it loses more than ${lost} judged ${lost === 1 ? "query" : "queries"}, ` +
    `or when nDCG@10 falls by more than ${ndcg_drop}.`
  );
}

function Form({ now, close }: { now: GateLimit; close: () => void }) {
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(now);
  const save = useMutation({
    mutationFn: () => releasesApi.setGate(wanted),
    onSuccess: (kept) => {
      queries.setQueryData(keys.gate, kept);
      notifications.show({ message: "The gate is set. It holds from the next release on." });
      close();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className={css.gateForm} onSubmit={submit}>
      <Switch
        label="Refuse releases that lose judged queries"
        checked={wanted.enabled}
        onChange={(event) => setWanted({ ...wanted, enabled: event.currentTarget.checked })}
      />
      <NumberInput
        label="Queries that may be lost"
        description="Their right answer was among the first three, or sure, and is not any more"
        min={0}
        max={100_000}
        allowDecimal={false}
        disabled={!wanted.enabled}
        value={wanted.lost}
        onChange={(lost) => setWanted({ ...wanted, lost: Number(lost) || 0 })}
      />
      <NumberInput
        label="How far nDCG@10 may fall"
        description="0 is not at all; 0.02 is two hundredths"
        min={0}
        max={1}
        step={0.005}
        decimalScale={3}
        disabled={!wanted.enabled}
        value={wanted.ndcg_drop}
        onChange={(drop) => setWanted({ ...wanted, ndcg_drop: Number(drop) || 0 })}
      />
      {save.isError && <ProblemNote problem={asProblem(save.error)} />}
      <div className={css.actions}>
        <Button variant="subtle" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" loading={save.isPending}>
          Set the gate
        </Button>
      </div>
    </form>
  );
}

/** What a release must not do to the judged queries, and who may change that. */
export function GateLimits() {
  const maySet = useMay("knowledge.override");
  const [changing, setChanging] = useState(false);
  const gate = useQuery({ queryKey: keys.gate, queryFn: releasesApi.gate });
  if (!gate.data) return null;
  return (
    <section className={css.card} aria-labelledby="gate">
      <h3 id="gate" className={css.subtitle}>
        The gate
      </h3>
      {changing ? (
        <Form now={gate.data} close={() => setChanging(false)} />
      ) : (
        <div className={css.gateLine}>
          <p className={css.plain}>{said(gate.data)}</p>
          {maySet && (
            <Button size="xs" onClick={() => setChanging(true)}>
              Change
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
