"""Releases over HTTP: what waits, publishing it, what was published, and going back."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy.exc import IntegrityError

from knowledge.errors import KnowledgeError
from knowledge.types import ANY, PUBLIC
from knowledge.types import Query as Asked
from server.access.guard import Needs, Principal
from server.articles import names, workflow
from server.articles import repository as articles
from server.articles.errors import VersionConflict
from server.articles.people import editor_of
from server.articles.readers import sees_all
from server.articles.releases import repository
from server.articles.releases.checking import check as checked
from server.articles.releases.errors import NotServable, SearchFailed
from server.articles.releases.shapes import (
    BrokenLink,
    GateOut,
    Pending,
    PendingChange,
    PublishIn,
    Release,
    ReleaseCheck,
    ReleaseFound,
    ReleaseGate,
    ReleaseHit,
    ReleaseIn,
    Releases,
    ServeIn,
    changes_of,
    line_of,
    release_of,
)
from server.articles.releases.wanted import Wanted, waits_for
from server.articles.workbench import limits
from server.articles.workbench.gate import GateLimit
from server.house import House, Wired
from server.store.base import Row

router = APIRouter(prefix="/api/v1/releases", tags=["releases"])
moves = APIRouter(prefix="/api/v1/articles/{id}/translations/{locale}", tags=["articles"])
gates = APIRouter(prefix="/api/v1/release-gate", tags=["releases"])
PATIENCE_SECONDS = 8.0
"""How long a request waits for a release; after that the release goes on and its page shows how far it is."""


def needs(permission: str) -> Any:
    """Return the parameter type of a route that wants this permission."""
    return Depends(Needs(permission))


Searcher = Annotated[Principal, needs("knowledge.search")]
Publishing = Annotated[Principal, needs("knowledge.publish")]
Overriding = Annotated[Principal, needs("knowledge.override")]
ArticleId = Annotated[str, Path(max_length=names.ID_LENGTH)]
InLocale = Annotated[names.Locale, Path()]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Words = Annotated[str, Query(max_length=64)]


@router.get("")
async def releases(
    me: Searcher,
    house: Wired,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Releases:
    """List releases, newest first; `cursor` is the number that the page before ended with."""
    async with house.store.reading() as db:
        rows = await repository.releases(db, before=cursor, limit=limit + 1)
        served = await repository.served(db)
    now = served["release"] if served else None
    more = str(rows[limit - 1]["number"]) if len(rows) > limit else None
    return Releases(items=[line_of(row, now) for row in rows[:limit]], next_cursor=more, served=now)


@router.get("/pending")
async def pending(me: Searcher, house: Wired) -> Pending:
    """List what waits for a release: approved and not published, or retired and still shown."""
    async with house.store.reading() as db:
        rows = await repository.waiting(db)
    return Pending(
        items=[
            PendingChange(
                article_id=row["article_id"],
                locale=row["locale"],
                title=row["title"],
                what=what,
                revision=row["approved"] if what == "publish" else None,
                published=row["published"],
                approved_by=row["approved_by"],
                publish_at=row["publish_at"],
            )
            for row in rows
            if (what := waits_for(row)) is not None
        ]
    )


@router.post("", status_code=201, responses={202: {"model": Release, "description": "It is still being built."}})
async def publish(wanted: ReleaseIn, me: Publishing, house: Wired, response: Response) -> Release:
    """Publish what is approved as one release; waits some seconds for its end, and else answers how far it is."""
    items = None if wanted.items is None else [Wanted(**item.model_dump()) for item in wanted.items]
    return await published(house, items, me, response, note=wanted.note, override=wanted.override_reason)


async def published(
    house: House,
    items: list[Wanted] | None,
    me: Principal,
    response: Response,
    *,
    note: str = "",
    override: str | None = None,
) -> Release:
    """Publish for whoever asks, and wait a while; an override wants the right to it."""
    if override is not None:
        me.must("knowledge.override")
    building = await house.publisher.begin(items, by=editor_of(me), note=note, override=override)
    await asyncio.wait([building.done], timeout=PATIENCE_SECONDS)
    if building.done.done():
        return await _shown(house, building.done.result())
    response.status_code = 202
    return await _shown(house, await house.publisher.row(building.number))


async def _shown(house: House, row: Row) -> Release:
    async with house.store.reading() as db:
        served = await repository.served(db)
    return release_of(row, served["release"] if served else None)


@router.post("/check")
async def check(wanted: ReleaseIn, me: Publishing, house: Wired) -> ReleaseCheck:
    """Try out what publishing would do: the gate, the changes, the broken links. Nothing is stored."""
    items = None if wanted.items is None else [Wanted(**item.model_dump()) for item in wanted.items]
    found = await checked(house.publisher, items)
    return ReleaseCheck(
        gate=GateOut.model_validate(found.gate),
        changes=changes_of(found.changes),
        links=[BrokenLink.model_validate({"from": source, "to": target}) for source, target in found.links],
    )


@router.get("/{number}")
async def release(number: Number, me: Searcher, house: Wired) -> Release:
    """Return a release with what it changed and what the gate said."""
    return await _shown(house, await house.publisher.row(number))


@router.post("/{number}/serve")
async def serve(number: Number, wanted: ServeIn, me: Publishing, house: Wired) -> Release:
    """Serve a kept release again, older or newer; takes seconds."""
    return await _shown(house, await house.publisher.serve(number, by=editor_of(me), reason=wanted.reason))


@router.get("/{number}/search")
async def search(
    number: Number,
    me: Searcher,
    house: Wired,
    q: Annotated[str, Query(min_length=1, max_length=2_000)],
    locale: Annotated[str, Query(max_length=16)] = "en",
    region: Words = "",
    account: Words = ANY,
    audience: Words = "agents",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> ReleaseFound:
    """Search a kept release as it would have answered; without a region only what is bound to none is found.

    `audience` is one that the asker belongs to; who works on articles may ask for any.
    """
    row = await house.publisher.row(number)
    if row["state"] != "ready":
        raise NotServable(number=number, state=row["state"])
    asked = Asked(
        text=q,
        locale=locale,
        region=region or None,
        account=account or None,
        audience=frozenset({PUBLIC, audience} if audience and (sees_all(me) or audience in me.audience) else {PUBLIC}),
        limit=limit,
    )
    try:
        await house.publisher.ensure(row)
        found = await asyncio.to_thread(house.library.search, asked, release=row["id"])
    except KnowledgeError as error:
        raise SearchFailed(error) from error
    return ReleaseFound(
        release=found.release,
        hits=[
            ReleaseHit(
                article_id=hit.passage.article_id,
                revision=hit.passage.revision,
                title=hit.title,
                heading=" > ".join(hit.passage.heading) or None,
                snippet=hit.snippet,
                score=hit.score,
                confident=hit.confident,
                locale=hit.passage.locale,
                why={name: _plain(value) for name, value in asdict(hit.why).items()},
            )
            for hit in found.hits
        ],
        confident=found.confident,
        notices=list(found.notices),
        took_ms=found.took_ms,
    )


def _plain(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else list(value) if isinstance(value, tuple) else value


@moves.post("/publish", status_code=201, responses={202: {"model": Release, "description": "It is being built."}})
async def publish_one(
    id: ArticleId, locale: InLocale, wanted: PublishIn, me: Publishing, house: Wired, response: Response
) -> Release:
    """Publish the approved revision of one translation as a release of its own."""
    row = await _translation(house, id, locale)
    workflow.check("publish", row)
    if row["approved"] != wanted.revision:
        raise VersionConflict("Another revision is approved by now.", revision=wanted.revision, latest=row["latest"])
    item = Wanted(article_id=id, locale=locale, what="publish", revision=wanted.revision)
    return await published(house, [item], me, response, note=wanted.note, override=wanted.override_reason)


@moves.post("/retire", status_code=201, responses={202: {"model": Release, "description": "It is being built."}})
async def retire(
    id: ArticleId, locale: InLocale, wanted: ServeIn, me: Publishing, house: Wired, response: Response
) -> Release:
    """Take one translation from readers; what links to it must go before."""
    workflow.check("retire", await _translation(house, id, locale))
    item = Wanted(article_id=id, locale=locale, what="retire")
    return await published(house, [item], me, response, note=wanted.reason)


async def _translation(house: House, article_id: str, locale: str) -> Row:
    async with house.store.reading() as db:
        return await articles.needed_translation(db, article_id, locale)


@gates.get("")
async def gate(me: Searcher, house: Wired) -> ReleaseGate:
    """Return the limits of the gate."""
    version, limit = await limits.limit_of(house.store)
    return ReleaseGate(**limit.model_dump(), version=version)


@gates.put("")
async def change_gate(wanted: ReleaseGate, me: Overriding, house: Wired) -> ReleaseGate:
    """Change the limits of the gate; the next release is judged by them. In the audit trail with what they were."""
    limit = GateLimit.model_validate(wanted.model_dump(exclude={"version"}))
    try:
        version = await limits.change(house, editor_of(me), limit, known=wanted.version)
    except IntegrityError:
        raise VersionConflict("Somebody changed the limits meanwhile. Read them again.") from None
    return ReleaseGate(**limit.model_dump(), version=version)
