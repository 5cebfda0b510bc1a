/** Finds where in a text its links lead nowhere, so that the place can be marked. */
import type { Diagnostic } from "@codemirror/lint";

export interface Broken {
  target: string;
  why: string;
}

/** The places of links with these targets; a target that stands in several links is marked in each. */
export function placesOf(text: string, broken: readonly Broken[]): Diagnostic[] {
  return broken
    .flatMap(({ target, why }) => {
      const found: Diagnostic[] = [];
      const sign = `](${target}`;
      for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
        const from = at + 2;
        const to = from + target.length;
        const next = text.charAt(to);
        // "article:a" must not mark "article:ab".
        if (next === ")" || next === " " || next === "#") found.push({ from, to, severity: "warning", message: why });
      }
      return found;
    })
    .sort((a, b) => a.from - b.from);
}
