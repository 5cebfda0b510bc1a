/** Colours as numbers: contrast as WCAG 2.2 defines it, and readable companions for a brand's accent. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** Reads `#rgb` or `#rrggbb`; anything else is null. */
export function parse(hex: string): Rgb | null {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(hex.trim());
  const digits = short ? `${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}` : hex.trim().slice(1);
  if (!hex.trim().startsWith("#") || !/^[\da-f]{6}$/i.test(digits)) return null;
  const at = (index: number): number => Number.parseInt(digits.slice(index, index + 2), 16);
  return [at(0), at(2), at(4)];
}

/** Writes `#rrggbb`. */
export function hex([red, green, blue]: Rgb): string {
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance"). */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** A colour between two: `share` 0 is the first, 1 the second. */
export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => one[i]! + (other[i]! - one[i]!) * share) as unknown as Rgb;
}

const INK: Rgb = [11, 20, 48];
const PAPER: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** White, dark blue or black, the first that reads on `colour`. Black or white always does. */
export function textOn(colour: Rgb): Rgb {
  return [PAPER, INK].find((ink) => contrast(colour, ink) >= 4.5) ?? BLACK;
}

/** The nearest colour to `colour`, towards ink or paper, that has at least `ratio` on `ground`, also after rounding. */
export function readableOn(colour: Rgb, ground: Rgb, ratio = 4.5): Rgb {
  const goal = luminance(ground) > 0.4 ? INK : PAPER;
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(colour, goal, share);
    if (contrast(tried, ground) >= ratio + 0.03) return tried;
  }
  return goal;
}

/** A shade of `colour` on which white letters read well. */
function deep(colour: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(colour, INK, share);
    if (contrast(tried, PAPER) >= 6) return tried;
  }
  return INK;
}

/** The custom properties that a brand's accent sets, for a page whose surface is `ground`; null if it is no colour. */
export function accentTokens(accent: string, ground: string): Record<string, string> | null {
  const wanted = parse(accent);
  const surface = parse(ground);
  if (!wanted || !surface) return null;
  const solid = readableOn(wanted, surface, 3);
  const words = readableOn(wanted, surface);
  // On a dark ground a large bright field glares, so own words stand on a deep shade with white letters.
  const own = luminance(surface) > 0.4 ? solid : deep(solid);
  return {
    "--accent": hex(solid),
    "--accent-hover": hex(mix(solid, textOn(solid) === PAPER ? INK : PAPER, 0.14)),
    "--accent-text": hex(words),
    "--accent-soft": hex(mix(surface, solid, 0.1)),
    "--on-accent": hex(textOn(solid)),
    "--own": hex(own),
    "--on-own": hex(textOn(own)),
    "--focus": hex(words),
  };
}
