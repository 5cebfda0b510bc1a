"""Imports and their rows in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.pages import behind
from server.articles.repository import ARTICLES, REVISIONS, TRANSLATIONS, newest_revisions, parts
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import ArticleImport, ImportRow, ReleaseItem

IMPORTS = rows_of(ArticleImport)
ROWS = rows_of(ImportRow)
ITEMS = rows_of(ReleaseItem)
READ = "reading"
"""What a row would become is not known yet."""
WROTE = ("created", "changed")
SHOWN = [ROWS.c[name] for name in ("position", "source", "article_id", "locale", "would", "outcome", "detail")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of a row: created, changed, kept, skipped or failed; `data` holds what a later import has to know."""

    position: int
    outcome: str
    detail: str
    data: dict[str, Any]


async def begin(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Store a new import."""
    await connection.execute(insert(IMPORTS).values(**values))


async def one(connection: AsyncConnection, import_id: UUID, *, lock: bool = False) -> Row | None:
    """Return an import, locked for this transaction if wanted; one that was removed is none."""
    query = select(IMPORTS).where(IMPORTS.c.id == import_id, IMPORTS.c.state != "removed")
    return one_row(await connection.execute(query.with_for_update() if lock else query))


async def page(connection: AsyncConnection, *, after: Sequence[Any] | None, limit: int) -> list[Row]:
    """Return imports, newest first; `after` is time and id of the last one of the page before."""
    query = select(IMPORTS).where(IMPORTS.c.state != "removed")
    if after is not None:
        query = query.where(
            or_(IMPORTS.c.at < after[0], and_(IMPORTS.c.at == after[0], IMPORTS.c.id < UUID(str(after[1]))))
        )
    query = query.order_by(IMPORTS.c.at.desc(), IMPORTS.c.id.desc()).limit(limit)
    return all_rows(await connection.execute(query))


async def change(connection: AsyncConnection, import_id: UUID, **values: Any) -> None:
    """Change an import."""
    await connection.execute(update(IMPORTS).where(IMPORTS.c.id == import_id).values(**values))


async def keep_lease(connection: AsyncConnection, import_id: UUID, instance: str, until: datetime) -> bool:
    """Say that this instance goes on with an import; False when it is not its any more."""
    mine = (IMPORTS.c.id == import_id, IMPORTS.c.instance == instance, IMPORTS.c.state.in_(("reading", "running")))
    done = await connection.execute(update(IMPORTS).where(*mine).values(lease_until=until))
    return done.rowcount > 0


async def unfinished(connection: AsyncConnection, *, busy: Collection[UUID]) -> bool:
    """Whether any import is being read or run that is not one of these."""
    query = select(IMPORTS.c.id).where(IMPORTS.c.state.in_(("reading", "running")))
    return any(row.id not in busy for row in await connection.execute(query))


async def take_over(
    connection: AsyncConnection, instance: str, *, now: datetime, lease: timedelta, busy: Collection[UUID]
) -> list[Row]:
    """Take the imports that nobody goes on with: their lease ran out, or they are this instance's from before."""
    query = select(IMPORTS).where(
        IMPORTS.c.state.in_(("reading", "running")),
        or_(IMPORTS.c.lease_until < now, IMPORTS.c.instance == instance, IMPORTS.c.lease_until.is_(None)),
    )
    taken = []
    for row in all_rows(await connection.execute(query.with_for_update(skip_locked=True))):
        if row["id"] in busy:
            continue
        await change(connection, row["id"], instance=instance, lease_until=now + lease)
        taken.append(row)
    return taken


async def store_rows(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows."""
    if rows:
        await connection.execute(insert(ROWS), [dict(row) for row in rows])


async def forget_rows(connection: AsyncConnection, import_id: UUID) -> None:
    """Remove every row of an import."""
    await connection.execute(delete(ROWS).where(ROWS.c.import_id == import_id))


async def forget(connection: AsyncConnection, import_id: UUID) -> None:
    """Remove an import; what it wrote stays known, so that a later one can tell what was edited here since."""
    await connection.execute(
        delete(ROWS).where(ROWS.c.import_id == import_id, or_(ROWS.c.outcome.is_(None), ROWS.c.outcome.not_in(WROTE)))
    )
    left = await connection.execute(select(func.count()).select_from(ROWS).where(ROWS.c.import_id == import_id))
    if left.scalar_one():
        await change(connection, import_id, state="removed", report={}, instance=None, lease_until=None)
    else:
        await connection.execute(delete(IMPORTS).where(IMPORTS.c.id == import_id))


async def rows_page(
    connection: AsyncConnection,
    import_id: UUID,
    *,
    would: str | None = None,
    outcome: str | None = None,
    after: int | None = None,
    limit: int,
) -> list[Row]:
    """Return rows by position without their texts, each with its title."""
    query = select(*SHOWN, ROWS.c.data["title"].as_string().label("title")).where(ROWS.c.import_id == import_id)
    if would is not None:
        query = query.where(ROWS.c.would == would)
    if outcome is not None:
        query = query.where(ROWS.c.outcome == outcome)
    if after is not None:
        query = query.where(behind([ROWS.c.position], [after], down=False))
    return all_rows(await connection.execute(query.order_by(ROWS.c.position).limit(limit)))


async def unplanned(connection: AsyncConnection, import_id: UUID, limit: int) -> list[int]:
    """Return the first positions of which nobody knows yet what would become of them."""
    query = select(ROWS.c.position).where(ROWS.c.import_id == import_id, ROWS.c.would == READ)
    return [row.position for row in await connection.execute(query.order_by(ROWS.c.position).limit(limit))]


async def undone(connection: AsyncConnection, import_id: UUID, limit: int) -> list[int]:
    """Return the first positions that have no outcome."""
    query = select(ROWS.c.position).where(ROWS.c.import_id == import_id, ROWS.c.outcome.is_(None))
    return [row.position for row in await connection.execute(query.order_by(ROWS.c.position).limit(limit))]


async def row(connection: AsyncConnection, import_id: UUID, position: int) -> Row:
    """Return one row with its text."""
    query = select(ROWS).where(ROWS.c.import_id == import_id, ROWS.c.position == position)
    return dict((await connection.execute(query)).mappings().one())


_PLANNED = (
    update(ROWS)
    .where(ROWS.c.import_id == bindparam("i"), ROWS.c.position == bindparam("p"))
    .values(
        would=bindparam("w"),
        detail=bindparam("d"),
        data=bindparam("t"),
        article_id=bindparam("a"),
        locale=bindparam("l"),
    )
)
_DONE = (
    update(ROWS)
    .where(ROWS.c.import_id == bindparam("i"), ROWS.c.position == bindparam("p"), ROWS.c.outcome.is_(None))
    .values(outcome=bindparam("o"), detail=bindparam("d"), data=bindparam("t"))
)


async def plan_row(connection: AsyncConnection, row: Row, would: str, detail: str) -> None:
    """Store what would become of a row."""
    values = {"i": row["import_id"], "p": row["position"], "w": would, "d": detail, "t": row["data"]}
    await connection.execute(_PLANNED, {**values, "a": row["article_id"], "l": row["locale"]})


async def end_rows(connection: AsyncConnection, import_id: UUID, ended: Sequence[Ended]) -> None:
    """Store what became of rows; their texts are not needed any more."""
    values = [{"i": import_id, "p": one.position, "o": one.outcome, "d": one.detail, "t": one.data} for one in ended]
    if values:
        await connection.execute(_DONE, values)


async def counts(connection: AsyncConnection, import_id: UUID, column: str) -> dict[str, int]:
    """Return how many rows there are of each `would` or `outcome`."""
    of = ROWS.c[column]
    query = select(of, func.count()).where(ROWS.c.import_id == import_id, of.is_not(None)).group_by(of)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def problems(connection: AsyncConnection, import_id: UUID, limit: int) -> list[dict[str, Any]]:
    """Return the first rows about which there is something to say: broken ones first."""
    broken = ROWS.c.would == "broken"
    query = select(ROWS.c.source, ROWS.c.would, ROWS.c.detail, ROWS.c.data["line"].as_integer().label("line"))
    query = query.where(ROWS.c.import_id == import_id, ROWS.c.detail != "")
    found: list[dict[str, Any]] = []
    for part in (query.where(broken), query.where(~broken)):
        rows = await connection.execute(part.order_by(ROWS.c.position).limit(limit - len(found)))
        found += [{"source": one.source, "line": one.line, "why": one.detail, "would": one.would} for one in rows]
        if len(found) >= limit:
            break
    return found


async def standing(connection: AsyncConnection, ids: Collection[str]) -> dict[tuple[str, str], Row]:
    """Return the newest revision of every translation of these articles, without its text, with the row's state."""
    columns = [TRANSLATIONS.c[name] for name in ("article_id", "locale", "latest", "state", "published")]
    found: dict[tuple[str, str], Row] = {}
    for part in parts(sorted(ids)):
        query = (
            select(*columns, REVISIONS.c.digest, REVISIONS.c.author)
            .select_from(newest_revisions())
            .where(TRANSLATIONS.c.article_id.in_(part))
        )
        found |= {(row["article_id"], row["locale"]): row for row in all_rows(await connection.execute(query))}
    return found


async def written_before(connection: AsyncConnection, ids: Collection[str]) -> dict[tuple[str, str], int]:
    """Return the last revision that an import wrote of each translation of these articles."""
    found: dict[tuple[str, str], int] = {}
    wrote = func.max(ROWS.c.data["wrote"].as_integer())
    for part in parts(sorted(ids)):
        query = (
            select(ROWS.c.article_id, ROWS.c.locale, wrote.label("wrote"))
            .where(ROWS.c.article_id.in_(part), ROWS.c.outcome.in_(WROTE))
            .group_by(ROWS.c.article_id, ROWS.c.locale)
        )
        for row in await connection.execute(query):
            if row.wrote is not None:
                found[row.article_id, row.locale] = row.wrote
    return found


async def was_shown(connection: AsyncConnection, article_id: str, locale: str, revision: int) -> bool:
    """Tell whether a revision was in any release."""
    query = select(ITEMS.c.revision).where(
        ITEMS.c.article_id == article_id, ITEMS.c.locale == locale, ITEMS.c.revision == revision
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def lock(connection: AsyncConnection, ids: Collection[str]) -> None:
    """Lock every translation of these articles for this transaction, always in the same order."""
    for part in parts(sorted(ids)):
        query = select(TRANSLATIONS.c.latest).where(TRANSLATIONS.c.article_id.in_(part))
        await connection.execute(query.order_by(TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale).with_for_update())


async def article_ids(connection: AsyncConnection, ids: Collection[str]) -> set[str]:
    """Return which of these articles there are."""
    found: set[str] = set()
    for part in parts(sorted(ids)):
        found |= {row.id for row in await connection.execute(select(ARTICLES.c.id).where(ARTICLES.c.id.in_(part)))}
    return found


async def to_publish(connection: AsyncConnection, import_id: UUID) -> list[tuple[str, str]]:
    """Return the translations that this import approved and that are not published yet."""
    join = ROWS.join(
        TRANSLATIONS, and_(TRANSLATIONS.c.article_id == ROWS.c.article_id, TRANSLATIONS.c.locale == ROWS.c.locale)
    )
    query = (
        select(ROWS.c.article_id, ROWS.c.locale)
        .select_from(join)
        .where(
            ROWS.c.import_id == import_id,
            ROWS.c.outcome.in_((*WROTE, "kept")),
            TRANSLATIONS.c.state == "approved",
            TRANSLATIONS.c.approved == ROWS.c.data["approved"].as_integer(),
        )
        .order_by(ROWS.c.position)
    )
    return [(row.article_id, row.locale) for row in await connection.execute(query)]
