"""What readers of files give: articles as they were found, or what was wrong where, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from knowledge.types import PUBLIC

TEXT_LIMIT = 200_000
"""Characters of one article's Markdown."""
FILE_LIMIT = 4 * 1024 * 1024
"""Bytes of one article's file, line or row; markup may be larger than the Markdown that comes of it."""
TITLE_LIMIT = 300
SUMMARY_LIMIT = 1000
TYPES = ("article", "faq", "playbook", "incident_note", "disclaimer")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "iso-8859-2", "iso-8859-15", "cp1250", "cp1251")
"""What a file may be said to be written in; without a word it is UTF-8, or what its byte order mark says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for articles that do not say otherwise; `tags` are added to every article's own.

    An empty `encoding` means UTF-8, or what the byte order mark says.
    """

    locale: str = "en"
    type: str = "article"
    audience: tuple[str, ...] = (PUBLIC,)
    tags: tuple[str, ...] = ()
    encoding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticle:
    """One translation as a file has it: Markdown whose links and images still point where they pointed there."""

    source: str
    """The file within the archive, or the name of the file."""
    line: int = 1
    """Line, row or position in that file, from 1."""
    id: str
    locale: str
    title: str
    text: str
    slug: str = ""
    """Only when the file names one."""
    type: str = "article"
    summary: str = ""
    tags: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    """How tags are written for people, where that is more than the tag."""
    regions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    audience: tuple[str, ...] = (PUBLIC,)
    review_by: date | None = None
    revision: int = 0
    """Its number where it comes from; 0 when the file names none."""
    source_locale: str = ""
    source_revision: int = 0
    finished: bool = True
    """False for what is a draft or put away where it comes from."""
    names: tuple[str, ...] = ()
    """What others in the same file may call it by in links; see `knowledge.parsing.names`."""
    base: str = ""
    """The folder that its relative links begin at."""
    notes: tuple[str, ...] = ()
    """What was left out or changed in reading, as sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A piece of a file that is no article, and why; the others are not touched by it."""

    source: str
    line: int
    why: str
    """A sentence without its full stop."""
    code: str = "not_readable"
    """article_too_large, not_text, unsafe_entry, duplicate, incomplete, not_readable."""
    title: str = ""


Read = ReadArticle | Problem
