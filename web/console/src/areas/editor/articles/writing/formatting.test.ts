import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { block, bullets, code, type Format, heading, link, mark, numbers, quote, table } from "./formatting";

/** Text with the selection between [ and ] (an empty one is []), before and after. */
function on(text: string, ...formats: Format[]): string {
  const from = text.indexOf("⟦");
  const to = text.indexOf("⟧") - 1;
  let state = EditorState.create({
    doc: text.replace("⟦", "").replace("⟧", ""),
    selection: { anchor: from, head: to },
  });
  for (const format of formats) state = state.update(format(state)).state;
  const { main } = state.selection;
  const doc = state.doc.toString();
  return `${doc.slice(0, main.from)}⟦${doc.slice(main.from, main.to)}⟧${doc.slice(main.to)}`;
}

describe("formatting Markdown", () => {
  it("puts marks around words and takes them away again", () => {
    expect(on("a ⟦word⟧ b", mark("**"))).toBe("a **⟦word⟧** b");
    expect(on("a ⟦word⟧ b", mark("**"), mark("**"))).toBe("a ⟦word⟧ b");
    expect(on("a ⟦**word**⟧ b", mark("**"))).toBe("a ⟦word⟧ b");
    expect(on("a ⟦⟧b", mark("*"))).toBe("a *⟦⟧*b");
  });

  it("italic inside bold does not undo the bold", () => {
    expect(on("**⟦word⟧**", mark("*"))).toBe("***⟦word⟧***");
  });

  it("changes the level of a heading and makes it a plain line again", () => {
    expect(on("⟦⟧Steps", heading(2))).toBe("## ⟦⟧Steps");
    expect(on("### St⟦⟧eps", heading(2))).toBe("## St⟦⟧eps");
    expect(on("## St⟦⟧eps", heading(2))).toBe("St⟦⟧eps");
  });

  it("makes lists of lines, one kind out of the other, and keeps their indent", () => {
    expect(on("⟦one\n\ntwo⟧", numbers)).toBe("1. ⟦one\n\n2. two⟧");
    expect(on("⟦1. one\n2. two⟧", bullets)).toBe("⟦- one\n- two⟧");
    expect(on("⟦- one\n  - two⟧", bullets)).toBe("⟦one\n  two⟧");
    expect(on("⟦a\nb⟧", quote, quote)).toBe("⟦a\nb⟧");
  });

  it("a link asks for what is missing", () => {
    expect(on("see ⟦the form⟧", link)).toBe("see [the form](⟦https://⟧)");
    expect(on("see ⟦⟧", link)).toBe("see [⟦words⟧](https://)");
    expect(on("⟦https://example.org/a⟧", link)).toBe("[⟦⟧](https://example.org/a)");
  });

  it("a block stands on lines of its own", () => {
    expect(on("before⟦⟧\nafter", block("---"))).toBe("before\n\n---⟦⟧\n\nafter");
    expect(on("⟦⟧", table)).toMatch(/^\| ⟦Column⟧ \| Column \|\n\| --- \| --- \|/);
    expect(on("before\n⟦⟧", block("---"))).toBe("before\n\n---⟦⟧");
  });

  it("code is marked within a line and fenced over several", () => {
    expect(on("run ⟦it⟧", code)).toBe("run `⟦it⟧`");
    expect(on("⟦a\nb⟧", code)).toBe("```\n⟦a\nb⟧\n```");
  });
});
