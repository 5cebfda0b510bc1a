import type { MoodPoint } from "../../../realtime/deskThread";
import { Facts, Why } from "../../../ui/Why";
import { moodWords } from "../MoodMark";
import css from "./Sidebar.module.css";

const WIDTH = 296;
const HEIGHT = 56;
const EDGE = 6;
const MOST = 24;

interface Spot {
  x: number;
  y: number;
}

/** Where each score stands: oldest left, happy on top. */
export function spots(scores: readonly number[]): Spot[] {
  const step = scores.length > 1 ? (WIDTH - 2 * EDGE) / (scores.length - 1) : 0;
  return scores.map((score, at) => ({
    x: EDGE + at * step,
    y: EDGE + ((1 - Math.max(-1, Math.min(1, score))) / 2) * (HEIGHT - 2 * EDGE),
  }));
}

/** What the line shows, in one sentence for those who do not see it. */
export function moodStory(scores: readonly number[]): string {
  const [first, last] = [scores[0], scores.at(-1)];
  if (first === undefined || last === undefined) return "No mood yet";
  const now = `now ${moodWords(last)}`;
  if (scores.length === 1) return `Mood ${moodWords(last)}`;
  if (Math.abs(last - first) < 0.2) return `Steady, ${now}`;
  return `${last < first ? "Falling" : "Rising"}, ${now}`;
}

/** The customer's mood, message by message, as a model read it. */
export function MoodLine({ points }: { points: readonly MoodPoint[] }) {
  const shown = points.slice(-MOST);
  const scores = shown.map(({ mood }) => mood.score);
  const last = shown.at(-1);
  if (last === undefined) return <p className={css.soft}>The mood line begins with the first message.</p>;
  const at = spots(scores);
  const story = moodStory(scores);
  return (
    <figure className={css.mood}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width="100%"
        role="img"
        aria-label={`Mood of ${shown.length} messages: ${story}`}
      >
        <line x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className={css.moodZero} />
        <polyline points={at.map(({ x, y }) => `${x},${y}`).join(" ")} className={css.moodPath} />
        {at.map(({ x, y }, index) => (
          <circle
            key={shown[index]?.messageId}
            cx={x}
            cy={y}
            r={index === at.length - 1 ? 4 : 2.5}
            className={css.moodDot}
            data-last={index === at.length - 1 || undefined}
          />
        ))}
      </svg>
      <figcaption className={css.moodWords}>
        <span>{story}</span>
        <Why about="Why this mood">
          <Facts
            of={[
              ["Newest score", `${last.mood.score.toFixed(2)} (−1 angry to 1 happy)`],
              ["Change", `${last.mood.trend.toFixed(2)} a message`],
              ["Because of", last.mood.why.join(", ")],
              ["Messages", String(points.length)],
            ]}
          />
        </Why>
      </figcaption>
    </figure>
  );
}
