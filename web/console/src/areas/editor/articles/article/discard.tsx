import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import css from "./article.module.css";
import type { Writing } from "./useWriting";

/** Goes back to what was saved, and offers to take that back while it can be. */
export function discard({ now, step }: Pick<Writing, "now" | "step">): void {
  const { content } = now;
  step({ type: "discard" });
  const id = notifications.show({
    autoClose: 12_000,
    message: (
      <span className={css.undo}>
        Your unsaved changes are discarded.
        <Button
          size="compact-xs"
          onClick={() => {
            step({ type: "replace", content });
            notifications.hide(id);
          }}
        >
          Bring them back
        </Button>
      </span>
    ),
  });
}
