"""Releases in the database: their rows, which revisions they hold, which one is served."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.releases.wanted import Key
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import (
    Article,
    ArticleImage,
    ArticleRevision,
    ArticleTranslation,
    AuditEntry,
    KnowledgeRelease,
    ReleaseItem,
    ServedRelease,
)

RELEASES = rows_of(KnowledgeRelease)
ITEMS = rows_of(ReleaseItem)
SERVED = rows_of(ServedRelease)
ARTICLES = rows_of(Article)
TRANSLATIONS = rows_of(ArticleTranslation)
REVISIONS = rows_of(ArticleRevision)
IMAGES = rows_of(ArticleImage)
AUDIT = rows_of(AuditEntry)
ONLY = 1
"""The id of the row that says what is served."""
AT_ONCE = 500
"""Rows named in one statement, so that no database's limit on parameters is met."""


async def served(connection: AsyncConnection) -> Row | None:
    """Return which release is served, None before the first."""
    return one_row(await connection.execute(select(SERVED).where(SERVED.c.id == ONLY)))


async def move_served(
    connection: AsyncConnection, *, base: str | None, release: str, number: int, at: datetime, by: str, reason: str
) -> bool:
    """Serve a release if `base` is still what is served; raise `IntegrityError` when another first one was quicker."""
    values = {"release": release, "number": number, "at": at, "by": by, "reason": reason}
    if base is None:
        await connection.execute(insert(SERVED).values(id=ONLY, **values))
        return True
    moved = await connection.execute(update(SERVED).where(SERVED.c.id == ONLY, SERVED.c.release == base).values(values))
    return bool(moved.rowcount)


async def release(connection: AsyncConnection, number: int) -> Row | None:
    """Return a release's row."""
    return one_row(await connection.execute(select(RELEASES).where(RELEASES.c.number == number)))


async def release_by_id(connection: AsyncConnection, release_id: str) -> Row | None:
    """Return a release's row by its id."""
    return one_row(await connection.execute(select(RELEASES).where(RELEASES.c.id == release_id)))


