"""What an editor should know about a text before it goes to readers; nothing of it forbids to save."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.likeness import likeness
from knowledge.errors import KnowledgeError
from knowledge.languages import ANY, chain, language
from knowledge.library import Library
from knowledge.types import Query
from server.articles import images, readability, repository
from server.articles.readability import ReadingLevel
from server.articles.repository import ARTICLES, REVISIONS, TRANSLATIONS
from server.articles.shapes import LinkedImage
from server.articles.workbench.drafts import figures_of
from server.store.base import Row, all_rows
from server.store.session import Store

SIMILAR_FROM = 0.6
"""Below this likeness two articles have nothing to do with each other."""
MOST_SIMILAR = 5
CANDIDATES = 12


class LinkCheck(BaseModel):
    """A link to another article: whether readers get there, and if not, why not."""

    target: str
    ok: bool
    why: Literal["missing", "retired", "not_published", "itself"] | None


class Similar(BaseModel):
    """An article that says much the same; `likeness` goes from 0 to 1."""

    article_id: str
    locale: str
    title: str
    likeness: float


class Attached(BaseModel):
    """A disclaimer that readers would see with it, where they are in its region."""

    article_id: str
    title: str
    regions: list[str]


class QueryCount(BaseModel):
    """How many judged queries a draft wins and loses, and the measurements `before` and `after` that say so."""

    wins: int
    losses: int
    before: UUID
    after: UUID


class Checks(BaseModel):
    """What was found in a translation's newest revision; `queries` is None until the workbench has measured it."""

    revision: int
    links: list[LinkCheck]
    images: list[LinkedImage]
    words: int
    reading_minutes: int
    reading_level: ReadingLevel | None
    similar: list[Similar]
    disclaimers: list[Attached]
    queries: QueryCount | None = None


async def links_of(
    connection: AsyncConnection, article_id: str | None, links: Sequence[str], pictures: Sequence[str]
) -> tuple[list[LinkCheck], list[LinkedImage]]:
    """Return what the links and images of a text lead to; a link not yet published is all right until it is shown."""
    there = await repository.known_articles(connection, links)
    checked = [
        LinkCheck(target=name, ok=(why := _why(name, article_id, there)) in _HARMLESS, why=why) for name in links
    ]
    known = await images.known(connection, pictures)
    return checked, [LinkedImage(id=name, ok=name in known) for name in pictures]


_HARMLESS = frozenset({None, "not_published", "itself"})


def _why(
    name: str, article_id: str | None, there: dict[str, Row]
) -> Literal["missing", "retired", "not_published", "itself"] | None:
    if name == article_id:
        return "itself"
    if name not in there:
        return "missing"
    if there[name]["state"] == "retired":
        return "retired"
    return "not_published" if there[name]["published"] is None else None


def linked(text: str) -> tuple[list[str], list[str]]:
    """Return the articles and images that a text links to, as its readers would get them, each once."""
    from knowledge.rendering import render

    try:
        found = render(text, link=lambda _: "", image=lambda _: "")
    except KnowledgeError:
        return images.named_in(text)
    return list(found.links), list(found.images)


async def checks(store: Store, library: Library, article_id: str, locale: str) -> Checks:
    """Check a translation's newest revision; raise what is not there."""
    async with store.reading() as db:
        row = await repository.needed_translation(db, article_id, locale)
        newest = await repository.needed_revision(db, article_id, locale, row["latest"])
        article = await repository.needed_article(db, article_id)
    text = newest["text"]
    links, pictures = await asyncio.to_thread(linked, text)
    near = await asyncio.to_thread(_neighbours, library, newest)
    async with store.reading() as db:
        checked, pictured = await links_of(db, article_id, links, pictures)
        candidates = await _candidates(db, newest, near)
        disclaimers = [] if article["type"] == "disclaimer" else await attached(db, newest)
        measured = await figures_of(db, article_id, locale, newest["number"])
    words = await asyncio.to_thread(lambda: len(readability.words_of(readability.prose(text))))
    return Checks(
        revision=newest["number"],
        links=checked,
        images=pictured,
        words=words,
        reading_minutes=readability.reading_minutes(words),
        reading_level=await asyncio.to_thread(readability.reading_level, text, locale),
        similar=await asyncio.to_thread(_similar, newest, candidates),
        disclaimers=disclaimers,
        queries=QueryCount.model_validate(measured, from_attributes=True) if measured else None,
    )


