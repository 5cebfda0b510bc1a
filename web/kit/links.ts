/** Links that are safe to follow, made as DOM nodes; words are only ever text. */

const URL_IN_TEXT = /\bhttps?:\/\/[^\s<>"']+/gi;
/** Punctuation that ends a sentence, not an address. */
const TRAILING = /[.,;:!?…»”’\]}]+$/;

/** The address if it is http or https (or a bare in-page answer from `base`), otherwise null. */
export function safeHref(address: string, base?: string): string | null {
  try {
    const url = new URL(address.trim(), base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** An anchor that opens elsewhere and tells nothing about this page. */
export function anchor(href: string, words: string | Node): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = href;
  made.target = "_blank";
  made.rel = "noopener noreferrer nofollow";
  made.append(words);
  return made;
}

/** Where an address ends: without the sentence's punctuation, and without a bracket that it did not open. */
function trimmed(found: string): string {
  let url = found.replace(TRAILING, "");
  while (url.endsWith(")") && url.split("(").length < url.split(")").length) url = url.slice(0, -1).replace(TRAILING, "");
  return url;
}

/** Plain text with its web addresses as links. */
export function linked(text: string): DocumentFragment {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(URL_IN_TEXT)) {
    const url = trimmed(found[0]);
    const href = safeHref(url);
    if (!href) continue;
    out.append(text.slice(from, found.index), anchor(href, url));
    from = found.index + url.length;
  }
  out.append(text.slice(from));
  return out;
}
