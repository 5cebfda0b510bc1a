"""What editors have to do: made from a contribution, a finding or an audit, for somebody, until a day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.access import repository as access
from server.access.guard import Needs, Principal
from server.articles import notices
from server.articles.errors import NotAllowed
from server.articles.pages import NO_CURSOR, Cursor, Limit, behind, cursor_of, opened
from server.articles.repository import agent
from server.articles.shapes import Person
from server.house import House, Wired
from server.kit.errors import Conflict, Invalid, NotFound
from server.kit.ids import Ids
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import KnowledgeTask

TASKS = rows_of(KnowledgeTask)
router = APIRouter(prefix="/api/v1/knowledge-tasks", tags=["knowledge health"])
Editing = Annotated[Principal, Depends(Needs("knowledge.edit"))]
State = Literal["open", "done", "dropped"]


class TaskNotFound(NotFound):
    """There is no such task."""

    code = "task_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such task.")


class TaskOver(Conflict):
    """The task is done or dropped already."""

    code = "task_over"

    def __init__(self, state: str) -> None:
        super().__init__(f"This task is {state} already.", state=state)


class Task(BaseModel):
    """Something to do; `data` says more by kind."""

    id: UUID
    kind: str
    title: str
    finding: str | None
    article_id: str | None
    locale: str | None
    data: dict[str, Any]
    state: State
    owner: Person | None
    due_at: datetime
    overdue: bool
    by: str
    at: datetime
    done_at: datetime | None
    done_by: str | None


class TaskPage(BaseModel):
    """Tasks, the most urgent first."""

    items: list[Task]
    next_cursor: str | None
    total: int


class DoneIn(BaseModel):
    """What was done; may be left out."""

    note: str = Field(default="", max_length=2_000)


class DropIn(BaseModel):
    """Why it is not done."""

    reason: str = Field(min_length=1, max_length=2_000)


class TaskChange(BaseModel):
    """Another owner or another day; what is not named stays."""

    owner_id: UUID | None = None
    due_at: AwareDatetime | None = None


async def make(
    connection: AsyncConnection,
    *,
    ids: Ids,
    kind: str,
    title: str,
    owner_id: UUID | None,
    due_at: datetime,
    by: str,
    now: datetime,
    data: Mapping[str, Any],
    finding: str | None = None,
    article_id: str | None = None,
    locale: str | None = None,
    by_id: UUID | None = None,
) -> Row:
    """Store a task and tell its owner, unless they made it themselves (`by_id`); return its row.

    Raises `NotAllowed` for an owner who does not work here.
    """
    owner = await _owner(connection, owner_id)
    row = {
        "id": ids(),
        "kind": kind,
        "title": title[:300],
        "finding": finding,
        "article_id": article_id,
        "locale": locale,
        "data": dict(data),
        "state": "open",
        "owner_id": owner_id,
        "owner": owner,
        "due_at": due_at,
        "by": by,
        "at": now,
        "done_at": None,
        "done_by": None,
    }
    await connection.execute(insert(TASKS).values(**row))
    if owner_id != by_id:
        told = {"task_id": str(row["id"]), "title": row["title"], "article_id": article_id, "by": by}
        await notices.tell(connection, owner_id, "task.given", told, ids=ids, now=now)
    return row


async def finish(
    connection: AsyncConnection, task_id: UUID, state: State, *, by: str, now: datetime, note: str = ""
) -> Row:
    """End an open task; raise `TaskNotFound`, or `TaskOver` when it has ended already."""
    row = await needed(connection, task_id, lock=True)
    if row["state"] != "open":
        raise TaskOver(row["state"])
    data = {**row["data"], "note": note} if note else row["data"]
    values = {"state": state, "done_at": now, "done_by": by, "data": data}
    await connection.execute(update(TASKS).where(TASKS.c.id == task_id).values(**values))
    return {**row, **values}


async def needed(connection: AsyncConnection, task_id: UUID, *, lock: bool = False) -> Row:
    """Return a task's row; raise `TaskNotFound`."""
    query = select(TASKS).where(TASKS.c.id == task_id)
    row = one_row(await connection.execute(query.with_for_update() if lock else query))
    if row is None:
        raise TaskNotFound
    return row


async def open_of_finding(connection: AsyncConnection, key: str) -> Row | None:
    """Return the newest open task that was made from a finding."""
    query = select(TASKS).where(TASKS.c.finding == key, TASKS.c.state == "open").order_by(TASKS.c.id.desc()).limit(1)
    return one_row(await connection.execute(query))


