"""An article's Markdown as HTML that may be shown: the one renderer of editor, help centre, widget and desk."""

import hashlib
import html
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from knowledge.markup import LARGEST, Heading, Markup, anchor_of, markup
from knowledge.parsing.markdown import ARTICLE_LINK

__all__ = ["LARGEST", "Heading", "Rendered", "anchor_of", "plain", "render"]

# nh3 writes attributes in one way only, so the addresses that it let through are found by a pattern.
NAMED = re.compile(r'<a href="article:([^"#]*)(#[^"]*)?"|<img src="image:([^"]*)"([^>]*)>|(</a>)|<a ')
ALT = re.compile(r' alt="([^"]*)"')
KEPT_CHARACTERS = 8_000_000
"""Clean HTML kept in memory, about that many characters."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """HTML for a page around it, and what it holds; `links` and `images` are ids in order, each once."""

    html: str
    headings: tuple[Heading, ...]
    links: tuple[str, ...]
    images: tuple[str, ...]
    broken: tuple[str, ...]
    """Addresses as written that lead nowhere: `article:` and `image:` names too."""


def render(
    text: str,
    *,
    link: Callable[[str], str | None],
    image: Callable[[str], str | None],
    top: int = 2,
    title: str = "",
    locale: str = "en",
) -> Rendered:
    """Sanitised HTML of a Markdown text.

    `link` gives the address of an article by its id (an anchor is added to it), `image` that of a picture by its id;
    None means that there is none, and its words are shown with the class `broken`. The outermost headings get the level
    `top` (2 to 6). A first heading that repeats `title` is left out. `locale` is the language of the words we add.
    Raises `TextTooLarge` above `LARGEST` characters, and `TextTooTangled` for nesting that nobody writes.
    """
    clean = _clean(text, top, title, locale)
    links: dict[str, None] = {}
    images: dict[str, None] = {}
    broken = dict.fromkeys(clean.broken)
    ends: list[str] = []

    def put(found: re.Match[str]) -> str:
        if found[5]:
            return ends.pop() if ends else found[5]
        if found[3] is not None:
            name = html.unescape(found[3])
            images[name] = None
            source = image(name)
            if source is not None:
                return f'<img src="{html.escape(source)}"{found[4]}>'
            broken[f"image:{name}"] = None
            alt = ALT.search(found[4])
            return f'<span class="broken">{alt[1]}</span>' if alt and alt[1] else ""
        ends.append("</a>")
        if found[1] is None:
            return found[0]
        name = html.unescape(found[1])
        links[name] = None
        address = link(name)
        if address is not None:
            return f'<a href="{html.escape(address)}{found[2] or ""}"'
        broken[f"{ARTICLE_LINK}{name}"] = None
        ends[-1] = "</span>"
        return '<span class="broken"'

    page = NAMED.sub(put, clean.html)
    return Rendered(page, clean.headings, tuple(links), tuple(images), tuple(broken))


def plain(text: str) -> Rendered:
    """The text as it was written, for readers of an article that `render` refuses; never fails."""
    words = html.escape(text[:LARGEST].encode(errors="replace").decode())
    return Rendered(f'<pre class="plain" dir="auto" tabindex="0">{words}</pre>', (), (), (), ())


class _Kept:
    """The clean HTML that was asked for last, by what it was made from."""

    def __init__(self, characters: int) -> None:
        """Keep about so many characters."""
        self._room = characters
        self._pages: OrderedDict[tuple[str, int, str, str], Markup] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, int, str, str]) -> Markup | None:
        """What is kept, now the newest."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: tuple[str, int, str, str], page: Markup) -> None:
        """Keep one more and let go of the oldest."""
        with self._lock:
            if key in self._pages:
                return
            self._pages[key] = page
            self._room -= len(page.html)
            while self._room < 0 and self._pages:
                self._room += len(self._pages.popitem(last=False)[1].html)


KEPT = _Kept(KEPT_CHARACTERS)


def _clean(text: str, top: int, title: str, locale: str) -> Markup:
    key = (hashlib.sha256(text.encode(errors="replace")).hexdigest(), top, title, locale)
    page = KEPT.get(key)
    if page is None:
        page = markup(text, top=top, title=title, locale=locale)
        KEPT.put(key, page)
    return page
