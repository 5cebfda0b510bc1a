"""Judged queries and measurements over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from server.access.guard import Needs, Principal
from server.articles.pages import Cursor, Limit, cursor_of, opened
from server.articles.people import editor_of
from server.articles.workbench import bench, repository
from server.articles.workbench.comparing import compare as compared
from server.articles.workbench.errors import RunNotFound
from server.articles.workbench.from_message import from_message as read_message
from server.articles.workbench.measure import row_of
from server.articles.workbench.queries import JudgedQueryBook, shown_queries
from server.articles.workbench.shapes import (
    FromMessageIn,
    JudgedQueries,
    JudgedQuery,
    JudgedQueryDraft,
    JudgedQueryIn,
    QueriesImported,
    QueryFromMessage,
    RankChange,
    Run,
    RunComparison,
    RunIn,
    Runs,
    run_line,
    run_out,
)
from server.house import House, Wired
from server.store.base import Row

queries = APIRouter(prefix="/api/v1/judged-queries", tags=["workbench"])
router = APIRouter(prefix="/api/v1/workbench", tags=["workbench"])
JSON_LINES = {"requestBody": {"content": {"application/jsonl": {"schema": {"type": "string"}}}, "required": True}}


def needs(permission: str) -> Any:
    """Return the parameter type of a route that wants this permission."""
    return Depends(Needs(permission))


Searcher = Annotated[Principal, needs("knowledge.search")]
Editing = Annotated[Principal, needs("knowledge.edit")]
Contributing = Annotated[Principal, needs("knowledge.contribute")]


async def reading_conversations(me: Contributing) -> Principal:
    """Return who asks; whoever makes something of a conversation must be allowed to read it."""
    me.must("conversation.read")
    return me


def book(house: House) -> JudgedQueryBook:
    """Return the judged queries of a house."""
    return JudgedQueryBook(house.store, house.clock, house.ids)


@queries.get("")
async def judged_queries(
    me: Searcher,
    house: Wired,
    q: Annotated[str, Query(max_length=300)] = "",
    article: Annotated[str, Query(max_length=120)] = "",
    locale: Annotated[str, Query(max_length=16)] = "",
    active: bool | None = None,
    limit: Limit = 50,
    cursor: UUID | None = None,
) -> JudgedQueries:
    """List judged queries, newest first; `article` is one that they expect."""
    async with house.store.reading() as db:
        rows = await repository.listed(
            db, words=q, article=article, locale=locale, is_active=active, after=cursor, limit=limit + 1
        )
        items = await shown_queries(db, rows[:limit])
        total = await repository.count(db)
    more = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return JudgedQueries(items=items, next_cursor=more, total=total)


@queries.post("", status_code=201)
async def add(wanted: JudgedQueryDraft, me: Editing, house: Wired) -> JudgedQuery:
    """Add a judged query."""
    return await book(house).add(wanted, editor_of(me))


@queries.post("/import", openapi_extra=JSON_LINES)
async def take_in(request: Request, me: Editing, house: Wired) -> QueriesImported:
    """Add the judged queries of a file, one JSON object a line; those that are known already are left."""
    return await book(house).take_in(await request.body(), editor_of(me))


@queries.post("/from-message", responses={201: {"model": JudgedQuery, "description": "It is stored."}})
async def from_message(
    wanted: FromMessageIn,
    me: Annotated[Principal, Depends(reading_conversations)],
    house: Wired,
    response: Response,
) -> QueryFromMessage | JudgedQuery:
    """Make a judged query of a customer's message: offer what might answer it, or store it with what does."""
    found = await read_message(house, wanted.conversation_id, wanted.message_id)
    if wanted.expected is None:
        return found
    response.status_code = 201
    changes = {"expected": wanted.expected, "note": wanted.note, "text": wanted.text or found.draft.text}
    return await book(house).add(
        found.draft.model_copy(update=changes),
        editor_of(me),
        source="conversation",
        conversation_id=wanted.conversation_id,
        message_id=wanted.message_id,
    )


@queries.put("/{id}")
async def change(id: UUID, wanted: JudgedQueryIn, me: Editing, house: Wired) -> JudgedQuery:
    """Change a judged query."""
    return await book(house).change(id, wanted, wanted.version, editor_of(me))


@queries.delete("/{id}", status_code=204)
async def drop(id: UUID, me: Editing, house: Wired) -> None:
    """Forget a judged query."""
    await book(house).drop(id, editor_of(me))


@router.post("/runs", status_code=201)
async def measure(wanted: RunIn, me: Editing, house: Wired) -> Run:
    """Ask every active judged query of a release, or of a draft on it, and keep what it finds."""
    return run_out(await bench.run(house, wanted, editor_of(me)))


@router.get("/runs")
async def runs(me: Searcher, house: Wired, limit: Limit = 50, cursor: Cursor = None) -> Runs:
    """List measurements, newest first."""
    before: datetime | None = opened(cursor, [datetime])[0] if cursor else None
    async with house.store.reading() as db:
        rows = await repository.runs(db, before=before, limit=limit + 1)
    more = cursor_of([rows[limit - 1]["at"]]) if len(rows) > limit else None
    return Runs(items=[run_line(row) for row in rows[:limit]], next_cursor=more)


@router.get("/runs/{id}")
async def run(id: UUID, me: Searcher, house: Wired) -> Run:
    """Return a measurement with what every query found."""
    return run_out(await _run(house, id))


@router.get("/compare")
async def compare(before: UUID, after: UUID, me: Searcher, house: Wired) -> RunComparison:
    """Put two measurements side by side: what was won and lost, and which article took the place."""
    old, new = await _run(house, before), await _run(house, after)
    found = compared(map(row_of, old["rows"]), map(row_of, new["rows"]))
    return RunComparison(
        before=run_line(old),
        after=run_line(new),
        won=[RankChange.model_validate(one.as_json()) for one in found.won],
        lost=[RankChange.model_validate(one.as_json()) for one in found.lost],
        same=found.same,
    )


async def _run(house: House, id: UUID) -> Row:
    async with house.store.reading() as db:
        row = await repository.run(db, id)
    if row is None:
        raise RunNotFound
    return row
