/**
 * The HTML of an article, as our server made and cleaned it, as nodes for a page. It is read in a document of its own that
 * runs nothing, and only what is listed here is copied out of it, so a fault of the server's would still do no harm.
 */
import { anchor } from "./links";

/** What a click on a link to another article does; `section` is the id of a heading there, or empty. */
export type OpenArticle = (id: string, section: string) => void;

const PLAIN =
  "p h2 h3 h4 h5 h6 ul ol li blockquote div span table thead tbody tr th td pre code strong em b i u s del mark small sub sup kbd br hr details summary";
const TAGS = new Set(PLAIN.split(" "));
const NAMES = new Set(["id", "dir", "lang", "class", "title", "role", "tabindex", "start", "scope", "aria-labelledby"]);
const ANCHOR = "s-";
const ARTICLE = /^article:([a-z0-9][\w.-]*)(?:#(s-.+))?$/;
const PICTURE = /^\/help\/images\/[0-9a-f]+$/;

/** The nodes of an article's HTML. Without `open` a link to another article is only its words. */
export function html(source: string, open?: OpenArticle): DocumentFragment {
  const out = document.createDocumentFragment();
  copy(new DOMParser().parseFromString(source, "text/html").body, out, open);
  return out;
}

function copy(from: Node, to: Node, open: OpenArticle | undefined): void {
  for (const node of from.childNodes) {
    if (node.nodeType === 3) to.appendChild(document.createTextNode(node.nodeValue ?? ""));
    else if (node.nodeType === 1) to.appendChild(element(node as Element, open));
  }
}

function element(found: Element, open: OpenArticle | undefined): Node {
  const tag = found.tagName.toLowerCase();
  if (tag === "a") return link(found, open);
  if (tag === "img") return picture(found);
  if (tag === "script" || tag === "style") return document.createTextNode("");
  const made = TAGS.has(tag) ? document.createElement(tag) : document.createDocumentFragment();
  if (made instanceof HTMLElement) attributes(found, made);
  copy(found, made, open);
  return made;
}

function attributes(found: Element, made: HTMLElement): void {
  for (const { name, value } of found.attributes) {
    if (!NAMES.has(name) || (name === "id" && !value.startsWith(ANCHOR)) || (name === "tabindex" && value !== "0")) continue;
    made.setAttribute(name, value);
  }
}

function link(found: Element, open: OpenArticle | undefined): Node {
  const inside = document.createDocumentFragment();
  copy(found, inside, open);
  const address = found.getAttribute("href") ?? "";
  if (/^(https?:\/\/|mailto:|tel:)/i.test(address)) return anchor(address, inside);
  const article = ARTICLE.exec(address);
  if (article && open) return within(address, inside, () => open(article[1]!, section(article[2])));
  if (address.startsWith(`#${ANCHOR}`)) return within(address, inside, (made) => show(made, section(address.slice(1))));
  return inside;
}

/** An anchor as an id: addresses write letters beyond ASCII in their own way. */
function section(written: string | undefined): string {
  try {
    return decodeURIComponent(written ?? "");
  } catch {
    return written ?? "";
  }
}

function within(address: string, inside: Node, follow: (made: HTMLElement) => void): HTMLElement {
  const made = document.createElement("a");
  made.href = `#${address.split("#")[1] ?? ""}`;
  made.className = "article-link";
  made.append(inside);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    follow(made);
  });
  return made;
}

function show(from: HTMLElement, id: string): void {
  const root = from.getRootNode() as Document | ShadowRoot;
  root.getElementById(id)?.scrollIntoView({ block: "start" });
}

function picture(found: Element): Node {
  const source = found.getAttribute("src") ?? "";
  const words = found.getAttribute("alt") ?? "";
  if (!PICTURE.test(source)) return document.createTextNode(words);
  const made = document.createElement("img");
  made.src = source;
  made.alt = words;
  made.loading = "lazy";
  if (found.getAttribute("title")) made.title = found.getAttribute("title")!;
  return made;
}
