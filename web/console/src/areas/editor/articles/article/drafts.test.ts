import { afterEach, describe, expect, it, vi } from "vitest";
import { EMPTY } from "./content";
import { draftKey, draftKeys, draftsChanged, loadDraft, saveDraft } from "./drafts";

const draft = (text: string) => ({
  base: 3,
  content: { ...EMPTY, title: "T", text },
  source: null,
  at: "2026-05-12T10:00:00Z",
});

afterEach(() => vi.unstubAllGlobals());

describe("unsaved text of articles", () => {
  it("is kept per person, article and language", () => {
    saveDraft("robin", draftKey("returns", "en"), draft("one"));
    saveDraft("robin", draftKey("returns", "de"), draft("two"));
    saveDraft("kim", draftKey("returns", "en"), draft("three"));
    expect(loadDraft("robin", "returns en")?.content.text).toBe("one");
    expect(loadDraft("kim", "returns en")?.content.text).toBe("three");
    expect([...draftKeys("robin")].sort()).toEqual(["returns de", "returns en"]);
  });

  it("is gone once it is forgotten, and lists are told", () => {
    const before = draftsChanged.read();
    saveDraft("robin", "returns en", draft("one"));
    saveDraft("robin", "returns en", draft("one more"));
    saveDraft("robin", "returns en", null);
    expect(loadDraft("robin", "returns en")).toBeNull();
    expect(draftsChanged.read()).toBe(before + 2);
  });

  it("lives on in this tab where the device is full, and says so", () => {
    saveDraft("robin", "big en", draft("short"));
    const device = window.localStorage;
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => device.getItem(key),
      removeItem: (key: string) => device.removeItem(key),
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
      key: (at: number) => device.key(at),
      get length() {
        return device.length;
      },
    });
    expect(saveDraft("robin", "big en", draft("long"))).toBe(false);
    expect(loadDraft("robin", "big en")?.content.text).toBe("long");
    expect(draftKeys("robin").has("big en")).toBe(true);
    saveDraft("robin", "big en", null);
    expect(draftKeys("robin").has("big en")).toBe(false);
  });

  it("what cannot be read is no draft", () => {
    localStorage.setItem("warmline.article.robin.broken en", "{not json");
    localStorage.setItem("warmline.article.robin.odd en", JSON.stringify({ base: 1, content: { title: 5 } }));
    expect(loadDraft("robin", "broken en")).toBeNull();
    expect(loadDraft("robin", "odd en")).toBeNull();
  });
});
