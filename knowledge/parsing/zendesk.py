"""An export of Zendesk Guide: what its Help Center API gives for articles, sections, categories and translations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from knowledge.parsing.archive import Unreadable
from knowledge.parsing.drafts import FILE_LIMIT, Defaults, Problem, Read, ReadArticle
from knowledge.parsing.html_pages import DEEPEST, TooDeep, markdown_of
from knowledge.parsing.json_pieces import TooLargePiece, views
from knowledge.parsing.names import address_names, locale_of
from knowledge.parsing.plain import NotText
from knowledge.parsing.records import Found, article_of

Fields = Mapping[str, Any]


@dataclass(slots=True)
class _Guide:
    """What is needed beside an article to understand it."""

    sections: dict[str, Fields] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    sources: dict[str, ReadArticle] = field(default_factory=dict)
    """Articles by Zendesk's number, without their text: for translations that stand elsewhere in the file."""

    def tags(self, article: Fields) -> list[str]:
        """Labels, and the names of section and category."""
        labels = article.get("label_names")
        names = [str(label) for label in labels] if isinstance(labels, list) else []
        section = self.sections.get(str(article.get("section_id")), {})
        for _ in range(6):
            if not section:
                break
            names.append(str(section.get("name") or ""))
            category = self.categories.get(str(section.get("category_id")), "")
            section = self.sections.get(str(section.get("parent_section_id")), {})
            if not section and category:
                names.append(category)
        return names


def read_zendesk(path: Path, name: str, defaults: Defaults) -> Iterator[Read]:
    """Articles, each followed by its translations; `Unreadable` when there is no list of articles."""
    guide, articles = _Guide(), 0
    with views(path) as files:
        for _, members in files:
            for member in members:
                if isinstance(member, TooLargePiece):
                    continue
                kind, _, fields = member
                articles += kind in {"articles", ""} and "body" in fields
                if kind == "sections":
                    guide.sections[str(fields.get("id"))] = fields
                elif kind == "categories":
                    guide.categories[str(fields.get("id"))] = str(fields.get("name") or "")
    if not articles:
        message = "there is no list `articles` with a `body` in each, as Zendesk's Help Center API gives it"
        raise Unreadable(message, source=name)
    for kinds in ({"articles", ""}, {"translations"}):
        with views(path) as files:
            for file, members in files:
                for member in members:
                    yield from _member(member, kinds, file or name, guide, defaults)


def _member(
    member: tuple[str, int, Any] | TooLargePiece, kinds: set[str], source: str, guide: _Guide, defaults: Defaults
) -> Iterator[Read]:
    if isinstance(member, TooLargePiece):
        if member.name in kinds:
            why = f"it has more than {2 * FILE_LIMIT:,} bytes"
            yield Problem(source=source, line=member.line, why=why, code="article_too_large")
        return
    kind, line, fields = member
    if kind not in kinds or "body" not in fields:
        return
    where = Found(source=source, line=line)
    if kind == "translations":
        known = guide.sources.get(str(fields.get("source_id")))
        if known is not None and locale_of(str(fields.get("locale") or "")) != known.locale:
            yield _translation(fields, known, where, defaults)
        return
    read = _article(fields, where, guide, defaults)
    yield read
    if isinstance(read, ReadArticle):
        guide.sources[str(fields.get("id"))] = read
        for translation in fields.get("translations") or ():
            locale = locale_of(str(translation.get("locale") or "")) if isinstance(translation, dict) else ""
            if locale and locale != read.locale:
                yield _translation(translation, read, where, defaults)


def _article(fields: Fields, where: Found, guide: _Guide, defaults: Defaults) -> Read:
    address = str(fields.get("html_url") or "")
    number = str(fields.get("id") or "")
    given = {
        "id": number,
        "title": fields.get("title") or fields.get("name"),
        "locale": fields.get("source_locale") or fields.get("locale"),
        "source_locale": fields.get("source_locale") or fields.get("locale"),
        "tags": guide.tags(fields),
        "draft": fields.get("draft"),
        "url": address,
        # Who may see it is decided there by segments that we do not know: staff until somebody says otherwise.
        "audience": ["agents"] if fields.get("user_segment_id") else None,
    }
    names = dict.fromkeys((f"help:{urlsplit(address).netloc.lower()}:{number}", f"help::{number}"))
    return _read(fields, given, Found(source=where.source, line=where.line, names=tuple(names)), defaults)


def _translation(fields: Fields, source: ReadArticle, where: Found, defaults: Defaults) -> Read:
    given = {
        "id": source.id,
        "title": fields.get("title"),
        "locale": fields.get("locale"),
        "source_locale": source.locale,
        "tags": [source.labels.get(tag, tag) for tag in source.tags],
        "audience": list(source.audience),
        "draft": fields.get("draft"),
    }
    names = address_names(str(fields.get("html_url") or ""))
    return _read(fields, given, Found(source=where.source, line=where.line, names=names), defaults)


def _read(fields: Fields, given: dict[str, Any], found: Found, defaults: Defaults) -> Read:
    title = str(given.get("title") or "")[:300]
    try:
        given["text"] = markdown_of(str(fields.get("body") or ""))
    except TooDeep:
        why = f"its elements are nested more than {DEEPEST} deep"
        return Problem(source=found.source, line=found.line, why=why, title=title)
    except NotText as problem:
        return Problem(source=found.source, line=found.line, why=problem.why, code="not_text", title=title)
    return article_of(given, found, defaults)
