import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accentTokens, contrast, parse, type Rgb } from "./colour";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");

/** The custom properties of the first block after `selector`. */
function block(selector: string): Record<string, string> {
  const start = css.indexOf("{", css.indexOf(selector));
  const body = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((found) => [found[1]!, found[2]!]));
}

const themes = {
  light: block(":root {"),
  "dark by the system": block(":root:not([data-theme=\"light\"])"),
  "dark by choice": block(":root[data-theme=\"dark\"]"),
};

const GROUNDS = ["--bg", "--surface", "--sunken"];
const WORDS = ["--text", "--text-soft", "--text-meta", "--accent-text", "--bad", "--soon", "--good", "--machine"];
const TINTS = ["accent", "bad", "soon", "good", "machine"];

function colour(theme: Record<string, string>, name: string): Rgb {
  const found = parse(theme[name] ?? "");
  if (!found) throw new Error(`${name} is no colour`);
  return found;
}

describe.each(Object.entries(themes))("in %s", (_, theme) => {
  test.each(WORDS)("%s reads on every ground", (word) => {
    for (const ground of [...GROUNDS, "--hover"])
      expect(contrast(colour(theme, word), colour(theme, ground)), ground).toBeGreaterThanOrEqual(4.5);
  });
  test.each(TINTS)("%s reads on its soft tint, and so does text", (tint) => {
    const words = tint === "accent" ? "--accent-text" : `--${tint}`;
    const soft = colour(theme, `--${tint}-soft`);
    expect(contrast(colour(theme, words), soft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour(theme, "--text"), soft)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(["--line-control", "--focus", "--accent"])("%s is seen on every ground", (line) => {
    for (const ground of GROUNDS) expect(contrast(colour(theme, line), colour(theme, ground))).toBeGreaterThanOrEqual(3);
  });
  test("own words read", () => {
    expect(contrast(colour(theme, "--on-own"), colour(theme, "--own"))).toBeGreaterThanOrEqual(4.5);
  });
  test("words on the accent read", () => {
    for (const ground of ["--accent", "--accent-hover"])
      expect(contrast(colour(theme, "--on-accent"), colour(theme, ground))).toBeGreaterThanOrEqual(4.5);
  });
});

test("dark is the same whether the system or the person chose it", () => {
  expect(themes["dark by choice"]).toEqual(themes["dark by the system"]);
});

test.each(["#ffd400", "#2c5cc5", "#000000", "#ffffff", "#1f7a5c", "#e4572e", "#888888"])(
  "the brand accent %s gets readable companions on light and dark",
  (accent) => {
    for (const theme of [themes.light, themes["dark by choice"]]) {
      const made = accentTokens(accent, theme["--surface"]!)!;
      expect(contrast(colour(made, "--accent"), colour(theme, "--surface"))).toBeGreaterThanOrEqual(3);
      expect(contrast(colour(made, "--accent-text"), colour(theme, "--surface"))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(made, "--on-accent"), colour(made, "--accent"))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(made, "--on-own"), colour(made, "--own"))).toBeGreaterThanOrEqual(4.5);
    }
  },
);

test.each(["red", "#12", "javascript:", ""])("%j is no accent", (accent) => {
  expect(accentTokens(accent, "#ffffff")).toBeNull();
});
