import type { MessageUnderstood } from "@warmline/wire/frames";
import { Facts, Why } from "../../../ui/Why";
import { MoodMark, moodWords } from "../MoodMark";
import { readable } from "../words";
import css from "./Thread.module.css";

const percent = (share: number | null): string | null => (share === null ? null : `${Math.round(share * 100)} %`);

/** The mood of one message; opens what the models read in it. */
export function MoodWhy({ understood }: { understood: MessageUnderstood }) {
  const { mood, intent, confidence, language } = understood;
  if (mood === null) return null;
  const words = moodWords(mood.score);
  return (
    <Why about={`Mood ${words}: why`} label={<MoodMark mood={mood} />}>
      <p className={css.whyTitle}>Mood {words}</p>
      <p className={css.whyMade}>Read by a model, it can be wrong.</p>
      <Facts
        of={[
          ["Score", `${mood.score.toFixed(2)} (−1 angry to 1 happy)`],
          ["Negative", percent(mood.negative)],
          ["Because of", mood.why.join(", ")],
          [
            "Understood as",
            intent === null ? null : `${readable(intent)}${confidence === null ? "" : `, ${percent(confidence)} sure`}`,
          ],
          ["Language", language],
        ]}
      />
    </Why>
  );
}
