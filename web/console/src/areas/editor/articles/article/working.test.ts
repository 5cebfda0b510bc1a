import { describe, expect, it } from "vitest";
import { translation } from "../testing";
import { EMPTY } from "./content";
import { begin, draftOf, isDirty, reduce, type Step, type Working } from "./working";

const AT = "2026-05-12T10:00:00Z";
const text = (words: string): Step => ({ type: "write", part: { text: words } });
const run = (from: Working, ...steps: Step[]): Working => steps.reduce(reduce, from);

describe("the text that is being written", () => {
  it("is clean until a word changes, and clean again when the word is put back", () => {
    const start = begin(translation(3, "Return it."), null);
    expect(isDirty(start)).toBe(false);
    const written = run(start, text("Return it in 30 days."));
    expect(isDirty(written)).toBe(true);
    expect(isDirty(run(written, text("Return it.")))).toBe(false);
    expect(draftOf(run(written, text("Return it.")), AT)).toBeNull();
  });

  it("comes back from this device after a crash, with the revision it began from", () => {
    const written = run(begin(translation(3, "Return it."), null), text("Return it soon."));
    const again = begin(translation(5, "Somebody else's text."), draftOf(written, AT));
    expect(again).toMatchObject({ base: 3, found: AT, content: { text: "Return it soon." } });
    expect(again.saved.text).toBe("Somebody else's text.");
  });

  it("a kept text that was saved meanwhile is no unsaved text", () => {
    const written = run(begin(translation(3, "Return it."), null), text("Return it soon."));
    const again = begin(translation(4, "Return it soon."), draftOf(written, AT));
    expect(again).toMatchObject({ base: 4, found: null });
    expect(isDirty(again)).toBe(false);
  });

  it("goes on from the new revision after a save, without what was typed meanwhile being lost", () => {
    const before = run(begin(translation(3, "One."), null), text("One. Two."));
    const sent = before.content;
    const after = run(before, text("One. Two. Three."), {
      type: "stored",
      translation: translation(4, "One. Two."),
      sent,
    });
    expect(after).toMatchObject({ base: 4, saved: { text: "One. Two." }, content: { text: "One. Two. Three." } });
    expect(isDirty(after)).toBe(true);
    expect(after.epoch).toBe(before.epoch);
  });

  it("follows another person's save only while nothing is unsaved", () => {
    const start = begin(translation(3, "One."), null);
    const theirs: Step = { type: "stored", translation: translation(4, "Theirs."), sent: null };
    expect(run(start, theirs)).toMatchObject({ base: 4, content: { text: "Theirs." } });
    const kept = run(start, text("Mine."), theirs);
    expect(kept).toMatchObject({ base: 3, content: { text: "Mine." } });
  });

  it("after a merge builds on their revision with the merged words still to be saved", () => {
    const mine = run(begin(translation(3, "One."), null), text("Mine."));
    const merged = run(mine, {
      type: "merged",
      translation: translation(4, "Theirs."),
      content: { ...mine.content, text: "Theirs. Mine." },
    });
    expect(merged).toMatchObject({ base: 4, saved: { text: "Theirs." }, content: { text: "Theirs. Mine." } });
    expect(isDirty(merged)).toBe(true);
  });

  it("only discarding drops words", () => {
    const start = run(begin(translation(3, "One."), null), text("Mine."));
    expect(run(start, { type: "discard" })).toMatchObject({ content: { text: "One." }, epoch: start.epoch + 1 });
  });

  it("a new translation begins with the source's words and has no revision", () => {
    const start = begin(null, null, { ...EMPTY, title: "Returns", text: "Return it." }, 7);
    expect(start).toMatchObject({ base: null, source: 7, content: { text: "Return it." } });
    expect(isDirty(start)).toBe(false);
  });

  it("saying that a translation is current again is something to save", () => {
    const start = begin(translation(3, "Zurück.", { source_revision: 2 }), null);
    expect(isDirty(run(start, { type: "translates", source: 7 }))).toBe(true);
  });
});
