/** Reads what a finding says of itself. The server names it by kind; what is missing or of another shape is left out. */
import type { Finding } from "./api";

export interface Side {
  articleId: string;
  locale: string;
  title: string;
  sentence: string;
  number: string;
}

export interface Counted {
  name: string;
  count: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const number = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string" && one !== "") : [];

/** `{en: 4, de: 2}`, the most first. */
export const counted = (value: unknown): Counted[] =>
  isRecord(value)
    ? Object.entries(value)
        .flatMap(([name, many]) => (typeof many === "number" ? [{ name, count: many }] : []))
        .sort((one, other) => other.count - one.count)
    : [];

/** The workflow steps in which something is asked, the most first. */
export const steps = (value: unknown): Counted[] =>
  Array.isArray(value)
    ? value.flatMap((one) =>
        isRecord(one) && text(one["intent"]) !== ""
          ? [{ name: text(one["intent"]), count: number(one["questions"]) ?? 0 }]
          : [],
      )
    : [];

export const sides = ({ data }: Pick<Finding, "data">): Side[] =>
  Array.isArray(data["sides"])
    ? data["sides"].filter(isRecord).map((one) => ({
        articleId: text(one["article_id"]),
        locale: text(one["locale"]),
        title: text(one["title"]),
        sentence: text(one["sentence"]),
        number: text(one["number"]),
      }))
    : [];

/** A sentence before, in and behind the number in it; without the number in it, all of it is before. */
export function around(sentence: string, written: string): readonly [before: string, marked: string, after: string] {
  const at = written === "" ? -1 : sentence.indexOf(written);
  if (at < 0) return [sentence, "", ""];
  return [sentence.slice(0, at), written, sentence.slice(at + written.length)];
}

/** "94 %". */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
