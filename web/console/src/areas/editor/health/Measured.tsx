import { Button, Progress } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { type Health, healthApi, keys } from "./api";
import css from "./health.module.css";
import { blindLooks, stepWords } from "./words";

/** When it was measured last, how far the measurement that runs is, and measuring now. */
export function Measured({ health }: { health: Health }) {
  const queries = useQueryClient();
  const mayEdit = useMay("knowledge.edit");
  const refresh = useMutation({
    mutationFn: healthApi.refresh,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.health }),
  });
  const { check, measured_at } = health;
  const isRunning = check?.state === "running";
  const blind = check?.state === "done" && check.error ? blindLooks(check.error) : [];
  const problem = refresh.isError ? asProblem(refresh.error) : null;
  return (
    <div className={css.measured}>
      <div className={css.measuredLine}>
        <p className={css.meta} role="status">
          {isRunning ? (
            <>
              {stepWords(check.step)}, {check.done + 1} of {check.total}. You can leave this page; it goes on.
            </>
          ) : measured_at ? (
            <>
              Measured <Ago at={measured_at} />, and again every night
            </>
          ) : (
            "Not measured yet"
          )}
        </p>
        {mayEdit && !isRunning && (
          <Button size="xs" loading={refresh.isPending} onClick={() => refresh.mutate()}>
            Measure now
          </Button>
        )}
      </div>
      {isRunning && (
        <Progress size="sm" value={(100 * (check.done + 0.5)) / Math.max(1, check.total)} aria-label="Measuring" />
      )}
      {check?.state === "failed" && (
        <p className={css.warning} role="alert">
          The last measurement was not finished ({check.error ?? "unknown reason"}). What is shown is from the one before,
          as far as it was not measured anew.
        </p>
      )}
      {blind.length > 0 && (
        <p className={css.warning} role="alert">
          These could not be looked for, and show what was found before: {blind.join(", ")}. The model that compares texts
          is missing; an administrator can fetch it.
        </p>
      )}
      {problem && problem.code !== "check_running" && <ProblemNote problem={problem} />}
    </div>
  );
}
