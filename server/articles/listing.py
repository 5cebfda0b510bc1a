"""The list of articles as editors filter it: one line a translation, and how many there are of what."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, String, and_, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.pages import behind, cursor_of, opened
from server.articles.repository import ARTICLES, REVISIONS, TRANSLATIONS
from server.store.base import Row, all_rows, rows_of
from server.store.models import ChannelAccount

ACCOUNTS = rows_of(ChannelAccount)
Sort = Literal["updated", "title", "review_by"]
NEVER = date(9999, 12, 31)
MOST_WORDS = 8
_SOURCE = TRANSLATIONS.alias("source")

# An article without a date of review comes last; the date is compared as text, which sorts alike on both databases.
_REVIEW = func.coalesce(cast(ARTICLES.c.review_by, String), NEVER.isoformat())


def outdated() -> ColumnElement[bool]:
    """Return the condition that a translation is of an older revision than its source; the list's join is needed."""
    return and_(
        TRANSLATIONS.c.locale != ARTICLES.c.source_locale,
        TRANSLATIONS.c.source_revision < func.coalesce(_SOURCE.c.published, _SOURCE.c.latest),
    )


def _joined() -> FromClause:
    return TRANSLATIONS.join(ARTICLES, ARTICLES.c.id == TRANSLATIONS.c.article_id).join(
        _SOURCE,
        and_(_SOURCE.c.article_id == ARTICLES.c.id, _SOURCE.c.locale == ARTICLES.c.source_locale),
        isouter=True,
    )


