import { useEffect, useState } from "react";
import { asProblem, type Problem } from "../../../../api/problem";
import { articlesApi } from "../api";
import type { Rendered } from "../types";

const QUIET_MS = 450;

/** The text as the server renders it, a moment after each pause in the writing; the last picture stays meanwhile. */
export function useRendered(text: string, title: string, locale: string, isOn: boolean) {
  const [rendered, setRendered] = useState<Rendered | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (!isOn) return;
    const stop = new AbortController();
    const timer = setTimeout(
      () =>
        void articlesApi.render({ text, locale, title }, stop.signal).then(
          (made) => {
            setRendered(made);
            setProblem(null);
          },
          (error: unknown) => {
            if (!stop.signal.aborted) setProblem(asProblem(error));
          },
        ),
      QUIET_MS,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, title, locale, isOn]);
  return { rendered, problem };
}
