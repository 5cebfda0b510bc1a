import { ahead, exact, relative, stamp } from "@warmline/kit/time";
import { useNow } from "./now";

/** "5 min. ago", with the exact time on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={exact(at)}>
      {relative(at, now, "en")}
    </time>
  );
}

/** "in 3 days", or how long ago it was, with the exact time on hover: for what is due or planned. */
export function Due({ at }: { at: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={exact(at)}>
      {ahead(at, now, "en")}
    </time>
  );
}

/** The time of day (and the day, if it was not today), with the exact time on hover. */
export function Stamp({ at }: { at: string }) {
  const now = useNow(60_000);
  return (
    <time dateTime={at} title={exact(at)}>
      {stamp(at, now)}
    </time>
  );
}
