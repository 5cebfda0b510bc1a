/** What is selected in the text or its preview, to be quoted in a comment. */
import { useEffect, useState } from "react";

const LONGEST = 300;

export function useSelectedWords(): string {
  const [words, setWords] = useState("");
  useEffect(() => {
    const hear = (): void => {
      const selection = document.getSelection();
      const node = selection?.anchorNode ?? null;
      const element = node instanceof Element ? node : (node?.parentElement ?? null);
      // A selection elsewhere (in the comment that is being written) leaves the offer as it was.
      if (!element?.closest("[data-quotable]")) return;
      setWords((selection?.toString() ?? "").replace(/\s+/g, " ").trim().slice(0, LONGEST));
    };
    document.addEventListener("selectionchange", hear);
    return () => document.removeEventListener("selectionchange", hear);
  }, []);
  return words;
}
