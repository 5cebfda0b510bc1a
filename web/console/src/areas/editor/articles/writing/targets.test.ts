import { describe, expect, it } from "vitest";
import { linkTo } from "./completions";
import { Text } from "@codemirror/state";
import { onItsOwn, refused } from "./images";
import { placesOf } from "./targets";

describe("marks at links that lead nowhere", () => {
  it("stand under each such target and under no longer one", () => {
    const text = "See [a](article:gone), [b](article:gone-too) and [again](article:gone).";
    const places = placesOf(text, [{ target: "article:gone", why: "There is no such article." }]);
    expect(places.map(({ from, to }) => text.slice(from, to))).toEqual(["article:gone", "article:gone"]);
    expect(places[1]?.from).toBe(text.lastIndexOf("article:gone"));
  });
});

describe("a link to an article", () => {
  it("keeps brackets of the title inside its words", () => {
    expect(linkTo("returns", "Returns [EU]")).toBe("[Returns \\[EU\\]](article:returns)");
  });
});

describe("an image", () => {
  it("is a paragraph of its own unless it stands amid words", () => {
    const doc = Text.of(["Words here", ""]);
    expect(onItsOwn(doc, 0, "![a](image:1)")).toBe("![a](image:1)\n\n");
    expect(onItsOwn(doc, 10, "![a](image:1)")).toBe("\n\n![a](image:1)");
    expect(onItsOwn(doc, 6, "![a](image:1)")).toBe("![a](image:1)");
    expect(onItsOwn(doc, 11, "![a](image:1)")).toBe("![a](image:1)");
  });

  it("is refused by kind and size before it is sent", () => {
    expect(refused({ name: "a.svg", type: "image/svg+xml", size: 10 })).toContain("only PNG");
    expect(refused({ name: "a.png", type: "image/png", size: 3 * 1024 * 1024 })).toContain("2 MB");
    expect(refused({ name: "a.png", type: "image/png", size: 1024 })).toBeNull();
  });
});
