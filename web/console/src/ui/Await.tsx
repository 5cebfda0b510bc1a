import { Skeleton } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import css from "./ui.module.css";

const PATIENCE_MS = 150;

/** True once waiting has lasted long enough to be worth showing. */
export function useLate(): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return late;
}

/** Holds the place of what is coming: nothing for a moment, then its outline. */
export function Await({ what, bare = false, children }: { what: string; bare?: boolean; children?: ReactNode }) {
  const late = useLate();
  return (
    <div role="status" aria-label={`${what}, please wait`} className={bare ? undefined : css.await}>
      {late && (children ?? <Bones rows={3} />)}
    </div>
  );
}

/** Outlines of text lines. */
export function Bones({ rows, height = 14 }: { rows: number; height?: number }) {
  return (
    <div className={css.bones} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} width={`${92 - ((row * 29) % 45)}%`} radius="sm" />
      ))}
    </div>
  );
}

/** The outline of the whole app, for the moment before it is known who is there. */
export function Outline() {
  return (
    <div className={css.outline} aria-hidden="true">
      <div className={css.outlineNav} />
      <div className={css.outlineList}>
        <Bones rows={14} height={18} />
      </div>
      <div />
    </div>
  );
}
