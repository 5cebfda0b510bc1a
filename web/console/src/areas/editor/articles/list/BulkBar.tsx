import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { articlesApi } from "../api";
import { PublishDialog } from "../publish/PublishDialog";
import type { ArticleLine } from "../types";
import { count } from "../words";
import css from "./list.module.css";

/** What can be done with the lines that were chosen: those that are approved are published together. */
export function BulkBar({ picked, clear }: { picked: readonly ArticleLine[]; clear: () => void }) {
  const queries = useQueryClient();
  const [isPublishing, setPublishing] = useState(false);
  const ready = picked.filter(({ state }) => state === "approved");
  const others = picked.length - ready.length;
  const items = ready.map(({ id, locale }) => ({ article_id: id, locale }));
  return (
    <div className={css.bulk} role="region" aria-label="Chosen articles">
      <span>{count(picked.length, "article")} chosen</span>
      {others > 0 && (
        <span className={css.meta}>
          {ready.length === 0 ? "Only approved texts can be published" : `${others} not approved, left out`}
        </span>
      )}
      <span className={css.grow} />
      <Button variant="filled" size="xs" disabled={ready.length === 0} onClick={() => setPublishing(true)}>
        Publish {ready.length > 0 ? ready.length : ""}…
      </Button>
      <Button size="xs" variant="subtle" leftSection={<IconX size={14} aria-hidden="true" />} onClick={clear}>
        Choose none
      </Button>
      {isPublishing && (
        <PublishDialog
          items={ready.map(({ id, locale, title }) => ({ article_id: id, locale, title }))}
          publish={(note, override) =>
            articlesApi.publishMany({ items, note, override_reason: override === "" ? null : override })
          }
          close={() => setPublishing(false)}
          done={() => {
            setPublishing(false);
            clear();
            void queries.invalidateQueries({ queryKey: ["articles"] });
          }}
        />
      )}
    </div>
  );
}
