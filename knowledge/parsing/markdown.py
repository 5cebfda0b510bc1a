"""Markdown with front matter to articles, and an article's Markdown to readable blocks under their headings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from knowledge.errors import ArticleBroken
from knowledge.types import PUBLIC, Article

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

FENCE = "---"
ARTICLE_LINK = "article:"
ARTICLE_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
TAG = re.compile(r"<[^>]*>")
KEYS = frozenset(
    {"id", "title", "locale", "region", "audience", "accounts", "type", "tags", "summary", "updated", "review_by"}
    | {"slug", "source_locale", "revision", "source_revision", "state"}
)
"""The last three are what an export notes down; a folder is numbered anew, so they mean nothing there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list, table or piece of code as plain text; `heading` is the path above it, outermost first."""

    heading: tuple[str, ...]
    text: str


def parse_article(source: str, name: str) -> Article:
    """One article from a file's text; `ArticleBroken` says the line, and `name` stands for the file in it."""
    lines = source.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    if lines[0].strip() != FENCE:
        raise ArticleBroken(name, 1, "the file does not begin with a front matter between --- lines")
    end = next((row for row, line in enumerate(lines[1:], start=1) if line.strip() == FENCE), None)
    if end is None:
        raise ArticleBroken(name, 1, "the front matter has no closing --- line")
    matter = _FrontMatter(name, lines[1:end])
    text = "\n".join(lines[end + 1 :]).strip()
    if not text:
        raise ArticleBroken(name, end + 1, "the article has no text")
    return matter.article(text)


class _FrontMatter:
    """The values between the --- lines, each checked where it is read."""

    def __init__(self, name: str, lines: Sequence[str]) -> None:
        import yaml

        self._name = name
        self._lines = lines
        try:
            values = yaml.safe_load("\n".join(lines))
        except yaml.YAMLError as problem:
            mark = getattr(problem, "problem_mark", None)
            why = getattr(problem, "problem", None) or "it is not YAML"
            raise ArticleBroken(name, (mark.line if mark else 0) + 2, f"the front matter: {why}") from problem
        except ValueError as problem:
            raise ArticleBroken(name, 2, f"the front matter: {problem}") from problem
        if not isinstance(values, Mapping):
            raise ArticleBroken(name, 2, "the front matter is not a list of `key: value` lines")
        self._values: dict[str, Any] = {str(key): value for key, value in values.items()}
        for key in self._values:
            if key not in KEYS:
                raise self._broken(key, f"`{key}` is not known; known are {', '.join(sorted(KEYS))}")

    def article(self, text: str) -> Article:
        """The article that these values and this text make."""
        locale, source_locale = self._text("locale") or "en", self._text("source_locale")
        article_id = self._text("id", needed=True)
        if not ARTICLE_ID.fullmatch(article_id):
            raise self._broken("id", "`id` must be small letters, digits, dots, dashes and underscores")
        return Article(
            id=article_id,
            title=self._text("title", needed=True),
            text=text,
            locale=locale,
            regions=self._texts("region"),
            accounts=self._texts("accounts"),
            audience=self._texts("audience") or (PUBLIC,),
            type=self._text("type") or "article",
            tags=self._texts("tags"),
            summary=self._text("summary"),
            updated=self._date("updated"),
            review_by=self._date("review_by"),
            slug=self._text("slug"),
            source_locale="" if source_locale == locale else source_locale,
        )

    def _broken(self, key: str, why: str) -> ArticleBroken:
        places = (row for row, line in enumerate(self._lines, start=2) if line.startswith(f"{key}:"))
        return ArticleBroken(self._name, next(places, 2), why)

    def _text(self, key: str, *, needed: bool = False) -> str:
        value = self._values.get(key)
        if value is None or value == "":
            if needed:
                raise self._broken(key, f"`{key}` is missing")
            return ""
        if isinstance(value, bool | list | dict):
            # YAML reads a bare `no` as false, which is also the code of Norwegian.
            raise self._broken(key, f"`{key}` must be one text; put it in quotes")
        return str(value).strip()

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if value is None or value == "":
            return ()
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in values):
            raise self._broken(key, f"`{key}` must be a text or a list of texts; put them in quotes")
        return tuple(str(one).strip() for one in values)

    def _date(self, key: str) -> date | None:
        value = self._values.get(key)
        # A time of day is a date too for Python, and not for a reader.
        if value is None or type(value) is date:
            return value
        raise self._broken(key, f"`{key}` must be a date like 2026-01-31")


def blocks(text: str) -> list[Block]:
    """The readable blocks of a Markdown text, in order, without its markup."""
    path: list[tuple[int, str]] = []
    found: list[Block] = []
    for kind, level, content in _pieces(_reader().parse(text)):
        if kind == "heading":
            path = [(depth, title) for depth, title in path if depth < level]
            path.append((level, content))
        elif content.strip():
            found.append(Block(heading=tuple(title for _, title in path), text=content.strip("\n")))
    return found


def links(text: str) -> list[str]:
    """The ids of the articles that a Markdown text links to as `article:<id>`, in order, each once."""
    targets: dict[str, None] = {}
    for token in _reader().parse(text):
        for child in token.children or ():
            href = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if href.startswith(ARTICLE_LINK):
                targets[href.removeprefix(ARTICLE_LINK).split("#")[0]] = None
    return list(targets)


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _pieces(tokens: Sequence["Token"]) -> Iterator[tuple[str, int, str]]:
    """Top-level pieces as (kind, heading level, text)."""
    start = 0
    while start < len(tokens):
        end = start
        while tokens[end].level or tokens[end].nesting == 1:
            end += 1
        group = tokens[start : end + 1]
        if group[0].type == "heading_open":
            yield "heading", int(group[0].tag[1:]), _inline(group[1])
        elif group[0].type == "table_open":
            yield "text", 0, "\n".join(_table(group))
        else:
            yield "text", 0, "\n".join(_lines(group))
        start = end + 1


def _lines(group: Sequence["Token"]) -> Iterator[str]:
    """The lines of a paragraph, list, quotation or piece of code, list items with their bullet or number."""
    counters: list[int | None] = []
    bullet = ""
    for token in group:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            start = token.attrGet("start")
            counters.append(None if token.type == "bullet_list_open" else int(1 if start is None else start))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            counters.pop()
        elif token.type == "list_item_open":
            number = counters[-1]
            bullet = "- " if number is None else f"{number}. "
            counters[-1] = None if number is None else number + 1
        elif token.type in {"fence", "code_block"}:
            yield token.content.rstrip("\n")
        elif token.type == "html_block":
            yield TAG.sub("", token.content).strip()
        elif token.type == "inline":
            yield "  " * max(0, len(counters) - 1) + bullet + _inline(token)
            bullet = ""


def _table(group: Sequence["Token"]) -> Iterator[str]:
    """One line a row, each cell after the name of its column: `Parcel: 4.90 EUR; Furniture: 39.00 EUR`."""
    header: list[str] = []
    cells: list[str] = []
    in_header = False
    for token in group:
        if token.type == "thead_open":
            in_header = True
        elif token.type == "thead_close":
            in_header, header, cells = False, cells, []
        elif token.type == "inline":
            cells.append(_inline(token))
        elif token.type == "tr_close" and not in_header:
            named = zip(header, cells, strict=False)
            yield "; ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)
            cells = []


def _inline(token: "Token") -> str:
    parts: list[str] = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"} or child.type == "image":
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
    return "".join(parts).strip()
