"""Finding out what a release changes, and how a kept one is asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.library import Library
from knowledge.types import Query, SearchResult
from server.articles.errors import TranslationNotFound
from server.articles.people import Editor
from server.articles.releases import repository
from server.articles.releases.errors import NotApproved, NothingToPublish
from server.articles.releases.wanted import SCHEDULE, Key, Plan, Wanted, What, waits_for
from server.articles.workbench.measure import Search
from server.store.base import Row


async def plan(connection: AsyncConnection, wanted: Sequence[Wanted] | None, *, now: datetime) -> Plan:
    """Return what publishing these translations (None: all that wait) makes of the served release.

    Raises `TranslationNotFound`, `NotApproved`, and `NothingToPublish`.
    """
    rows, asked = await _rows(connection, wanted, now)
    served = await repository.served(connection)
    before = {} if served is None else await repository.members(connection, served["number"])
    put: dict[Key, int] = {}
    drop: dict[Key, What] = {}
    for key, item in asked.items():
        row = rows.get(key)
        if row is None:
            raise TranslationNotFound(item.article_id, item.locale)
        what = item.what or waits_for(row) or "publish"
        if what != "publish":
            if key in before:
                drop[key] = what
        elif (revision := _approved(row, item)) != before.get(key):
            put[key] = revision
    if not put and not drop:
        raise NothingToPublish
    return Plan(
        base=served["release"] if served else None,
        base_number=served["number"] if served else None,
        before=before,
        put=put,
        drop=drop,
        titles={key: row["title"] for key, row in rows.items()},
    )


async def _rows(
    connection: AsyncConnection, wanted: Sequence[Wanted] | None, now: datetime
) -> tuple[dict[Key, Row], dict[Key, Wanted]]:
    if wanted is None:
        found = [row for row in await repository.waiting(connection) if waits_for(row) and not _later(row, now)]
        asked = [Wanted(article_id=row["article_id"], locale=row["locale"]) for row in found]
    else:
        asked = list(wanted)
        found = await repository.translations(connection, {item.key for item in asked})
    return {(row["article_id"], row["locale"]): row for row in found}, {item.key: item for item in asked}


def _later(row: Row, now: datetime) -> bool:
    """Whether it has a time of its own that has not come."""
    return row["state"] == "approved" and row["publish_at"] is not None and row["publish_at"] > now


def _approved(row: Row, item: Wanted) -> int:
    approved: int | None = row["approved"]
    if approved is None or row["state"] == "retired":
        raise NotApproved(article_id=item.article_id, locale=item.locale)
    if item.revision is not None and item.revision != approved:
        raise NotApproved(article_id=item.article_id, locale=item.locale, revision=item.revision)
    return approved


async def same_again(connection: AsyncConnection) -> Plan:
    """Return a plan that changes nothing of what is served; raise `NothingToPublish` when nothing is."""
    served = await repository.served(connection)
    if served is None:
        raise NothingToPublish
    before = await repository.members(connection, served["number"])
    return Plan(base=served["release"], base_number=served["number"], before=before)


async def back_to(connection: AsyncConnection, number: int) -> Plan:
    """Return a plan that makes of what is served what an earlier release held."""
    plan = await same_again(connection)
    held = await repository.members(connection, number)
    return Plan(
        base=plan.base,
        base_number=plan.base_number,
        before=plan.before,
        put={key: revision for key, revision in held.items() if plan.before.get(key) != revision},
        drop={key: "retire" for key in plan.before if key not in held},
    )


async def tried_before(connection: AsyncConnection, by: Editor, changes: Sequence[dict[str, Any]]) -> bool:
    """Tell whether the schedule failed with the same changes before, so that it is told once."""
    if by != SCHEDULE:
        return False
    rows = await repository.refused_by_schedule(connection, by=by.name)
    return any(row["changes"] == list(changes) for row in rows)


def searching(library: Library, release_id: str) -> Search:
    """Return the search of one kept release."""

    def search(query: Query) -> SearchResult:
        return library.search(query, release=release_id)

    return search
