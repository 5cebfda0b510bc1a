import { IconMoodAngry, IconMoodEmpty, IconMoodSad, IconMoodSmile } from "@tabler/icons-react";
import type { Mood } from "@warmline/wire/frames";
import css from "./MoodMark.module.css";

/** What a score is called: the same four words in list, transcript and chart. */
export function moodWords(score: number): "very low" | "low" | "neutral" | "good" {
  if (score <= -0.6) return "very low";
  if (score <= -0.25) return "low";
  return score < 0.3 ? "neutral" : "good";
}

const FACES = { "very low": IconMoodAngry, low: IconMoodSad, neutral: IconMoodEmpty, good: IconMoodSmile } as const;

/** A small face; its shape says the mood, and its name does too. */
export function MoodMark({ mood, size = 16 }: { mood: Pick<Mood, "score">; size?: number }) {
  const words = moodWords(mood.score);
  const Face = FACES[words];
  return (
    <span
      className={css.mark}
      data-mood={words}
      role="img"
      aria-label={`mood ${words}`}
      title={`Mood ${words}, as read by a model`}
    >
      <Face size={size} stroke={1.75} aria-hidden="true" />
    </span>
  );
}
