import { describe, expect, test } from "vitest";
import { linked } from "./links";
import { markdown } from "./markdown";

function html(nodes: DocumentFragment): string {
  const box = document.createElement("div");
  box.append(nodes);
  return box.innerHTML;
}

/** Elements and attributes that no article may ever have. */
function dangers(source: string): string[] {
  const box = document.createElement("div");
  box.append(markdown(source));
  return [...box.querySelectorAll("*")].flatMap((made) => [
    ...(/^(script|iframe|img|object|embed|form|input|style|svg|math|link|base|meta)$/i.test(made.tagName) ? [made.tagName] : []),
    ...made.getAttributeNames().filter((name) => /^on|^style$|^src/i.test(name)),
    ...(made instanceof HTMLAnchorElement && !/^https?:/.test(made.href) ? [made.href] : []),
  ]);
}

describe("what is written stays words", () => {
  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](  javascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](vbscript:x)",
    "![x](javascript:alert(1))",
    "![x](https://example.com/x.png)",
    "<a href=\"javascript:alert(1)\" onclick=\"x\">hi</a>",
    "<https://example.com/\" onmouseover=\"x>",
    "[a](https://example.com/\"onclick=\"alert(1))",
    "| a | b |\n|---|---|\n| <svg onload=x> | [x](javascript:1) |",
    "```html\n<script>alert(1)</script>\n```",
    "# <iframe src=x>",
    "> <style>*{display:none}</style>",
    "- [x](java\tscript:alert(1))",
  ])("%j", (source) => {
    expect(dangers(source)).toEqual([]);
  });
});

describe("articles", () => {
  test.each([
    ["# One\n## Two", "<h2>One</h2><h3>Two</h3>"],
    ["a **b** and *c* and `d`", "<p>a <strong>b</strong> and <em>c</em> and <code>d</code></p>"],
    ["snake_case_name stays", "<p>snake_case_name stays</p>"],
    ["5 * 3 * 2", "<p>5 * 3 * 2</p>"],
    ["- one\n- two\n  - inner\n\nafter", "<ul><li>one</li><li>two<ul><li>inner</li></ul></li></ul><p>after</p>"],
    ["3. three\n4. four", "<ol start=\"3\"><li>three</li><li>four</li></ol>"],
    ["> said\n> so", "<blockquote><p>said\nso</p></blockquote>"],
    ["---\ntitle: x\n---\nText", "<p>Text</p>"],
    ["a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"],
    ["a  \nb", "<p>a<br>b</p>"],
    ["\\*not\\* it", "<p>*not* it</p>"],
    ["**unclosed", "<p>**unclosed</p>"],
  ])("%j", (source, expected) => {
    expect(html(markdown(source))).toBe(expected);
  });

  test("a table has column heads and a frame that scrolls", () => {
    const box = document.createElement("div");
    box.append(markdown("| Country | Days |\n|:--|--:|\n| Spain | 4 |\n| UK |"));
    expect(box.querySelector("th")?.getAttribute("scope")).toBe("col");
    expect([...box.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["Spain", "4", "UK", ""]);
    expect(box.querySelector(".table")?.getAttribute("tabindex")).toBe("0");
  });

  test("a link opens elsewhere and tells nothing", () => {
    expect(html(markdown("[our page](https://example.com/a)"))).toContain(
      "<a href=\"https://example.com/a\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">our page</a>",
    );
  });
});

test("a link to another article opens it here, or is only its words", () => {
  const opened: string[] = [];
  const box = document.createElement("div");
  box.append(markdown("See [returns](article:how-to-return).", { openArticle: (id) => opened.push(id) }));
  box.querySelector("a")?.click();
  expect(opened).toEqual(["how-to-return"]);
  expect(html(markdown("See [returns](article:how-to-return)."))).toBe("<p>See returns.</p>");
});

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
