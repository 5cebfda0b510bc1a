import { Button } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { Problem } from "../api/problem";
import css from "./ui.module.css";

interface Props {
  problem: Problem;
  retry?: () => void;
  /** Fills the page instead of a part of it. */
  page?: boolean;
}

/** What happened, what is safe, and the way on. */
export function ProblemNote({ problem, retry, page = false }: Props) {
  return (
    <div className={css.problem} data-page={page || undefined} role="alert">
      <IconAlertCircle size={20} className={css.problemIcon} aria-hidden="true" />
      <div>
        <p className={css.problemText}>{problem.message}</p>
        {problem.code !== "unreachable" && problem.code !== "unknown" && (
          <p className={css.meta}>Code: {problem.code}</p>
        )}
        {retry && (
          <Button size="xs" mt={8} onClick={retry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
