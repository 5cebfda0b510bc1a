"""What was read from a file as rows of an import, and back as what an article says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from knowledge.parsing.drafts import Problem, Read, ReadArticle
from knowledge.parsing.linking import Linking
from server.articles import names
from server.articles.content import Content, content_from, digest_of
from server.articles.errors import NotAllowed
from server.articles.imports.repository import READ
from server.store.base import Row

SOURCE_LENGTH = 400
CONTENT = ("title", "summary", "text", "tags", "regions", "accounts", "audience")
CHARACTERS_AT_ONCE = 400_000
ARTICLES_AT_ONCE = 50


def batches(reads: Iterator[Read]) -> Iterator[list[Read]]:
    """Yield what was read in lists that are small in number and in size, so that storing one never takes long."""
    batch: list[Read] = []
    size = 0
    for read in reads:
        batch.append(read)
        size += len(read.text) if isinstance(read, ReadArticle) else 0
        if len(batch) >= ARTICLES_AT_ONCE or size >= CHARACTERS_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass(slots=True)
class Staging:
    """Makes rows of one import, and remembers what would stand there twice."""

    import_id: UUID
    linking: Linking = field(default_factory=Linking)
    position: int = 0
    _places: dict[tuple[str, str], str] = field(default_factory=dict)
    _slugs: dict[str, tuple[str, str]] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)
    """The source locale that an article's files name."""

    def source_of(self, article_id: str, wanted: str, own: str, default: str) -> str:
        """Return which locale of an article is its source: a named one that the file has, else the default one."""
        for locale in (wanted, self._named.get(article_id, ""), default):
            if locale and (article_id, locale) in self._places:
                return locale
        return own

    def rows(self, reads: list[Read]) -> list[dict[str, Any]]:
        """Return the rows of some articles and problems."""
        return [self._row(read) for read in reads]

    def _row(self, read: Read) -> dict[str, Any]:
        self.position += 1
        checked = self._checked(read) if isinstance(read, ReadArticle) else read
        row = {"import_id": self.import_id, "position": self.position, "source": checked.source[:SOURCE_LENGTH]}
        if isinstance(checked, Problem):
            said = {"title": checked.title, "line": checked.line, "code": checked.code}
            why = f"{checked.why[:1].upper()}{checked.why[1:]}."
            return {**row, "article_id": None, "locale": None, "data": said, "would": "broken", "detail": why}
        data = _data(checked)
        return {
            **row,
            "article_id": checked.id,
            "locale": checked.locale,
            "data": data,
            "would": READ,
            "detail": " ".join(checked.notes),
        }

    def _checked(self, read: ReadArticle) -> Read:
        """The article under names that hold here, or the problem that it stands here twice."""
        here = f"{read.source}, line {read.line}" if read.line > 1 else read.source
        try:
            locale = names.locale(read.locale)
            article_id = read.id if read.id not in names.RESERVED else f"{read.id}-article"
            names.article_id(article_id)
        except NotAllowed as error:
            return _problem(read, error.detail.rstrip("."), "incomplete")
        slug = read.slug if read.slug not in names.RESERVED else f"{read.slug}-article"
        read = replace(read, id=article_id, locale=locale, slug=slug[: names.SLUG_LENGTH].strip("-"))
        first = self._places.setdefault((read.id, read.locale), here)
        if first != here:
            return _problem(read, f"`{read.id}` in {read.locale} is already in {first}", "duplicate")
        if slug:
            holder, where = self._slugs.setdefault(slug, (read.id, here))
            if holder != read.id:
                del self._places[read.id, read.locale]
                return _problem(read, f"the slug `{slug}` is already that of `{holder}` in {where}", "duplicate")
        if read.source_locale:
            self._named.setdefault(read.id, read.source_locale)
        self.linking.add(read)
        return read


def _problem(read: ReadArticle, why: str, code: str) -> Problem:
    return Problem(source=read.source, line=read.line, why=why, code=code, title=read.title)


def _data(read: ReadArticle) -> dict[str, Any]:
    return {
        "line": read.line,
        "title": read.title,
        "summary": read.summary,
        "text": read.text,
        "tags": list(read.tags),
        "labels": {name: label[:120] for name, label in read.labels.items()},
        "regions": list(read.regions),
        "accounts": list(read.accounts),
        "audience": list(read.audience),
        "type": read.type,
        "slug": read.slug,
        "review_by": read.review_by.isoformat() if read.review_by else None,
        "revision": read.revision,
        "source_locale": read.source_locale,
        "source_revision": read.source_revision,
        "finished": read.finished,
        "base": read.base,
        "notes": list(read.notes),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a row's article says, checked, with its digest."""

    content: Content
    digest: str


def meant(row: Row) -> Meant:
    """Return what an article says by its row; raises `Invalid` and its family."""
    content = content_from({name: row["data"][name] for name in CONTENT})
    return Meant(content=content, digest=digest_of(content))


def review_date(data: Mapping[str, Any]) -> date | None:
    """Return the day by which an article should be looked at again, as its row has it."""
    return date.fromisoformat(data["review_by"]) if data["review_by"] else None