async def page(
    connection: AsyncConnection, *, state: State | None, owner_id: UUID | None, limit: int, cursor: str | None
) -> tuple[list[Row], str | None, int]:
    """Return one page of tasks by due time, the cursor of the next page, and how many there are."""
    query = select(TASKS)
    if state is not None:
        query = query.where(TASKS.c.state == state)
    if owner_id is not None:
        query = query.where(TASKS.c.owner_id == owner_id)
    total = (await connection.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    order = (TASKS.c.due_at, TASKS.c.id)
    if cursor is not None:
        at, last = opened(cursor, (datetime, str))
        query = query.where(behind(order, (at, uuid_of(last)), down=False))
    rows = all_rows(await connection.execute(query.order_by(*order).limit(limit + 1)))
    more = cursor_of((rows[limit - 1]["due_at"], str(rows[limit - 1]["id"]))) if len(rows) > limit else None
    return rows[:limit], more, total


def uuid_of(value: str) -> UUID:
    """Return the id that a cursor holds; raise `Invalid` for one that is not ours."""
    try:
        return UUID(value)
    except ValueError as error:
        raise Invalid(NO_CURSOR) from error


def task_out(row: Row, now: datetime) -> Task:
    """Return a task as the API shows it."""
    owner = Person(id=row["owner_id"], name=row["owner"]) if row["owner"] else None
    overdue = row["state"] == "open" and row["due_at"] < now
    return Task.model_validate({**row, "owner": owner, "overdue": overdue})


@router.get("")
async def tasks(
    me: Editing,
    house: Wired,
    state: State | None = None,
    owner: UUID | Literal["me"] | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TaskPage:
    """List tasks, the most urgent first."""
    owner_id = me.id if owner == "me" else owner
    async with house.store.reading() as db:
        rows, more, total = await page(db, state=state, owner_id=owner_id, limit=limit, cursor=cursor)
    now = house.clock()
    return TaskPage(items=[task_out(row, now) for row in rows], next_cursor=more, total=total)


@router.post("/{id}/done")
async def done(id: UUID, wanted: DoneIn, me: Editing, house: Wired) -> Task:
    """Say that it is done."""
    return await _end(house, me, id, "done", wanted.note)


@router.post("/{id}/drop")
async def drop(id: UUID, wanted: DropIn, me: Editing, house: Wired) -> Task:
    """Say why it will not be done."""
    return await _end(house, me, id, "dropped", wanted.reason)


@router.patch("/{id}")
async def change(id: UUID, wanted: TaskChange, me: Editing, house: Wired) -> Task:
    """Give a task to somebody else, or another day."""
    now = house.clock()
    async with house.store.writing() as db:
        row = await needed(db, id, lock=True)
        if row["state"] != "open":
            raise TaskOver(row["state"])
        values: dict[str, Any] = {}
        if "owner_id" in wanted.model_fields_set:
            values |= {"owner_id": wanted.owner_id, "owner": await _owner(db, wanted.owner_id)}
        if wanted.due_at is not None:
            values["due_at"] = wanted.due_at
        if values:
            await db.execute(update(TASKS).where(TASKS.c.id == id).values(**values))
            await _audit(db, house, me, "task.changed", id, {name: str(value) for name, value in values.items()})
        if values.get("owner_id") not in {None, row["owner_id"], me.id}:
            told = {"task_id": str(id), "title": row["title"], "article_id": row["article_id"], "by": me.name}
            await notices.tell(db, values["owner_id"], "task.given", told, ids=house.ids, now=now)
    return task_out({**row, **values}, now)


async def _end(house: House, me: Principal, task_id: UUID, state: State, note: str) -> Task:
    now = house.clock()
    async with house.store.writing() as db:
        row = await finish(db, task_id, state, by=me.name, now=now, note=note)
        await _audit(db, house, me, f"task.{state}", task_id, {"note": note})
    return task_out(row, now)


async def _audit(
    db: AsyncConnection, house: House, me: Principal, action: str, task_id: UUID, data: Mapping[str, Any]
) -> None:
    await access.audit(
        db,
        id=house.ids(),
        at=house.clock(),
        actor=me.email or me.name,
        action=action,
        target=str(task_id),
        data=data,
    )


async def _owner(connection: AsyncConnection, owner_id: UUID | None) -> str | None:
    if owner_id is None:
        return None
    row = await agent(connection, owner_id)
    if row is None:
        raise NotAllowed("owner_id", str(owner_id), "An owner is somebody who works here.")
    name: str = row["name"]
    return name
