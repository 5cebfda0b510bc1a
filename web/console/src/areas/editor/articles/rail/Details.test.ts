import { describe, expect, it } from "vitest";
import { tagName } from "./Details";

describe("the name of a new tag", () => {
  it("is made of what was typed, as the server takes it", () => {
    expect(tagName("Größe & Maße")).toBe("grosse-masse");
    expect(tagName("  Returns (EU) ")).toBe("returns-eu");
    expect(tagName("v2.1")).toBe("v2.1");
  });

  it("is nothing where no letter is left", () => {
    expect(tagName("!!!")).toBe("");
    expect(tagName("إرجاع")).toBe("");
  });
});