async def releases(connection: AsyncConnection, *, before: int | None, limit: int) -> list[Row]:
    """Return releases, newest first."""
    query = select(RELEASES).order_by(RELEASES.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(RELEASES.c.number < before)
    return all_rows(await connection.execute(query))


async def running(connection: AsyncConnection) -> Row | None:
    """Return the release that is being built."""
    return one_row(await connection.execute(select(RELEASES).where(RELEASES.c.state == "building")))


async def newest_number(connection: AsyncConnection) -> int:
    """Return the highest number ever given, 0 before the first."""
    found = await connection.execute(select(func.max(RELEASES.c.number)))
    return found.scalar_one() or 0


async def begin(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Store a release that is being built; raise `IntegrityError` when one is being built already."""
    await connection.execute(insert(RELEASES).values(state="building", step="collecting", **values))


async def note_progress(connection: AsyncConnection, number: int, instance: str, values: Mapping[str, Any]) -> bool:
    """Change a release that this process builds; False when it is not (any more) building it."""
    changed = await connection.execute(
        update(RELEASES)
        .where(RELEASES.c.number == number, RELEASES.c.state == "building", RELEASES.c.instance == instance)
        .values(**values)
    )
    return bool(changed.rowcount)


async def bury(connection: AsyncConnection, *, now: datetime, instance: str | None = None) -> list[int]:
    """Give up releases whose builder went away: the lease ran out, or the builder was an earlier life of `instance`."""
    gone = RELEASES.c.lease_until < now if instance is None else RELEASES.c.instance == instance
    rows = await connection.execute(
        update(RELEASES)
        .where(RELEASES.c.state == "building", gone)
        .values(state="failed", error="Its builder went away.", lease_until=None)
        .returning(RELEASES.c.number)
    )
    return [row.number for row in rows]


async def kept(connection: AsyncConnection, limit: int) -> list[str]:
    """Return the ids of the newest releases that may be served."""
    query = select(RELEASES.c.id).where(RELEASES.c.state == "ready").order_by(RELEASES.c.number.desc()).limit(limit)
    return [row.id for row in await connection.execute(query)]


async def refused_by_schedule(connection: AsyncConnection, *, by: str, limit: int = 100) -> list[Row]:
    """Return what the schedule could not publish, newest first."""
    columns = (RELEASES.c.number, RELEASES.c.changes, RELEASES.c.started_at)
    query = select(*columns).where(RELEASES.c.by == by, RELEASES.c.state.in_(("refused", "failed")))
    return all_rows(await connection.execute(query.order_by(RELEASES.c.number.desc()).limit(limit)))


async def serve_again(connection: AsyncConnection, number: int, now: datetime) -> None:
    """Keep when a release was last begun to be served."""
    await connection.execute(update(RELEASES).where(RELEASES.c.number == number).values(served_at=now))


async def members(connection: AsyncConnection, number: int) -> dict[Key, int]:
    """Return the revision of every translation in a release."""
    query = select(ITEMS.c.article_id, ITEMS.c.locale, ITEMS.c.revision).where(_holds(number))
    return {(row.article_id, row.locale): row.revision for row in await connection.execute(query)}


def _holds(number: int) -> Any:
    return and_(ITEMS.c.from_number <= number, or_(ITEMS.c.to_number.is_(None), ITEMS.c.to_number > number))


async def keep_members(connection: AsyncConnection, number: int, wanted: Mapping[Key, int]) -> None:
    """Store what a release holds, as the difference to the newest one that was stored."""
    query = select(ITEMS.c.article_id, ITEMS.c.locale, ITEMS.c.revision).where(ITEMS.c.to_number.is_(None))
    open_now = {(row.article_id, row.locale): row.revision for row in await connection.execute(query)}
    closing = [key for key, revision in open_now.items() if wanted.get(key) != revision]
    opening = [key for key, revision in wanted.items() if open_now.get(key) != revision]
    if closing:
        await connection.execute(
            update(ITEMS)
            .where(
                ITEMS.c.article_id == bindparam("of"), ITEMS.c.locale == bindparam("in_"), ITEMS.c.to_number.is_(None)
            )
            .values(to_number=number),
            [{"of": article_id, "in_": locale} for article_id, locale in closing],
        )
    if opening:
        await connection.execute(
            insert(ITEMS),
            [
                {
                    "article_id": key[0],
                    "locale": key[1],
                    "from_number": number,
                    "to_number": None,
                    "revision": wanted[key],
                }
                for key in opening
            ],
        )


async def translations(connection: AsyncConnection, keys: Collection[Key]) -> list[Row]:
    """Return the rows of some translations."""
    found: list[Row] = []
    for part in _parts(sorted(keys)):
        query = select(TRANSLATIONS).where(tuple_(TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale).in_(part))
        found += all_rows(await connection.execute(query))
    return found


async def waiting(connection: AsyncConnection) -> list[Row]:
    """Return translations that are approved and not published, or retired and still published."""
    query = (
        select(TRANSLATIONS)
        .where(TRANSLATIONS.c.state.in_(("approved", "retired")))
        .order_by(TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale)
    )
    return all_rows(await connection.execute(query))


async def due(connection: AsyncConnection, now: datetime) -> list[Row]:
    """Return translations whose time to be published, or to be taken out, has come."""
    query = (
        select(TRANSLATIONS)
        .where(
            or_(
                and_(
                    TRANSLATIONS.c.publish_at <= now,
                    TRANSLATIONS.c.state == "approved",
                    or_(TRANSLATIONS.c.expire_at.is_(None), TRANSLATIONS.c.expire_at > now),
                ),
                and_(TRANSLATIONS.c.expire_at <= now, TRANSLATIONS.c.published.is_not(None)),
            )
        )
        .order_by(TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale)
    )
    return all_rows(await connection.execute(query))


async def contents(connection: AsyncConnection, wanted: Mapping[Key, int]) -> list[Row]:
    """Return revisions with what their articles are: the columns of a revision, and `type`, `slug`, `source_locale`."""
    found: list[Row] = []
    columns = (ARTICLES.c.type, ARTICLES.c.slug, ARTICLES.c.source_locale, ARTICLES.c.review_by)
    for part in _parts(sorted((article_id, locale, number) for (article_id, locale), number in wanted.items())):
        query = (
            select(REVISIONS, *columns)
            .join(ARTICLES, ARTICLES.c.id == REVISIONS.c.article_id)
            .where(tuple_(REVISIONS.c.article_id, REVISIONS.c.locale, REVISIONS.c.number).in_(part))
        )
        found += all_rows(await connection.execute(query))
    return found


async def images(connection: AsyncConnection, ids: Collection[str]) -> set[str]:
    """Return which of these pictures there are."""
    found: set[str] = set()
    for part in _parts(sorted(ids)):
        found |= {row.id for row in await connection.execute(select(IMAGES.c.id).where(IMAGES.c.id.in_(part)))}
    return found


async def mark_published(connection: AsyncConnection, revisions: Mapping[Key, int], *, now: datetime, by: str) -> None:
    """Say in the translations' rows which revision readers see; the plan to publish it is done."""
    if not revisions:
        return
    newest = TRANSLATIONS.c.latest == bindparam("shown")
    await connection.execute(
        update(TRANSLATIONS)
        .where(TRANSLATIONS.c.article_id == bindparam("of"), TRANSLATIONS.c.locale == bindparam("in_"))
        .values(
            published=bindparam("shown"),
            state=case((newest, "published"), else_=TRANSLATIONS.c.state),
            publish_at=case((newest, None), else_=TRANSLATIONS.c.publish_at),
            version=TRANSLATIONS.c.version + 1,
            updated_at=now,
            updated_by=by,
        ),
        [{"of": key[0], "in_": key[1], "shown": revision} for key, revision in revisions.items()],
    )


async def mark_gone(
    connection: AsyncConnection, keys: Collection[Key], *, now: datetime, by: str, expired: bool = False
) -> None:
    """Say in the translations' rows that readers see them no more; a newer draft goes on.

    What has `expired` keeps its time, so that serving an earlier release again does not bring it back to stay.
    """
    if not keys:
        return
    was_newest = TRANSLATIONS.c.latest == TRANSLATIONS.c.published
    keeps_time = case((was_newest, TRANSLATIONS.c.expire_at), else_=None) if expired else None
    await connection.execute(
        update(TRANSLATIONS)
        .where(TRANSLATIONS.c.article_id == bindparam("of"), TRANSLATIONS.c.locale == bindparam("in_"))
        .values(
            published=None,
            state=case((was_newest, "retired"), else_=TRANSLATIONS.c.state),
            expire_at=keeps_time,
            version=TRANSLATIONS.c.version + 1,
            updated_at=now,
            updated_by=by,
        ),
        [{"of": key[0], "in_": key[1]} for key in keys],
    )


async def mark_as_in(connection: AsyncConnection, wanted: Mapping[Key, int], *, now: datetime, by: str) -> None:
    """Say in the translations' rows what readers see now that a release is served again.

    What is served no more is a draft again: it was taken back for a reason, so neither the next release of all that
    waits nor the schedule may bring it back before somebody has looked at it and approved it anew.
    """
    query = select(TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale, TRANSLATIONS.c.published).where(
        TRANSLATIONS.c.published.is_not(None)
    )
    shown = {(row.article_id, row.locale): row.published for row in await connection.execute(query)}
    gone = [key for key in shown if key not in wanted]
    changed = {key: revision for key, revision in wanted.items() if shown.get(key) != revision}
    was_shown = TRANSLATIONS.c.state == "published"
    undecided = (
        "approved",
        "approved_by",
        "approved_at",
        "submitted_by",
        "submitted_by_id",
        "submitted_at",
        "publish_at",
    )
    common = {"version": TRANSLATIONS.c.version + 1, "updated_at": now, "updated_by": by}
    taken_back = {"state": case((was_shown, "draft"), else_=TRANSLATIONS.c.state)} | {
        name: case((was_shown, None), else_=TRANSLATIONS.c[name]) for name in undecided
    }
    one = and_(TRANSLATIONS.c.article_id == bindparam("of"), TRANSLATIONS.c.locale == bindparam("in_"))
    if gone:
        await connection.execute(
            update(TRANSLATIONS).where(one).values(published=None, **taken_back, **common),
            [{"of": key[0], "in_": key[1]} for key in gone],
        )
    newest = TRANSLATIONS.c.latest == bindparam("shown")
    back = {name: case((newest, TRANSLATIONS.c[name]), else_=value) for name, value in taken_back.items()}
    # It was approved once, or no release would have it.
    back |= {
        "state": case((newest, "published"), else_=taken_back["state"]),
        "approved": case((newest, bindparam("shown")), else_=taken_back["approved"]),
    }
    if changed:
        await connection.execute(
            update(TRANSLATIONS).where(one).values(published=bindparam("shown"), **back, **common),
            [{"of": key[0], "in_": key[1], "shown": revision} for key, revision in changed.items()],
        )


async def write_audit(connection: AsyncConnection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Keep many entries of the audit trail in one go."""
    if entries:
        await connection.execute(insert(AUDIT), [dict(entry) for entry in entries])


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
