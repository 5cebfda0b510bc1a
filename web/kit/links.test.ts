import { describe, expect, test } from "vitest";
import { linked } from "./links";

describe("plain text with addresses", () => {
  const hrefs = (text: string): string[] => {
    const box = document.createElement("div");
    box.append(linked(text));
    expect(box.textContent).toBe(text);
    return [...box.querySelectorAll("a")].map((made) => made.textContent ?? "");
  };
  test.each([
    ["see https://example.com/a.", ["https://example.com/a"]],
    ["(https://example.com/a_(b))", ["https://example.com/a_(b)"]],
    ["HTTP://EXAMPLE.com!", ["HTTP://EXAMPLE.com"]],
    ["javascript:alert(1) ftp://x mailto:a@example.com", []],
    ["<b>https://example.com</b>", ["https://example.com"]],
    ["https://a.example, https://b.example?", ["https://a.example", "https://b.example"]],
  ])("%j", (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
  });
});
