/** Times in the reader's own language and zone; `now` is always given. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now", "5 min. ago", "2 hr. ago", "3 days ago"; anything older than a week is a date. */
export function relative(at: string | number | Date, now: number, locale?: string): string {
  const then = new Date(at).getTime();
  const past = now - then;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (past < MINUTE) return words.format(0, "second");
  if (past < HOUR) return words.format(-Math.floor(past / MINUTE), "minute");
  if (past < DAY) return words.format(-Math.floor(past / HOUR), "hour");
  if (past < 7 * DAY) return words.format(-Math.floor(past / DAY), "day");
  return date(then, locale);
}

/** A time to come: "in 5 min.", "tomorrow", "in 3 days", later than in a week a date; one that is past as `relative` says it. */
export function ahead(at: string | number | Date, now: number, locale?: string): string {
  const then = new Date(at).getTime();
  const left = then - now;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (left < MINUTE) return relative(at, now, locale);
  if (left < HOUR) return words.format(Math.floor(left / MINUTE), "minute");
  if (left < DAY) return words.format(Math.floor(left / HOUR), "hour");
  if (left < 7 * DAY) return words.format(Math.floor(left / DAY), "day");
  return date(then, locale);
}

/** How long, in the shortest form with a unit: "45 s", "12 m", "3 h", "2 d". */
export function span(milliseconds: number): string {
  const past = Math.max(0, milliseconds);
  if (past < MINUTE) return `${Math.floor(past / 1000)} s`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} m`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h`;
  return `${Math.floor(past / DAY)} d`;
}

/** The time of day: "14:05" or "2:05 PM". */
export function clock(at: string | number | Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** The day: "12 May 2026". */
export function date(at: string | number | Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }).format(new Date(at));
}

/** Everything, for a hover: "Tuesday, 12 May 2026 at 14:05:09 CEST". */
export function exact(at: string | number | Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" }).format(new Date(at));
}

/** The time of day if it was today, otherwise day and time. */
export function stamp(at: string | number | Date, now: number, locale?: string): string {
  const then = new Date(at);
  if (then.toDateString() === new Date(now).toDateString()) return clock(then, locale);
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
    hour: "numeric",
    minute: "2-digit",
  }).format(then);
}
