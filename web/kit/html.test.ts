import { expect, test, vi } from "vitest";
import { html } from "./html";

function box(source: string, open?: (id: string, section: string) => void): HTMLElement {
  const made = document.createElement("div");
  made.append(html(source, open));
  document.body.replaceChildren(made);
  return made;
}

test("what our server writes comes through whole", () => {
  const page =
    '<h3 id="s-how" dir="auto">How</h3>\n<p dir="auto">Some <em>soft</em> <strong>strong</strong> words<br>and <code>code</code></p>' +
    '<div class="table" tabindex="0" role="group" aria-labelledby="s-how"><table dir="auto"><thead><tr><th scope="col" class="end">A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></div>' +
    '<div dir="auto" class="callout note" role="note"><p class="callout-title">Note</p></div><ol start="3" dir="auto"><li>c</li></ol>';
  expect(box(page).innerHTML).toBe(page);
});

test("a link to another article is followed inside, with its section", () => {
  const open = vi.fn();
  const made = box('<p><a href="article:refund.times_2#s-%C3%BCber">refunds</a></p>', open);
  made.querySelector("a")!.click();
  expect(open).toHaveBeenCalledWith("refund.times_2", "s-über");
  expect(made.querySelector("a")!.getAttribute("href")).toBe("#s-%C3%BCber");
});

test("a link to another article is words where none can be opened", () => {
  expect(box('<p>see <a href="article:x">x</a></p>').innerHTML).toBe("<p>see x</p>");
});

test("a link within the article moves to its heading", () => {
  const made = box('<h3 id="s-how">How</h3><a href="#s-how">up</a>');
  const heading = made.querySelector("h3")!;
  heading.scrollIntoView = vi.fn();
  made.querySelector("a")!.click();
  expect(heading.scrollIntoView).toHaveBeenCalledOnce();
});

test("links out open elsewhere and tell nothing", () => {
  const made = box('<a href="https://example.com/?a=1&amp;b=2" rel="x" target="_top">out</a><a href="mailto:me@example.com">me</a>');
  const [out, mail] = made.querySelectorAll("a");
  expect([out!.href, out!.target, out!.rel]).toEqual(["https://example.com/?a=1&b=2", "_blank", "noopener noreferrer nofollow"]);
  expect(mail!.getAttribute("href")).toBe("mailto:me@example.com");
});

test("pictures are ours or their words", () => {
  const made = box('<img src="/help/images/ab12" alt="Plan" title="t"><img src="https://example.com/x.png" alt="far"><img src="//e.example/x" alt="!">');
  expect(made.querySelectorAll("img")).toHaveLength(1);
  expect(made.querySelector("img")!.getAttribute("src")).toBe("/help/images/ab12");
  expect(made.textContent).toBe("far!");
});

test.each([
  "<script>alert(1)</script>",
  "<style>*{}</style>",
  '<p onclick="alert(1)" style="position:fixed">x</p>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href=" javascript:alert(1)">x</a>',
  '<a href="data:text/html,x">x</a>',
  '<img src="x" onerror="alert(1)">',
  '<svg onload="alert(1)"><a xlink:href="javascript:1">x</a></svg>',
  "<object><embed></object>",
  '<form action="//evil.example"><input name="a"><button>go</button></form>',
  '<p id="panel">x</p>',
  '<p tabindex="5">x</p>',
  '<base href="//evil.example"><link rel="help"><meta http-equiv="refresh" content="0">',
])("%s loses what is not ours", (source) => {
  const made = box(source, vi.fn());
  const wrong = [...made.querySelectorAll("*")].flatMap((one) => [
    ...(/^(script|style|svg|object|embed|form|input|button|base|link|meta|img)$/i.test(one.tagName) ? [one.tagName] : []),
    ...one.getAttributeNames().filter((name) => !["href", "class"].includes(name)),
  ]);
  expect(wrong).toEqual([]);
  expect(made.innerHTML).not.toMatch(/javascript:|data:|alert\(1\)/);
});
