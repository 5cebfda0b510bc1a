import { ar } from "./ar";
import { de } from "./de";
import { en } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import type { Words } from "./words";

export type { Words };

export const LOCALES: Readonly<Record<string, Words>> = { en, de, es, fr, ar };
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["ar"]);

export interface Language {
  /** The tag for dates and the `lang` attribute: the one asked for, if we speak its language. */
  tag: string;
  dir: "ltr" | "rtl";
  words: Words;
}

/** The first of the wished locales that we speak; English if there is none. */
export function speak(...wished: readonly (string | null | undefined)[]): Language {
  for (const tag of wished) {
    const base = tag?.slice(0, 2).toLowerCase() ?? "";
    const words = LOCALES[base];
    if (tag && words) return { tag: isTag(tag) ? tag : base, dir: RIGHT_TO_LEFT.has(base) ? "rtl" : "ltr", words };
  }
  return { tag: "en", dir: "ltr", words: en };
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
