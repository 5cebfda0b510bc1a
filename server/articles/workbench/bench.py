"""Measuring a release, or a draft on it, with every judged query that is active."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from knowledge.errors import KnowledgeError, ReleaseMissing
from knowledge.types import Article, Query, SearchResult
from server.articles import repository as articles
from server.articles.content import digest_of, to_knowledge
from server.articles.errors import RevisionNotFound
from server.articles.people import Editor
from server.articles.workbench import repository
from server.articles.workbench.errors import MeasuringFailed
from server.articles.workbench.judged import Judged, judged_of
from server.articles.workbench.measure import Figures, measure
from server.articles.workbench.shapes import RunDraft, RunIn
from server.house import House
from server.store.base import Row

NEXT = 2**31 - 1
"""The revision of a text that is not saved: newer than any."""


async def run(house: House, wanted: RunIn, by: Editor) -> Row:
    """Measure, store the measurement, and return its row.

    A draft is measured together with the release that it is put on, unless that was measured already: one figure
    alone says nothing of a draft.

    Raises `MeasuringFailed`, and `RevisionNotFound` for a draft that is not there.
    """
    draft = None if wanted.draft is None else await _article(house, wanted.draft)
    if draft is not None and not await _is_measured(house, wanted.release):
        await run(house, RunIn(release=wanted.release), by)
    async with house.store.reading() as connection:
        queries = [judged_of(row) for row in await repository.active(connection)]
    began = time.perf_counter()
    try:
        release = wanted.release or _served(house)
        await house.publisher.make_readable(release)
        figures = await asyncio.to_thread(_measured, house, release, draft, queries)
    except KnowledgeError as error:
        raise MeasuringFailed(error) from error
    values: dict[str, Any] = {
        "id": house.ids(),
        "release": release,
        "subject": _subject(wanted.draft, draft),
        "figures": {**figures.numbers, "took_ms": round((time.perf_counter() - began) * 1000)},
        "rows": [row.as_json() for row in figures.rows],
        "by": by.name,
        "at": house.clock(),
    }
    async with house.store.writing() as connection:
        await repository.save_run(connection, values)
        await repository.forget_runs(connection)
    return values


async def _is_measured(house: House, release: str | None) -> bool:
    info = house.library.serving()
    wanted = release or (info.id if info else None)
    async with house.store.reading() as connection:
        return any(row["release"] == wanted and not row["subject"] for row in await repository.newest_runs(connection))


def _served(house: House) -> str:
    info = house.library.serving()
    if info is None:
        raise ReleaseMissing("")
    return info.id


def _measured(house: House, release: str, draft: Article | None, queries: Sequence[Judged]) -> Figures:
    if draft is not None:
        with house.library.trial(release, put=[draft]) as trial:
            return measure(trial.search, queries)

    def search(query: Query) -> SearchResult:
        return house.library.search(query, release=release)

    return measure(search, queries)


async def _article(house: House, draft: RunDraft) -> Article:
    """Return a draft as the library takes it."""
    async with house.store.reading() as connection:
        article = await articles.article(connection, draft.article_id)
        if draft.content is not None:
            return to_knowledge(article or _new(draft), _unsaved(house, draft))
        latest = await articles.translation(connection, draft.article_id, draft.locale)
        number = draft.revision or (latest["latest"] if latest else 0)
        revision = await articles.revision(connection, draft.article_id, draft.locale, number)
    if article is None or revision is None:
        raise RevisionNotFound(number)
    return to_knowledge(article, revision)


def _new(draft: RunDraft) -> Row:
    return {"type": "article", "slug": draft.article_id, "source_locale": draft.locale, "review_by": None}


def _unsaved(house: House, draft: RunDraft) -> Row:
    content = draft.content
    assert content is not None  # noqa: S101  # asked for by the only caller
    return {
        **content.model_dump(),
        "article_id": draft.article_id,
        "locale": draft.locale,
        "number": NEXT,
        "source_revision": None,
        "digest": digest_of(content),
        "at": house.clock(),
    }


def _subject(draft: RunDraft | None, article: Article | None) -> dict[str, Any]:
    if draft is None or article is None:
        return {}
    revision = None if draft.content is not None else article.revision
    return {"article_id": draft.article_id, "locale": draft.locale, "revision": revision}
