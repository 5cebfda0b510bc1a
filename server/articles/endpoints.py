"""Articles over HTTP: the list, an article, a translation, and every move that its workflow has."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy import ColumnElement

from server.access.guard import Needs, Principal
from server.articles import listing, names, reading
from server.articles.listing import Sort
from server.articles.pages import Cursor, Limit
from server.articles.people import editor_of
from server.articles.readers import Reads, sees_all
from server.articles.service import ArticleChange, NewArticleIn, SaveIn, ScheduleIn
from server.articles.shapes import (
    Article,
    ArticleLines,
    ChangesWanted,
    Decision,
    Facets,
    Translation,
)
from server.articles.workflow import State
from server.house import House, Wired

router = APIRouter(prefix="/api/v1/articles", tags=["articles"])


def needs(permission: str) -> Any:
    """Return the parameter type of a route that wants this permission."""
    return Depends(Needs(permission))


Searcher = Annotated[Principal, needs("knowledge.search")]
Reader = Annotated[Principal, Depends(Reads("knowledge.search"))]
Editing = Annotated[Principal, needs("knowledge.edit")]
Approver = Annotated[Principal, needs("knowledge.approve")]
Publishing = Annotated[Principal, needs("knowledge.publish")]

ArticleId = Annotated[str, Path(max_length=names.ID_LENGTH)]
InLocale = Annotated[names.Locale, Path()]
Word = Annotated[str | None, Query(max_length=120)]
TRANSLATION = "/{id}/translations/{locale}"


def today(house: House) -> date:
    """Return the day, in UTC, by which dates of review are over."""
    return house.clock().date()


@router.get("")
async def articles(
    me: Searcher,
    house: Wired,
    q: Annotated[str | None, Query(max_length=300)] = None,
    state: State | None = None,
    locale: Annotated[str | None, Query(max_length=16)] = None,
    type: Word = None,  # noqa: A002 -- the word of the address
    tag: Word = None,
    owner: UUID | Literal["me"] | None = None,
    region: Word = None,
    audience: Word = None,
    outdated: bool | None = None,
    overdue: bool | None = None,
    withheld: bool | None = None,
    sort: Sort = "updated",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ArticleLines:
    """List translations; all filters must hold, and every word of `q` must be in title, id, summary or text."""
    wanted = {
        "q": q,
        "state": state,
        "locale": locale,
        "type": type,
        "tag": tag,
        "owner": owner,
        "region": region,
        "audience": audience,
        "outdated": outdated,
        "overdue": overdue,
        "withheld": withheld,
    }
    day = today(house)
    conditions = [*listing.condition(wanted, today=day, me=me.id), *_for(me)]
    async with house.store.reading() as db:
        rows, more, whole = await listing.page(db, conditions, sort=sort, limit=limit, cursor=cursor, in_texts=bool(q))
    return ArticleLines(items=[reading.line_of(row, today=day) for row in rows], next_cursor=more, total=whole)


@router.get("/facets")
async def facets(me: Searcher, house: Wired) -> Facets:
    """Count translations by what lists are filtered by."""
    async with house.store.reading() as db:
        return Facets.model_validate(await listing.facets(db, _for(me), today=today(house)))


def _for(me: Principal) -> list[ColumnElement[bool]]:
    return [] if sees_all(me) else [listing.for_any_of(me.audience)]


@router.post("", status_code=201)
async def create(wanted: NewArticleIn, me: Editing, house: Wired) -> Article:
    """Make an article with its first draft."""
    article_id = await house.articles.create(wanted, editor_of(me))
    async with house.store.reading() as db:
        return await reading.article_out(db, article_id)


@router.get("/{id}")
async def article(id: ArticleId, me: Reader, house: Wired) -> Article:
    """Return an article with its translations in short."""
    async with house.store.reading() as db:
        return await reading.article_out(db, id)


@router.patch("/{id}")
async def change(id: ArticleId, wanted: ArticleChange, me: Editing, house: Wired) -> Article:
    """Change slug, type, owner or date of review, or let an article be suggested again."""
    await house.articles.change(id, wanted, editor_of(me))
    async with house.store.reading() as db:
        return await reading.article_out(db, id)


@router.get(TRANSLATION)
async def translation(id: ArticleId, locale: InLocale, me: Reader, house: Wired) -> Translation:
    """Return a translation with its newest revision, and what one may do with it now."""
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.put(TRANSLATION, responses={201: {"model": Translation}})
async def save(
    id: ArticleId, locale: InLocale, wanted: SaveIn, me: Editing, house: Wired, response: Response
) -> Translation:
    """Save a translation as its next revision; of two who began from the same one the second gets a 409."""
    _, new = await house.articles.save(id, locale, wanted, editor_of(me))
    response.status_code = 201 if new else 200
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.post(f"{TRANSLATION}/submit")
async def submit(id: ArticleId, locale: InLocale, meant: Decision, me: Editing, house: Wired) -> Translation:
    """Hand a revision in for review."""
    await house.articles.submit(id, locale, meant.revision, editor_of(me), meant.note)
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.post(f"{TRANSLATION}/withdraw")
async def withdraw(id: ArticleId, locale: InLocale, me: Editing, house: Wired) -> Translation:
    """Take a translation back from review, or an approved one before it is published."""
    await house.articles.withdraw(id, locale, editor_of(me))
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.post(f"{TRANSLATION}/approve")
async def approve(id: ArticleId, locale: InLocale, meant: Decision, me: Approver, house: Wired) -> Translation:
    """Approve exactly this revision; nobody approves their own work."""
    await house.articles.approve(id, locale, meant.revision, editor_of(me), meant.note)
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.post(f"{TRANSLATION}/request-changes")
async def request_changes(
    id: ArticleId, locale: InLocale, meant: ChangesWanted, me: Approver, house: Wired
) -> Translation:
    """Send a revision back to its writers and say why."""
    await house.articles.request_changes(id, locale, meant.revision, editor_of(me), meant.note)
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.post(f"{TRANSLATION}/restore")
async def restore(id: ArticleId, locale: InLocale, meant: Decision, me: Editing, house: Wired) -> Translation:
    """Make what an earlier revision said the newest one, as a draft."""
    await house.articles.restore(id, locale, meant.revision, editor_of(me), meant.note)
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.post(f"{TRANSLATION}/reopen")
async def reopen(id: ArticleId, locale: InLocale, me: Editing, house: Wired) -> Translation:
    """Work on a retired translation again."""
    await house.articles.reopen(id, locale, editor_of(me))
    return await reading.translation_out(house.store, id, locale, editor_of(me))


@router.post(f"{TRANSLATION}/schedule")
async def schedule(id: ArticleId, locale: InLocale, plan: ScheduleIn, me: Publishing, house: Wired) -> Translation:
    """Plan when readers begin and cease to see a translation."""
    await house.articles.schedule(id, locale, plan, editor_of(me))
    return await reading.translation_out(house.store, id, locale, editor_of(me))
