"""HTML to Markdown: what is content in a page, without what is around it and without what could do harm."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.parsing.archive import Archive, EntryRefused, Unreadable, is_zip
from knowledge.parsing.drafts import FILE_LIMIT, Defaults, Problem, Read
from knowledge.parsing.names import article_id, locale_of, path_names, placed, title_of
from knowledge.parsing.plain import NotText, decoded
from knowledge.parsing.records import Found, article_of

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

HTML = (".html", ".htm", ".xhtml")
MAIN = ("main", "[role=main]", "article", "body")
AROUND = ("script", "style", "noscript", "template", "nav", "aside", "form", "iframe", "svg", "button", "object")
# fmt: off
KEPT = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "q",
    "s", "samp", "section", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "ul",
})
# fmt: on
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan"},
    "th": {"colspan"},
    "code": {"class"},
    "pre": {"class"},
}
SCHEMES = {"http", "https", "mailto", "tel", "article", "image"}
DEEPEST = 200
"""Elements within elements; converting is recursive, and no article needs more."""
# fmt: off
UNCLOSED = frozenset({
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "option", "p", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
})
# fmt: on
"""Elements that have no end, or may do without."""
LANGUAGE_CLASS = re.compile(r"(?:language|lang|highlight-source)-([\w+#-]+)")
EMPTY_LINES = re.compile(r"\n{3,}")
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


class TooDeep(ValueError):
    """More elements within elements than any article needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an HTML page says."""

    title: str
    text: str
    """Markdown."""
    locale: str = ""
    summary: str = ""
    keywords: str = ""
    address: str = ""


def read_html(path: Path, name: str, defaults: Defaults) -> Iterator[Read]:
    """Articles of one HTML file, or of a folder of them in a zip archive."""
    if not is_zip(path):
        if path.stat().st_size > FILE_LIMIT:
            why = f"it has {path.stat().st_size:,} bytes, and {FILE_LIMIT:,} are the most"
            yield Problem(source=name, line=1, why=why, code="article_too_large")
        else:
            yield _page(path.read_bytes(), name, defaults)
        return
    with Archive(path) as archive:
        pages = [entry for entry in archive.entries if entry.ending in HTML]
        if not pages:
            message = "there is no HTML file in the archive"
            raise Unreadable(message)
        for entry_name, refusal in archive.refused:
            yield Problem(source=entry_name, line=1, why=refusal.why, code=refusal.code)
        for entry in sorted(pages, key=lambda entry: (placed(entry.path)[0] not in {"", defaults.locale}, entry.path)):
            try:
                data = archive.read(entry, FILE_LIMIT)
            except EntryRefused as refusal:
                yield Problem(source=entry.path, line=1, why=refusal.why, code=refusal.code)
            else:
                yield _page(data, entry.path, defaults)


def _page(data: bytes, path: str, defaults: Defaults) -> Read:
    declared = CHARSET.search(data[:4096])
    named = defaults.encoding or _python_name(declared[1].decode().lower() if declared else "")
    try:
        source = decoded(data, named)
        found = page_of(source)
    except NotText as problem:
        return Problem(source=path, line=problem.line, why=problem.why, code="not_text")
    except TooDeep:
        why = f"its elements are nested more than {DEEPEST} deep"
        return Problem(source=path, line=1, why=why, code="not_readable")
    locale, where = placed(path)
    fields = {"summary": found.summary, "keywords": found.keywords, "url": found.address}
    place = Found(
        source=path,
        text=found.text,
        title=found.title or title_of(path),
        id=article_id(where.replace("/", "-")),
        locale=locale or found.locale,
        names=path_names(path),
        base=posixpath.dirname(path),
    )
    return article_of(fields, place, defaults)


def page_of(html: str) -> Page:
    """Title, language and content of a whole page; `TooDeep` when it is nested beyond measure."""
    soup = _soup(html)
    root = soup.find("html")
    content = next((found for found in (soup.select_one(name) for name in MAIN) if found is not None), soup)
    heading = content.find("h1") or soup.find("h1")
    title = heading.get_text(" ", strip=True) if heading else ""
    if not title and soup.title is not None:
        title = soup.title.get_text(" ", strip=True)
    if heading is not None:
        heading.extract()
    return Page(
        title=" ".join(title.split()),
        text=_markdown(str(content)),
        locale=locale_of(str(root.get("lang") or "")) if root is not None else "",
        summary=_meta(soup, "description"),
        keywords=_meta(soup, "keywords"),
        address=_canonical(soup),
    )


def markdown_of(html: str) -> str:
    """A piece of HTML, such as the body of an article, as Markdown; `TooDeep` when it is nested beyond measure."""
    return _markdown(str(_soup(html)))


def _soup(html: str) -> "BeautifulSoup":
    import warnings

    from bs4 import BeautifulSoup, Comment, MarkupResemblesLocatorWarning

    _check_depth(html)
    with warnings.catch_warnings():
        # An article of one word looks like a file's name to it.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(html, "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(AROUND):
        tag.extract()
    return soup


def _check_depth(html: str) -> None:
    """Refuse what is nested beyond measure before anything recursive sees it; unclosed elements count too."""
    depth = 0
    for found in re.finditer(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>", html):
        if found[2].lower() in UNCLOSED or found[3].endswith("/"):
            continue
        depth += -1 if found[1] else 1
        if depth > DEEPEST:
            raise TooDeep


def _markdown(html: str) -> str:
    import nh3

    # Another parser than the one above, a browser's: what it hands on is well formed and has nothing in it that acts.
    clean = nh3.clean(
        html,
        tags=set(KEPT),
        clean_content_tags={"script", "style", "head", "title"},
        attributes={name: set(names) for name, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    try:
        text: str = _converter().convert(clean)
    except RecursionError as problem:
        raise TooDeep from problem
    lines = [line.rstrip(" \t") if not line.endswith("  ") else line.rstrip(" \t") + "  " for line in text.split("\n")]
    return EMPTY_LINES.sub("\n\n", "\n".join("" if not line.strip() else line for line in lines)).strip("\n").rstrip()


@cache
def _converter() -> Any:
    from markdownify import ATX, MarkdownConverter

    return MarkdownConverter(
        heading_style=ATX,
        bullets="-",
        escape_misc=False,
        escape_underscores=False,
        table_infer_header=True,
        code_language_callback=_language,
    )


def _language(tag: "Tag") -> str:
    for one in (tag, tag.find("code")):
        names = one.get("class") if one else None
        found = LANGUAGE_CLASS.match(" ".join(names) if isinstance(names, list) else str(names or ""))
        if found:
            return found[1]
    return ""


def _meta(soup: "BeautifulSoup", name: str) -> str:
    found = soup.find("meta", attrs={"name": name})
    return str(found.get("content") or "") if found is not None else ""


def _canonical(soup: "BeautifulSoup") -> str:
    found = soup.find("link", attrs={"rel": "canonical"})
    return str(found.get("href") or "") if found is not None else ""


def _python_name(charset: str) -> str:
    """A page's own word on how it is written; browsers read Latin-1 as Windows does, and so do we."""
    return {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "windows-1252": "cp1252"}.get(
        charset, {"windows-1250": "cp1250", "windows-1251": "cp1251"}.get(charset, "")
    )
