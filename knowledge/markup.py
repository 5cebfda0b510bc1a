"""An article's Markdown as sanitised HTML in which links to articles and images are still names: the first half of
`knowledge.rendering`.

Raw HTML keeps a few plain tags without attributes and loses everything else, so every attribute in the result is ours.
What comes out has been through nh3 with a list of what is allowed, whatever went in.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from knowledge.callouts import callouts
from knowledge.errors import TextTooLarge, TextTooTangled
from knowledge.parsing.markdown import ARTICLE_LINK

if TYPE_CHECKING:
    import nh3
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

LARGEST = 250_000
"""Characters of Markdown that are rendered at all; an editor may save 200,000."""
LONGEST_PARAGRAPH = 20_000
"""Characters in one paragraph or cell: reading stars takes time by the square of it."""
MOST_OPEN_BRACKETS = 20
"""Brackets that stand open at once in one paragraph or cell: reading them takes time by the square of it too."""
DEEPEST = 30
"""Levels of quotations and lists within each other (a list counts two)."""
MOST_DETAILS = 100
"""Foldable parts of raw HTML in one article."""

IMAGE_LINK = "image:"
ANCHOR = "s-"
"""Every anchor begins so: a heading never takes the name of something on the page around it."""
OUTSIDE = re.compile(r"(https?://|mailto:|tel:)[^\s]+", re.IGNORECASE)
RAW = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|template|iframe|object|svg|math)\b.*?(</\1\s*>|\Z)"
    r"|<(/?)([a-z][a-z0-9]*)\b[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
PLAIN = frozenset({"b", "br", "del", "em", "i", "kbd", "mark", "s", "small", "strong", "sub", "sup", "u"})
FOLDING = frozenset({"details", "summary"})
HEADINGS = {f"h{level}": {"id", "dir"} for level in range(2, 7)}
ATTRIBUTES: dict[str, set[str]] = {
    **HEADINGS,
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "title", "loading"},
    "div": {"class", "role", "tabindex", "aria-labelledby", "dir"},
    "span": {"class"},
    "p": {"class", "dir"},
    "pre": {"dir", "tabindex"},
    "code": {"class"},
    "ol": {"start", "dir"},
    "ul": {"dir"},
    "blockquote": {"dir"},
    "table": {"dir"},
    "th": {"scope", "class"},
    "td": {"class"},
}
TAGS = frozenset(ATTRIBUTES) | PLAIN | FOLDING | {"li", "thead", "tbody", "tr", "hr"}
BLOCKS = frozenset(
    {"paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open"}
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its level on the page (2 to 6), its words, and the id of its element."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Markup:
    """Clean HTML with `article:` and `image:` addresses in it, and the headings in order."""

    html: str
    headings: tuple[Heading, ...]
    broken: tuple[str, ...]
    """Addresses that lead nowhere whatever the release holds: no scheme that we let through, no such heading."""


def anchor_of(words: str) -> str:
    """The anchor of a heading with these words, before it is made unique; an anchor stays as it is."""
    kept = re.sub(r"[^\w\s-]", "", unicodedata.normalize("NFKC", words).casefold())
    name = re.sub(r"[\s_-]+", "-", kept).strip("-")
    return name if name.startswith(ANCHOR) else f"{ANCHOR}{name or 'section'}"


def markup(text: str, *, top: int, title: str, locale: str) -> Markup:
    """Clean HTML of a Markdown text; `TextTooLarge` or `TextTooTangled` for what nobody should have to wait for.

    The outermost headings get the level `top`. A first heading that repeats `title` is left out.
    """
    if len(text) > LARGEST:
        raise TextTooLarge(len(text), LARGEST)
    # Half a character (a lone surrogate) is no text that could be sent anywhere.
    whole = text.encode(errors="replace").decode()
    reader = _reader()
    page = _Page(top=top, locale=locale)
    tokens = page.shaped(reader.parse(whole), title)
    rough = reader.renderer.render(tokens, reader.options, {})
    return Markup(html=_cleaner().clean(rough).strip(), headings=tuple(page.headings), broken=tuple(page.broken))


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"maxNesting": DEEPEST + 10}).enable(["table", "strikethrough"])
    # What an address may be is decided when the whole is known, so that a refused one still shows its words.
    reader.validateLink = _any_address  # type: ignore[method-assign]
    reader.core.ruler.after("block", "limits", _limits)
    for name, rule in RULES.items():
        reader.add_render_rule(name, rule)
    return reader


@cache
def _cleaner() -> "nh3.Cleaner":
    import nh3

    return nh3.Cleaner(
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "article", "image"},
        url_relative=lambda url: url if url.startswith(f"#{ANCHOR}") else None,
        link_rel=None,
    )


def _any_address(url: str) -> bool:
    return True


def _limits(state: "StateCore") -> None:
    for token in state.tokens:
        if token.level > DEEPEST:
            raise TextTooTangled(f"lists and quotations stand more than {DEEPEST} levels deep")
        if token.type == "inline" and len(token.content) > LONGEST_PARAGRAPH:
            raise TextTooTangled(f"a paragraph has more than {LONGEST_PARAGRAPH:,} characters")
        if token.type == "inline" and _open_brackets(token.content) > MOST_OPEN_BRACKETS:
            raise TextTooTangled(f"a paragraph has more than {MOST_OPEN_BRACKETS} brackets that are not closed")


def _open_brackets(text: str) -> int:
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]]", text):
        depth = depth + 1 if bracket == "[" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


@dataclass(slots=True)
class _Page:
    """What is known of the page while its tokens are shaped."""

    top: int
    locale: str
    headings: list[Heading] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    details: int = 0

    def shaped(self, tokens: list["Token"], title: str) -> list["Token"]:
        """The tokens with our levels, anchors, directions and addresses."""
        if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[1].content.strip() == title.strip():
            tokens = tokens[3:]
        self._name(tokens)
        section = ""
        for token in tokens:
            if token.type == "heading_open":
                section = str(token.attrs["id"])
            if token.level == 0 and token.type in BLOCKS:
                token.attrSet("dir", "auto")
            if token.type == "table_open" and section:
                token.meta["section"] = section
            elif token.type in {"th_open", "td_open"}:
                _align(token)
            elif token.type == "html_block":
                token.content = self._raw(token.content)
            elif token.type == "inline" and token.children:
                token.children = self._inline(token.children)
        return callouts(tokens, self.locale)

    def _name(self, tokens: Sequence["Token"]) -> None:
        """Give every heading its level and anchor; no level is skipped on the way down."""
        above: list[int] = []
        last: dict[str, int] = {}
        for place, token in enumerate(tokens):
            if token.type not in {"heading_open", "heading_close"}:
                continue
            if token.type == "heading_close":
                token.tag = f"h{self.headings[-1].level}"
                continue
            written = int(token.tag[1:])
            above = [level for level in above if level < written] + [written]
            words = "".join(_words(tokens[place + 1].children or ()))
            base = anchor = anchor_of(words)
            while anchor in self.anchors:
                last[base] = last.get(base, 1) + 1
                anchor = f"{base}-{last[base]}"
            self.anchors.add(anchor)
            token.tag = f"h{min(6, self.top + len(above) - 1)}"
            token.attrSet("id", anchor)
            self.headings.append(Heading(int(token.tag[1:]), words.strip(), anchor))

    def _raw(self, source: str) -> str:
        """Raw HTML with nothing but plain tags in it."""
        parts: list[str] = []
        end = 0
        for found in RAW.finditer(source):
            parts.append(_escaped(source[end : found.start()]))
            end = found.end()
            tag = (found[4] or "").lower()
            if tag == "details" and not found[3]:
                self.details += 1
            if tag in PLAIN or (tag in FOLDING and self.details <= MOST_DETAILS):
                parts.append(f"<{found[3]}{tag}>")
        parts.append(_escaped(source[end:]))
        return "".join(parts)

    def _inline(self, children: Sequence["Token"]) -> list["Token"]:
        kept: list[Token] = []
        links: list[bool] = []
        paired = _paired(children)
        for place, child in enumerate(children):
            if child.type == "link_open":
                links.append(self._link(child))
            elif child.type == "link_close":
                child.tag = "a" if links.pop() else "span"
            elif child.type == "image":
                self._image(child, linked=bool(links))
            elif child.type == "html_inline":
                if place not in paired:
                    continue
                child.content = paired[place]
            kept.append(child)
        return kept

    def _link(self, token: "Token") -> bool:
        """Whether the address leads somewhere; if not, the link becomes plain words."""
        href = str(token.attrs.get("href", ""))
        title = token.attrs.get("title")
        where = self._address(href)
        token.tag = "a" if where else "span"
        token.attrs = {"href": where} if where else {"class": "broken"}
        if where and title:
            token.attrSet("title", title)
        if where and OUTSIDE.fullmatch(where):
            token.attrSet("rel", "noopener nofollow")
        if not where:
            self.broken.append(href)
        return bool(where)

    def _address(self, href: str) -> str:
        if href.startswith(ARTICLE_LINK):
            article_id, _, anchor = href.partition("#")
            return f"{article_id}#{anchor_of(unquote(anchor))}" if anchor else article_id
        if href.startswith("#"):
            anchor = anchor_of(unquote(href[1:]))
            return f"#{anchor}" if anchor in self.anchors else ""
        return href if OUTSIDE.fullmatch(href) else ""

    def _image(self, token: "Token", *, linked: bool) -> None:
        """Keep our own pictures; one from elsewhere would tell that server who reads, so it becomes a link to it."""
        source = str(token.attrs.get("src", ""))
        if source.startswith(IMAGE_LINK):
            token.attrSet("loading", "lazy")
            return
        token.meta["elsewhere"] = source if OUTSIDE.fullmatch(source) and not linked else ""
        if not OUTSIDE.fullmatch(source):
            self.broken.append(source)


def _words(children: Sequence["Token"]) -> Iterator[str]:
    for child in children:
        if child.type in {"text", "code_inline", "image"}:
            yield child.content
        elif child.type in {"softbreak", "hardbreak"}:
            yield " "


def _paired(children: Sequence["Token"]) -> dict[int, str]:
    """Raw tags of one paragraph by place that may stay: plain ones that are opened and closed in it, in order."""
    kept: dict[int, str] = {}
    opened: list[tuple[int, str]] = []
    for place, child in enumerate(children):
        found = RAW.fullmatch(child.content) if child.type == "html_inline" else None
        tag = (found[4] or "").lower() if found else ""
        if found is None or tag not in PLAIN:
            continue
        if tag == "br":
            kept[place] = "<br>"
        elif not found[3]:
            opened.append((place, tag))
        elif opened and opened[-1][1] == tag:
            kept[opened.pop()[0]] = f"<{tag}>"
            kept[place] = f"</{tag}>"
    return kept


def _align(token: "Token") -> None:
    style = str(token.attrs.pop("style", ""))
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if style.endswith(("right", "center")):
        token.attrSet("class", "end" if style.endswith("right") else "center")


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _code(_: Any, tokens: Sequence["Token"], place: int, *__: Any) -> str:
    token = tokens[place]
    language = re.match(r"[\w+#-]{1,30}", token.info.strip())
    named = f' class="language-{language[0]}"' if language else ""
    # Code reads from left to right in every language; long lines are reached by the keyboard.
    return f'<pre dir="ltr" tabindex="0"><code{named}>{_escaped(token.content.replace("&", "&amp;"))}</code></pre>\n'


def _image(self: Any, tokens: Sequence["Token"], place: int, options: Any, env: Any) -> str:
    token = tokens[place]
    if "elsewhere" not in token.meta:
        return str(type(self).image(self, tokens, place, options, env))
    words = _escaped(self.renderInlineAsText(token.children or [], options, env).replace("&", "&amp;"))
    source = str(token.meta["elsewhere"]).replace("&", "&amp;").replace('"', "&quot;")
    if source:
        return f'<a href="{source}" rel="noopener nofollow">{words or _escaped(source)}</a>'
    return f'<span class="broken">{words}</span>' if words else ""


def _table(self: Any, tokens: Sequence["Token"], place: int, options: Any, env: Any) -> str:
    section = tokens[place].meta.get("section")
    named = f' role="group" aria-labelledby="{section}"' if section else ""
    return f'<div class="table" tabindex="0"{named}>' + str(self.renderToken(tokens, place, options, env))


def _table_end(self: Any, tokens: Sequence["Token"], place: int, options: Any, env: Any) -> str:
    return str(self.renderToken(tokens, place, options, env)) + "</div>\n"


RULES: dict[str, Callable[..., str]] = {
    "fence": _code,
    "code_block": _code,
    "image": _image,
    "table_open": _table,
    "table_close": _table_end,
}
