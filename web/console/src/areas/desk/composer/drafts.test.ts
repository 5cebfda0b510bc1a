import { describe, expect, it } from "vitest";
import { suggestion } from "../../../testing/builders";
import { citationUses, cite, draftIds, insertAt, loadDraft, NO_DRAFT, saveDraft } from "./drafts";
import { sends } from "./sendKey";

describe("inserting a suggestion", () => {
  it("puts the words at the cursor with room around them", () => {
    expect(insertAt("Hello Ana,thanks", "it is on its way", 10, 10)).toEqual({
      text: "Hello Ana, it is on its way thanks",
      cursor: 27,
    });
  });

  it("replaces what is selected", () => {
    expect(insertAt("Hello XXX!", "Ana", 6, 9).text).toBe("Hello Ana !");
  });

  it("keeps each source once", () => {
    const once = cite([], suggestion());
    expect(cite(once, suggestion({ id: "s2" }))).toBe(once);
    expect(cite(once, suggestion({ heading: "How long" }))).toHaveLength(2);
  });

  it("says whether the words were edited before sending", () => {
    const cited = cite([], suggestion());
    expect(citationUses(cited, "Yes: Within 30 days. Bye")[0]?.edited).toBe(false);
    expect(citationUses(cited, "Within a month.")[0]).toMatchObject({
      edited: true,
      article_id: "refunds",
      revision: 12,
      suggestion_id: "s1",
    });
    expect(citationUses(cited, "x")[0]).not.toHaveProperty("inserted");
  });
});

describe("a draft", () => {
  it("is kept per agent and conversation", () => {
    saveDraft("robin", "c1", { ...NO_DRAFT, reply: "half a sent" });
    expect(loadDraft("robin", "c1").reply).toBe("half a sent");
    expect(loadDraft("kim", "c1")).toEqual(NO_DRAFT);
    expect([...draftIds("robin")]).toEqual(["c1"]);
  });

  it("is gone when it is empty", () => {
    saveDraft("robin", "c1", { ...NO_DRAFT, reply: "x" });
    saveDraft("robin", "c1", NO_DRAFT);
    expect(draftIds("robin").size).toBe(0);
  });
});

describe("the sending key", () => {
  const press = { key: "Enter", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, isComposing: false };

  it("is Enter, or Ctrl Enter, as the person chose", () => {
    expect(sends(press, "enter")).toBe(true);
    expect(sends({ ...press, shiftKey: true }, "enter")).toBe(false);
    expect(sends(press, "mod_enter")).toBe(false);
    expect(sends({ ...press, ctrlKey: true }, "mod_enter")).toBe(true);
  });

  it("leaves Enter to an input method that composes a word", () => {
    expect(sends({ ...press, isComposing: true }, "enter")).toBe(false);
  });
});
