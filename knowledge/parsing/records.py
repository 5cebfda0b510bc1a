"""Fields by many names to one article: front matter, rows of a table and lines of JSON end up here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from knowledge.parsing.drafts import SUMMARY_LIMIT, TYPES, Defaults, Problem, Read, ReadArticle
from knowledge.parsing.names import address_names, article_id, locale_of, slugged, tag_name
from knowledge.parsing.plain import NotText, cleaned, too_long

FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "article_id", "key"),
    "title": ("title", "name", "question", "subject", "headline"),
    "text": ("text", "body", "content", "answer", "markdown"),
    "locale": ("locale", "language", "lang"),
    "slug": ("slug", "permalink"),
    "type": ("type",),
    "summary": ("summary", "description", "excerpt"),
    "tags": ("tags", "labels", "label_names", "categories", "category", "keywords", "topics"),
    "regions": ("regions", "region"),
    "accounts": ("accounts", "account", "brands", "brand"),
    "audience": ("audience",),
    "review_by": ("review_by", "review-by", "reviewby"),
    "revision": ("revision",),
    "source_locale": ("source_locale",),
    "source_revision": ("source_revision",),
    "draft": ("draft",),
    "status": ("status", "state"),
    "address": ("url", "html_url", "address"),
    "aliases": ("aliases",),
    "updated": ("updated", "updated_at", "date", "lastmod", "ms.date", "created", "created_at"),
}
"""Our name of a field, and the names that it goes by elsewhere, best first."""

KNOWN = {name: ours for ours, names in FIELDS.items() for name in names}
QUIET = re.compile(r"ms\.|metadata$|author|sidebar_|nav_|layout$|weight$|toc|hide_|image$|manager$|services?$")
"""Fields of other systems that say nothing about an article's content; nobody needs to hear that they are left out."""
FINISHED = frozenset({"", "published", "public", "approved", "live", "1", "true"})
YES = frozenset({"true", "yes", "1", "on"})
SPLIT = re.compile(r"[;,|]")
REGION = re.compile(r"[A-Za-z0-9-]{1,8}")
AUDIENCE = re.compile(r"public|agents|team:[^\s,;|]{1,60}")


class Wrong(ValueError):
    """A field that makes an article impossible; the message is part of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a record was found, and what is known of it besides its fields."""

    source: str
    line: int = 1
    text: str | None = None
    """The article's text, where it is not a field."""
    title: str = ""
    """What it is called when no field says so."""
    id: str = ""
    """Its id when no field gives one."""
    locale: str = ""
    """Its locale when no field says so, as its folder does."""
    names: tuple[str, ...] = ()
    base: str = ""
    text_line: int = 1


