"""Judged queries and measurements in the database, and the gate's limits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.workbench.gate import GateLimit
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import Article, ArticleTranslation, JudgedQuery, Policy, WorkbenchRun

QUERIES = rows_of(JudgedQuery)
RUNS = rows_of(WorkbenchRun)
POLICIES = rows_of(Policy)
ARTICLES = rows_of(Article)
TRANSLATIONS = rows_of(ArticleTranslation)
GATE = "release_gate"
MOST = 5_000
"""Queries of one measurement: more would take minutes."""
RUNS_KEPT = 100


async def active(connection: AsyncConnection) -> list[Row]:
    """Return the judged queries that count, oldest first."""
    query = select(QUERIES).where(QUERIES.c.active).order_by(QUERIES.c.at, QUERIES.c.id).limit(MOST)
    return all_rows(await connection.execute(query))


async def query(connection: AsyncConnection, id: UUID) -> Row | None:
    """Return one judged query."""
    return one_row(await connection.execute(select(QUERIES).where(QUERIES.c.id == id)))


async def listed(
    connection: AsyncConnection,
    *,
    words: str = "",
    article: str = "",
    locale: str = "",
    is_active: bool | None = None,
    after: UUID | None = None,
    limit: int,
) -> list[Row]:
    """Return judged queries, newest first (their ids sort by time), that match all that is given."""
    found = select(QUERIES).order_by(QUERIES.c.id.desc()).limit(limit)
    if words:
        found = found.where(QUERIES.c.text.icontains(words, autoescape=True))
    if article:
        # The id with its quotes, as it stands in the JSON of both databases.
        found = found.where(cast(QUERIES.c.expected, String).contains(f'"{article}"', autoescape=True))
    if locale:
        found = found.where(QUERIES.c.locale == locale)
    if is_active is not None:
        found = found.where(QUERIES.c.active.is_(is_active))
    if after is not None:
        found = found.where(QUERIES.c.id < after)
    return all_rows(await connection.execute(found))


async def count(connection: AsyncConnection) -> int:
    """Return how many judged queries there are."""
    return (await connection.execute(select(func.count()).select_from(QUERIES))).scalar_one()


async def known_texts(connection: AsyncConnection) -> set[tuple[str, str]]:
    """Return locale and text of every judged query, so that an import does not bring one twice."""
    return {(row.locale, row.text) for row in await connection.execute(select(QUERIES.c.locale, QUERIES.c.text))}


async def save_queries(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new judged queries."""
    if rows:
        await connection.execute(insert(QUERIES), [dict(row) for row in rows])


async def change_query(connection: AsyncConnection, id: UUID, version: int, values: Mapping[str, Any]) -> bool:
    """Change a judged query if it still has this version."""
    changed = await connection.execute(
        update(QUERIES).where(QUERIES.c.id == id, QUERIES.c.version == version).values(**values, version=version + 1)
    )
    return bool(changed.rowcount)


async def drop_query(connection: AsyncConnection, id: UUID) -> bool:
    """Forget a judged query."""
    return bool((await connection.execute(delete(QUERIES).where(QUERIES.c.id == id))).rowcount)


async def titles(connection: AsyncConnection, ids: Sequence[str], locale: str | None = None) -> dict[str, str]:
    """Return the titles of articles, in this locale where they have it, otherwise in the one they were written in."""
    if not ids:
        return {}
    own = TRANSLATIONS.c.locale == ARTICLES.c.source_locale
    query = (
        select(TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale, TRANSLATIONS.c.title)
        .join(ARTICLES, ARTICLES.c.id == TRANSLATIONS.c.article_id)
        .where(TRANSLATIONS.c.article_id.in_(sorted(set(ids))[:500]))
        .where(own if locale is None else or_(own, TRANSLATIONS.c.locale == locale))
    )
    found: dict[str, str] = {}
    for row in await connection.execute(query):
        if row.locale == locale or row.article_id not in found:
            found[row.article_id] = row.title
    return found


async def unknown_articles(connection: AsyncConnection, ids: Sequence[str]) -> list[str]:
    """Return which of these articles there are not."""
    wanted = sorted(set(ids))
    there: set[str] = set()
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        there |= {row.id for row in await connection.execute(select(ARTICLES.c.id).where(ARTICLES.c.id.in_(part)))}
    return [one for one in wanted if one not in there]


async def save_run(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Store a measurement."""
    await connection.execute(insert(RUNS).values(**values))


async def forget_runs(connection: AsyncConnection) -> None:
    """Forget all measurements but the newest `RUNS_KEPT`."""
    kept = select(RUNS.c.id).order_by(RUNS.c.at.desc(), RUNS.c.id.desc()).limit(RUNS_KEPT)
    await connection.execute(delete(RUNS).where(RUNS.c.id.not_in(kept)))


async def run(connection: AsyncConnection, id: UUID) -> Row | None:
    """Return one measurement with its rows."""
    return one_row(await connection.execute(select(RUNS).where(RUNS.c.id == id)))


async def runs(connection: AsyncConnection, *, before: datetime | None, limit: int) -> list[Row]:
    """Return measurements without their rows, newest first."""
    columns = (RUNS.c.id, RUNS.c.release, RUNS.c.subject, RUNS.c.figures, RUNS.c.by, RUNS.c.at)
    query = select(*columns).order_by(RUNS.c.at.desc(), RUNS.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(RUNS.c.at < before)
    return all_rows(await connection.execute(query))


async def newest_runs(connection: AsyncConnection, *, limit: int = 100) -> list[Row]:
    """Return what the newest measurements were of, without what they found, newest first."""
    query = select(RUNS.c.id, RUNS.c.release, RUNS.c.subject, RUNS.c.at)
    return all_rows(await connection.execute(query.order_by(RUNS.c.at.desc(), RUNS.c.id.desc()).limit(limit)))


async def gate_limit(connection: AsyncConnection) -> tuple[int, GateLimit]:
    """Return the gate's limits in force with their version; version 0 are the defaults."""
    query = select(POLICIES).where(POLICIES.c.name == GATE).order_by(POLICIES.c.version.desc()).limit(1)
    row = one_row(await connection.execute(query))
    return (0, GateLimit()) if row is None else (row["version"], GateLimit.model_validate(row["data"]))


async def save_gate_limit(
    connection: AsyncConnection, limit: GateLimit, *, version: int, by: str, now: datetime
) -> None:
    """Store new limits as this version; raise `IntegrityError` when somebody else was faster."""
    values = {"name": GATE, "version": version, "data": limit.model_dump(mode="json"), "by": by, "at": now}
    await connection.execute(insert(POLICIES).values(**values))