def _neighbours(library: Library, revision: Row) -> set[str]:
    """Return the served articles whose meaning is nearest, for whoever they are."""
    text = f"{revision['title']} {revision['summary']} {readability.prose(revision['text'])}"[:600]
    everybody = frozenset({"public", "agents", *revision["audience"]})
    asked = Query(text=text, locale=revision["locale"], region=ANY, account=ANY, audience=everybody, limit=CANDIDATES)
    try:
        return {hit.passage.article_id for hit in library.search(asked).hits}
    except KnowledgeError:
        # Nothing is served yet, or the search is down: titles alone have to do.
        return set()


async def _candidates(connection: AsyncConnection, revision: Row, near: Collection[str]) -> list[Row]:
    """Return the newest texts that may say the same: the nearest served ones, and those whose titles are most alike."""
    from rapidfuzz import fuzz, process

    where = TRANSLATIONS.c.locale == revision["locale"]
    others = (TRANSLATIONS.c.article_id != revision["article_id"]) & (TRANSLATIONS.c.state != "retired")
    titles = {
        row.article_id: row.title
        for row in await connection.execute(
            select(TRANSLATIONS.c.article_id, TRANSLATIONS.c.title).where(where, others)
        )
    }
    alike = process.extract(revision["title"], titles, scorer=fuzz.token_set_ratio, limit=CANDIDATES, score_cutoff=50)
    wanted = (set(near) & set(titles)) | {name for _, _, name in alike}
    columns = (REVISIONS.c.article_id, REVISIONS.c.locale, REVISIONS.c.title, REVISIONS.c.summary, REVISIONS.c.text)
    query = (
        select(*columns)
        .select_from(repository.newest_revisions())
        .where(where, TRANSLATIONS.c.article_id.in_(sorted(wanted)))
    )
    return all_rows(await connection.execute(query))


def _similar(revision: Row, candidates: Sequence[Row]) -> list[Similar]:
    own = _said(revision)
    found = [
        Similar(
            article_id=other["article_id"],
            locale=other["locale"],
            title=other["title"],
            likeness=round(likeness(own, _said(other)), 3),
        )
        for other in candidates
    ]
    found = [other for other in found if other.likeness >= SIMILAR_FROM]
    return sorted(found, key=lambda other: (-other.likeness, other.article_id))[:MOST_SIMILAR]


def _said(row: Row) -> str:
    return f"{row['title']}\n{row['summary']}\n{row['text']}"


async def attached(connection: AsyncConnection, revision: Row) -> list[Attached]:
    """Return the published disclaimers that readers of a revision would see, wherever in its regions they are."""
    query = (
        select(TRANSLATIONS, ARTICLES.c.source_locale)
        .join(ARTICLES, ARTICLES.c.id == TRANSLATIONS.c.article_id)
        .where(ARTICLES.c.type == "disclaimer", TRANSLATIONS.c.published.is_not(None))
        .order_by(TRANSLATIONS.c.article_id)
    )
    best: dict[str, Row] = {}
    for row in all_rows(await connection.execute(query)):
        here = not row["regions"] or not revision["regions"] or set(row["regions"]) & set(revision["regions"])
        about = not row["tags"] or set(row["tags"]) & set(revision["tags"])
        if here and about:
            known = best.get(row["article_id"])
            if known is None or _rank(row, revision["locale"]) < _rank(known, revision["locale"]):
                best[row["article_id"]] = row
    return [Attached(article_id=name, title=row["title"], regions=row["regions"]) for name, row in best.items()]


def _rank(row: Row, locale: str) -> int:
    """How far a translation is from the reader's locale: itself, its language, the source, any other."""
    if row["locale"] == locale:
        return 0
    if row["locale"].lower() in chain(locale) or language(row["locale"]) == language(locale):
        return 1
    return 2 if row["locale"] == row["source_locale"] else 3