@dataclass(slots=True)
class _Record:
    """The fields of one record under our names, with what was odd about them."""

    fields: dict[str, Any]
    notes: list[str] = field(default_factory=list)

    def word(self, name: str) -> str:
        """A field as one text."""
        value = self.fields.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) and name == "locale":
            # YAML reads a bare `no` as false, which is also the code of Norwegian.
            return "" if value else "no"
        if isinstance(value, Mapping | list | tuple):
            message = f"`{name}` must be one text"
            raise Wrong(message)
        return cleaned(str(value)).strip()

    def prose(self, name: str) -> str:
        """A field as a text whose spaces at the beginning count, as those of code do."""
        value = self.fields.get(name)
        return cleaned(value) if isinstance(value, str) else self.word(name)

    def words(self, name: str) -> tuple[str, ...]:
        """A field as a list of texts: a list, or one text parted by commas, semicolons or bars."""
        value = self.fields.get(name)
        if value is None or value == "":
            return ()
        many: Iterable[Any] = value if isinstance(value, list | tuple) else SPLIT.split(str(value))
        found: list[str] = []
        for one in many:
            if isinstance(one, Mapping):
                # Docusaurus writes tags as {label, permalink}.
                one = one.get("label") or one.get("name") or one.get("title") or ""
            if isinstance(one, str | int | float) and not isinstance(one, bool) and str(one).strip():
                found.append(cleaned(str(one)).strip())
        return tuple(dict.fromkeys(found))

    def number(self, name: str) -> int:
        """A field as a number that counts from 1; 0 when it is none."""
        text = self.word(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def day(self, name: str) -> date | None:
        """A field as a date; one that cannot be read is noted."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip()[:10])
        except ValueError:
            self.notes.append(f"`{name}` is no date like 2026-01-31 and was left out.")
            return None


def article_of(fields: Mapping[str, Any], found: Found, defaults: Defaults) -> Read:
    """The article that these fields make, or what is wrong with them."""
    ours, unknown = _ours(fields)
    record = _Record(ours)
    if unknown:
        record.notes.append(f"Not known and left out: {', '.join(unknown[:12])}.")
    try:
        return _article(record, found, defaults)
    except NotText as problem:
        line = found.text_line + problem.line - 1
        return Problem(source=found.source, line=line, why=problem.why, code="not_text", title=found.title)
    except Wrong as problem:
        title = ours.get("title")
        shown = title[:300] if isinstance(title, str) else found.title
        return Problem(source=found.source, line=found.line, why=str(problem), code="incomplete", title=shown)


def _article(record: _Record, found: Found, defaults: Defaults) -> Read:
    text = (cleaned(found.text) if found.text is not None else record.prose("text")).strip("\n").rstrip()
    title = " ".join((record.word("title") or found.title).split())
    if not title:
        message = "it has no title"
        raise Wrong(message)
    if not text:
        message = "it has no text"
        raise Wrong(message)
    if why := too_long(title, text):
        return Problem(source=found.source, line=found.line, why=why, code="article_too_large", title=title[:300])
    given = record.word("id")
    tags = {tag_name(word): word for word in (*record.words("tags"), *defaults.tags) if tag_name(word)}
    slug = record.word("slug")
    names = [*found.names, *(f"id:{one}" for one in {given, given.lower()} if one)]
    for address in (record.word("address"), slug if slug.startswith("/") else "", *record.words("aliases")):
        names.extend(address_names(address) if address else ())
    return ReadArticle(
        source=found.source,
        line=found.line,
        id=article_id(given) or found.id or slugged(title),
        locale=_locale(record, found, defaults),
        title=title,
        text=text,
        slug=slugged(slug.strip("/").rpartition("/")[2]),
        type=_type(record, defaults),
        summary=_summary(record),
        tags=tuple(tags),
        labels={name: word for name, word in tags.items() if word != name},
        regions=_regions(record),
        accounts=record.words("accounts"),
        audience=_audience(record, defaults),
        review_by=record.day("review_by"),
        revision=record.number("revision"),
        source_locale=locale_of(record.word("source_locale")),
        source_revision=record.number("source_revision"),
        finished=_finished(record),
        names=tuple(dict.fromkeys(names)),
        base=found.base,
        notes=tuple(record.notes),
    )


def _ours(fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields under our names; of several that mean the same the best name wins. And those nobody knows."""
    lowered = {str(name).strip().lower().replace(" ", "_"): value for name, value in fields.items()}
    ours: dict[str, Any] = {}
    for name, aliases in FIELDS.items():
        value = next((lowered[one] for one in aliases if _is_said(lowered.get(one))), None)
        if value is not None:
            ours[name] = value
    return ours, [name for name in lowered if name and name not in KNOWN and not QUIET.match(name)]


def _is_said(value: Any) -> bool:
    return value is not None and value != "" and value != []


def _locale(record: _Record, found: Found, defaults: Defaults) -> str:
    said = record.word("locale")
    locale = locale_of(said)
    if said and not locale:
        message = f"`{said[:40]}` is no locale like en or de-AT"
        raise Wrong(message)
    return locale or found.locale or defaults.locale


def _type(record: _Record, defaults: Defaults) -> str:
    said = record.word("type").lower().replace("-", "_").replace(" ", "_")
    if said and said not in TYPES:
        record.notes.append(f"The type `{said[:40]}` is not known here; it becomes {defaults.type}.")
        return defaults.type
    return said or defaults.type


def _summary(record: _Record) -> str:
    summary = record.word("summary")
    if len(summary) <= SUMMARY_LIMIT:
        return summary
    record.notes.append(f"The summary was cut to {SUMMARY_LIMIT} characters.")
    return summary[: SUMMARY_LIMIT - 1].rpartition(" ")[0] + "…"


def _regions(record: _Record) -> tuple[str, ...]:
    regions = record.words("regions")
    for region in regions:
        if not REGION.fullmatch(region):
            # To leave it out would show the article everywhere.
            message = f"`{region[:40]}` is no region like DE"
            raise Wrong(message)
    return regions


def _audience(record: _Record, defaults: Defaults) -> tuple[str, ...]:
    audience = record.words("audience")
    for one in audience:
        if not AUDIENCE.fullmatch(one):
            # To leave it out could show to everybody what is meant for a few.
            message = f"`{one[:40]}` is no audience; there are public, agents and team:<name>"
            raise Wrong(message)
    return audience or defaults.audience


def _finished(record: _Record) -> bool:
    status = record.word("status").lower()
    draft = record.word("draft").lower() in YES
    if draft or status not in FINISHED:
        record.notes.append(f"It is {'a draft' if draft or status == 'draft' else status[:40]} where it comes from.")
        return False
    return True
