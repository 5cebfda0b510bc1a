"""What is looked at before a contribution is taken: is everything there, is nobody's privacy hurt, is it new."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.likeness import DUPLICATE, SAME_TITLE, likeness
from assist.private import Span, private_spans
from knowledge.errors import KnowledgeError
from knowledge.languages import ANY
from knowledge.library import Library
from knowledge.types import PUBLIC, Query
from server.articles import names, repository
from server.articles.content import TEXT_LENGTH, TITLE_LENGTH, as_text
from server.articles.errors import NotAllowed, NotText
from server.articles.repository import REVISIONS, TRANSLATIONS
from server.store.base import Row, all_rows
from server.store.session import Store

SHOWN_FROM = 0.6
"""Likeness from which on an article is shown beside a contribution; from `DUPLICATE` on it stops it."""
MOST_SHOWN = 5
CANDIDATES = 12
FEWEST_LETTERS = {"title": 3, "text": 20, "why": 5}
ASKED_WITH = 600


class ContributionIn(BaseModel):
    """A fix to an article or an article that is missing; what is wrong with it is said field by field.

    `text` is all that the article shall say, as Markdown. `sure` sends it although an article says the same.
    """

    kind: str = Field(default="", max_length=16)
    article_id: str | None = Field(default=None, max_length=400)
    locale: str = Field(default="", max_length=40)
    title: str = Field(default="", max_length=5_000)
    text: str = Field(default="", max_length=1_000_000)
    why: str = Field(default="", max_length=20_000)
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    sure: bool = False


class Private(BaseModel):
    """A private detail in a field, from character `start` to before `end`."""

    label: str
    start: int
    end: int
    field: Literal["title", "text", "why"]


class SimilarArticle(BaseModel):
    """An article that says nearly this; `likeness` from 0 to 1."""

    article_id: str
    locale: str
    title: str
    likeness: float


@dataclass(slots=True, kw_only=True)
class Checked:
    """What was found; `locale` is in its one spelling, `revision` the one that a fix is of."""

    problems: dict[str, str] = field(default_factory=dict)
    private: list[Private] = field(default_factory=list)
    similar: list[SimilarArticle] = field(default_factory=list)
    locale: str = ""
    revision: int | None = None

    @property
    def stops(self) -> list[SimilarArticle]:
        """What is so alike that the author has to be sure."""
        return [one for one in self.similar if one.likeness >= DUPLICATE]


async def look(
    store: Store, library: Library, wanted: ContributionIn, audience: frozenset[str] | None = None
) -> Checked:
    """Return everything that there is to say about a contribution before it is sent.

    `audience` is whose articles the author may read (None: everybody's); of others nothing is said.
    """
    found = Checked(problems=dict(_missing(wanted)))
    try:
        found.locale = names.locale(wanted.locale)
    except NotAllowed as error:
        found.problems["locale"] = error.detail
    async with store.reading() as db:
        if found.locale and wanted.kind == "fix" and wanted.article_id:
            await _fixed(db, wanted, found, audience)
        found.private = await _private(db, wanted, found)
        if found.locale and not {"title", "text"} & set(found.problems):
            found.similar = await _similar(db, library, wanted, found.locale, audience)
    return found


def _missing(wanted: ContributionIn) -> Iterator[tuple[str, str]]:
    if wanted.kind not in {"fix", "new"}:
        yield "kind", "Say whether it is a fix of an article (fix) or an article that is missing (new)."
    if wanted.kind == "fix" and not wanted.article_id:
        yield "article_id", "Say which article this fixes."
    said = {
        "title": "Give it a title that says what it answers.",
        "text": "Write what the article shall say, in a sentence at least.",
        "why": "Say in a few words why this is needed.",
    }
    for name, words in said.items():
        value = getattr(wanted, name)
        if sum(map(str.isalnum, value)) < FEWEST_LETTERS[name]:
            yield name, words
            continue
        try:
            as_text(value)
        except NotText as error:
            yield name, error.detail
    for name, most in (("title", TITLE_LENGTH), ("text", TEXT_LENGTH), ("why", 5_000)):
        if len(getattr(wanted, name)) > most:
            yield name, f"This is too long: at most {most:,} characters."


async def _fixed(db: AsyncConnection, wanted: ContributionIn, found: Checked, audience: frozenset[str] | None) -> None:
    row = await repository.translation(db, wanted.article_id or "", found.locale)
    if row is None or not _is_for(audience, row):
        found.problems["article_id"] = "There is no such article in this language."
        return
    found.revision = row["latest"]
    newest = await repository.needed_revision(db, row["article_id"], row["locale"], row["latest"])
    same = _plain(newest["text"]) == _plain(wanted.text) and _plain(newest["title"]) == _plain(wanted.title)
    if same and "text" not in found.problems:
        found.problems["text"] = "The article says exactly this already."


def _is_for(audience: frozenset[str] | None, row: Row) -> bool:
    return audience is None or not audience.isdisjoint(row["audience"])


def _plain(text: str) -> str:
    return " ".join(text.split())


async def _private(db: AsyncConnection, wanted: ContributionIn, found: Checked) -> list[Private]:
    spans = await asyncio.to_thread(_spans, wanted)
    ours = {span.text: await _is_published(db, span.text) for _, span in spans[:CANDIDATES]}
    return [
        Private(label=span.label, start=span.start, end=span.end, field=name)
        for name, span in spans
        if not ours.get(span.text, False)
    ]


def _spans(wanted: ContributionIn) -> list[tuple[Literal["title", "text", "why"], Span]]:
    """Private details by their fields; what is longer than an article is refused anyhow."""
    spans: list[tuple[Literal["title", "text", "why"], Span]] = []
    spans += [("title", span) for span in private_spans(wanted.title)]
    spans += [("text", span) for span in private_spans(wanted.text[:TEXT_LENGTH])]
    spans += [("why", span) for span in private_spans(wanted.why)]
    return spans


async def _is_published(db: AsyncConnection, text: str) -> bool:
    """Say whether readers see this already: the company's own number, the example in an article."""
    query = (
        select(literal(1))
        .select_from(_published())
        .where(TRANSLATIONS.c.published.is_not(None), REVISIONS.c.text.contains(text, autoescape=True))
        .limit(1)
    )
    return (await db.execute(query)).first() is not None


def _published() -> Any:
    return TRANSLATIONS.join(
        REVISIONS,
        (REVISIONS.c.article_id == TRANSLATIONS.c.article_id)
        & (REVISIONS.c.locale == TRANSLATIONS.c.locale)
        & (REVISIONS.c.number == TRANSLATIONS.c.published),
    )


async def _similar(
    db: AsyncConnection, library: Library, wanted: ContributionIn, locale: str, audience: frozenset[str] | None
) -> list[SimilarArticle]:
    near = await asyncio.to_thread(_searched, library, wanted, locale)
    titles = all_rows(
        await db.execute(
            select(TRANSLATIONS.c.article_id, TRANSLATIONS.c.title, TRANSLATIONS.c.audience).where(
                TRANSLATIONS.c.locale == locale, TRANSLATIONS.c.state != "retired"
            )
        )
    )
    hidden = {row["article_id"] for row in titles if not _is_for(audience, row)}
    titles = [row for row in titles if row["article_id"] not in hidden]
    by_title = await asyncio.to_thread(_alike_titles, wanted.title, titles)
    candidates = [one for one in dict.fromkeys([*near, *by_title]) if one != wanted.article_id and one not in hidden]
    newest = repository.newest_revisions()
    query = select(REVISIONS).select_from(newest).where(
        REVISIONS.c.article_id.in_(candidates), REVISIONS.c.locale == locale
    )  # fmt: skip
    rows = all_rows(await db.execute(query)) if candidates else []
    found = await asyncio.to_thread(lambda: [_compared(wanted, row) for row in rows])
    alike = [one for one in found if one.likeness >= SHOWN_FROM]
    return sorted(alike, key=lambda one: (-one.likeness, one.article_id))[:MOST_SHOWN]


def _compared(wanted: ContributionIn, row: Row) -> SimilarArticle:
    alike = likeness(wanted.text, row["text"])
    # Two articles with one title are one too many, whatever they say; a fix keeps its title.
    if wanted.kind == "new" and (title := likeness(wanted.title, row["title"])) >= SAME_TITLE:
        alike = max(alike, title)
    return SimilarArticle(
        article_id=row["article_id"], locale=row["locale"], title=row["title"], likeness=round(alike, 2)
    )


def _searched(library: Library, wanted: ContributionIn, locale: str) -> list[str]:
    asked = Query(
        text=f"{wanted.title}. {wanted.text[:ASKED_WITH]}",
        locale=locale,
        region=ANY,
        account=ANY,
        audience=frozenset({PUBLIC, "agents"}),
        limit=CANDIDATES,
    )
    try:
        return [hit.passage.article_id for hit in library.search(asked).hits]
    except KnowledgeError:
        # Nothing is served yet, or it cannot be read now: titles are compared all the same.
        return []


def _alike_titles(title: str, rows: Sequence[Row]) -> list[str]:
    from rapidfuzz import fuzz, process

    known = {row["article_id"]: row["title"] for row in rows}
    found = process.extract(title, known, scorer=fuzz.token_sort_ratio, limit=CANDIDATES, score_cutoff=75)
    return [article_id for _, _, article_id in found]
