import { Button } from "@mantine/core";
import { Ago } from "../../../../ui/Time";
import type { Translation } from "../types";
import css from "./article.module.css";
import { discard } from "./discard";
import type { Writing } from "./useWriting";

/** What the writer must know before going on: found text, somebody else's save, a device that keeps nothing. */
export function Banners({ writing, translation }: { writing: Writing; translation: Translation | null }) {
  const { now, step } = writing;
  const isOvertaken = translation !== null && translation.latest > (now.base ?? 0) && writing.dirty;
  return (
    <>
      {now.found !== null && (
        <div className={css.banner} role="status">
          <span>
            Your unsaved changes were kept on this device. Last typed: <Ago at={now.found} />.
          </span>
          <span className={css.bannerActions}>
            <Button size="compact-xs" variant="light" onClick={() => step({ type: "keep" })}>
              Go on with them
            </Button>
            <Button size="compact-xs" variant="subtle" onClick={() => discard(writing)}>
              Discard them
            </Button>
          </span>
        </div>
      )}
      {isOvertaken && (
        <div className={css.banner} data-kind="soon" role="status">
          <span>
            {translation.revision.author.name} saved revision {translation.latest} <Ago at={translation.revision.at} />.
            Your text is safe: when you save, you see both side by side.
          </span>
        </div>
      )}
      {!writing.isKept && (
        <div className={css.banner} data-kind="bad" role="alert">
          This device cannot keep unsaved text (its storage is full or switched off). Save before you close this page.
        </div>
      )}
    </>
  );
}
