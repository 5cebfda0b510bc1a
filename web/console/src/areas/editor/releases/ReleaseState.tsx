import { IconAlertOctagon, IconCircleCheck, IconCircleDashed, IconHandStop, IconLoader2 } from "@tabler/icons-react";
import type { Line } from "./api";
import css from "./releases.module.css";

const LOOKS = {
  served: { words: "Served now", Icon: IconCircleCheck, kind: "good" },
  ready: { words: "Kept", Icon: IconCircleDashed, kind: "plain" },
  building: { words: "Being built", Icon: IconLoader2, kind: "plain" },
  refused: { words: "Refused", Icon: IconHandStop, kind: "soon" },
  failed: { words: "Failed", Icon: IconAlertOctagon, kind: "bad" },
} as const;

/** Whether a release is the one that readers get, by shape and word. */
export function ReleaseState({ of }: { of: Pick<Line, "state" | "served"> }) {
  const { words, Icon, kind } = LOOKS[of.served ? "served" : of.state];
  return (
    <span className={css.state} data-kind={kind}>
      <Icon size={14} stroke={2} aria-hidden="true" />
      {words}
    </span>
  );
}