def _holds(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    # Lists of names are JSON texts on both databases, and no name has a quotation mark or a backslash in it.
    return cast(column, String).contains(f'"{value}"', autoescape=True)


def for_any_of(audience: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a translation is for one of these audiences."""
    return or_(*(_holds(TRANSLATIONS.c.audience, name) for name in sorted(audience)))


def condition(wanted: Mapping[str, Any], *, today: date, me: UUID) -> list[ColumnElement[bool]]:
    """Return what the filters of a list say, by their names in the query; None means that one is not set."""
    found: list[ColumnElement[bool]] = []
    equal = {"state": TRANSLATIONS.c.state, "locale": TRANSLATIONS.c.locale, "type": ARTICLES.c.type}
    found += [column == wanted[name] for name, column in equal.items() if wanted.get(name) is not None]
    lists = {"tag": TRANSLATIONS.c.tags, "region": TRANSLATIONS.c.regions, "audience": TRANSLATIONS.c.audience}
    found += [_holds(column, wanted[name]) for name, column in lists.items() if wanted.get(name) is not None]
    if (owner := wanted.get("owner")) is not None:
        found.append(ARTICLES.c.owner_id == (me if owner == "me" else owner))
    overdue = and_(ARTICLES.c.review_by.is_not(None), ARTICLES.c.review_by < today)
    switches = {"outdated": outdated(), "overdue": overdue, "withheld": ARTICLES.c.withheld_at.is_not(None)}
    for name, holds in switches.items():
        if wanted.get(name) is not None:
            # A comparison with nothing is neither true nor false, so "not outdated" must count it.
            found.append(func.coalesce(holds, False).is_(wanted[name]))
    found += [_says(word) for word in str(wanted.get("q") or "").split()[:MOST_WORDS]]
    return found


def _says(word: str) -> ColumnElement[bool]:
    text = (
        select(REVISIONS.c.number)
        .where(
            REVISIONS.c.article_id == TRANSLATIONS.c.article_id,
            REVISIONS.c.locale == TRANSLATIONS.c.locale,
            REVISIONS.c.number == TRANSLATIONS.c.latest,
            or_(
                REVISIONS.c.text.icontains(word, autoescape=True), REVISIONS.c.summary.icontains(word, autoescape=True)
            ),
        )
        .exists()
    )
    return or_(
        TRANSLATIONS.c.title.icontains(word, autoescape=True),
        TRANSLATIONS.c.article_id.icontains(word, autoescape=True),
        text,
    )


async def page(
    connection: AsyncConnection,
    conditions: Sequence[ColumnElement[bool]],
    *,
    sort: Sort,
    limit: int,
    cursor: str | None,
    in_texts: bool = False,
) -> tuple[list[Row], str | None, int]:
    """Return one page of lines, the cursor of the next, and how many lines the whole list has.

    `in_texts` says that the conditions look through texts, which takes long enough to be done only once.
    """
    counting = in_texts and cursor is None
    first, kind, down = _order(sort)
    columns = (first, TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale)
    query = (
        select(
            TRANSLATIONS,
            ARTICLES.c.slug,
            ARTICLES.c.type,
            ARTICLES.c.owner_id,
            ARTICLES.c.owner,
            ARTICLES.c.review_by,
            ARTICLES.c.withheld_at,
            ARTICLES.c.source_locale,
            func.coalesce(outdated(), False).label("outdated"),
            first.label("sorted_by"),
            *([func.count().over().label("whole")] if counting else []),
        )
        .select_from(_joined())
        .where(*conditions)
    )
    if cursor is not None:
        query = query.where(behind(columns, opened(cursor, (kind, str, str)), down=down))
    query = query.order_by(first.desc() if down else first, *columns[1:]).limit(limit + 1)
    rows = all_rows(await connection.execute(query))
    if counting:
        whole = rows[0]["whole"] if rows else 0
    else:
        whole = await _total(connection, conditions)
    if len(rows) <= limit:
        return rows, None, whole
    last = rows[limit - 1]
    return rows[:limit], cursor_of((last["sorted_by"], last["article_id"], last["locale"])), whole


def _order(sort: Sort) -> tuple[ColumnElement[Any], type, bool]:
    if sort == "title":
        return func.lower(TRANSLATIONS.c.title), str, False
    if sort == "review_by":
        return _REVIEW, str, False
    return TRANSLATIONS.c.updated_at, datetime, True


async def _total(connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(_joined()).where(*conditions)
    return int((await connection.execute(query)).scalar_one())


async def facets(
    connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]] = (), *, today: date
) -> dict[str, Any]:
    """Return how many translations there are of each state, locale, type and so on, for the filters of the list."""
    flags = {
        "outdated": func.coalesce(outdated(), False),
        "overdue": case((ARTICLES.c.review_by < today, True), else_=False),
        "withheld": ARTICLES.c.withheld_at.is_not(None),
    }
    columns = (
        TRANSLATIONS.c.state,
        TRANSLATIONS.c.locale,
        ARTICLES.c.type,
        TRANSLATIONS.c.tags,
        TRANSLATIONS.c.regions,
        TRANSLATIONS.c.audience,
        ARTICLES.c.owner_id,
        ARTICLES.c.owner,
        *flags.values(),
    )
    # Most articles share all of this with many others: fewer rows come back than there are articles.
    query = select(*columns, func.count()).select_from(_joined()).where(*conditions).group_by(*columns)
    found: dict[str, Counter[Any]] = {name: Counter() for name in ("states", "locales", "types", "tags", "regions")}
    owners: Counter[tuple[UUID, str]] = Counter()
    teams: set[str] = set()
    flagged = Counter[str]()
    for state, locale, type_, tags, regions, audience, owner_id, owner, *raised, count in await connection.execute(
        query
    ):
        values = {"states": [state], "locales": [locale], "types": [type_], "tags": tags, "regions": regions}
        for name, those in values.items():
            found[name].update(dict.fromkeys(those, count))
        teams.update(name.removeprefix("team:") for name in audience if name.startswith("team:"))
        if owner_id is not None:
            owners[owner_id, owner] += count
        flagged.update({name: count for name, flag in zip(flags, raised, strict=True) if flag})
    accounts = await connection.execute(select(ACCOUNTS.c.id).where(ACCOUNTS.c.enabled).order_by(ACCOUNTS.c.id))
    return {
        **{name: dict(sorted(counter.items())) for name, counter in found.items()},
        "owners": [{"id": key[0], "name": key[1], "count": count} for key, count in owners.most_common()],
        "accounts": [row.id for row in accounts],
        "teams": sorted(teams),
        **{name: flagged[name] for name in flags},
    }
