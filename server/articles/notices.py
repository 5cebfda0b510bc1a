"""What one person of the staff should know: told once, there until they have looked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.access.guard import Needs, Principal
from server.house import Wired
from server.kit.ids import Ids
from server.store.base import Row, all_rows, rows_of
from server.store.models import StaffNotice

NOTICES = rows_of(StaffNotice)
router = APIRouter(prefix="/api/v1/notices", tags=["notices"])
Someone = Annotated[Principal, Depends(Needs(None))]


class Notice(BaseModel):
    """One notice; `kind` says what `data` holds (contribution.accepted, contribution.published, audit.failed, ...)."""

    id: UUID
    kind: str
    data: dict[str, Any]
    at: datetime
    seen_at: datetime | None


class NoticePage(BaseModel):
    """Notices, newest first, and how many of all are unseen."""

    items: list[Notice]
    unseen: int


class SeenIn(BaseModel):
    """Notices that were looked at."""

    ids: list[UUID] = Field(max_length=200)


async def tell(
    connection: AsyncConnection,
    agent_id: UUID | None,
    kind: str,
    data: Mapping[str, Any],
    *,
    ids: Ids,
    now: datetime,
) -> None:
    """Tell somebody something; nobody is told when it is nobody's."""
    if agent_id is not None:
        values = {"id": ids(), "agent_id": agent_id, "kind": kind, "data": dict(data), "at": now, "seen_at": None}
        await connection.execute(insert(NOTICES).values(**values))


async def listed(connection: AsyncConnection, agent_id: UUID, *, unseen: bool, limit: int) -> list[Row]:
    """Return somebody's notices, newest first."""
    query = select(NOTICES).where(NOTICES.c.agent_id == agent_id).order_by(NOTICES.c.id.desc()).limit(limit)
    if unseen:
        query = query.where(NOTICES.c.seen_at.is_(None))
    return all_rows(await connection.execute(query))


async def count_unseen(connection: AsyncConnection, agent_id: UUID) -> int:
    """Return how many of somebody's notices they have not looked at."""
    query = select(func.count()).select_from(NOTICES).where(NOTICES.c.agent_id == agent_id, NOTICES.c.seen_at.is_(None))
    return (await connection.execute(query)).scalar_one()


async def see(connection: AsyncConnection, agent_id: UUID, ids: Sequence[UUID], *, now: datetime) -> None:
    """Mark somebody's own notices as seen; others' are left alone."""
    await connection.execute(
        update(NOTICES)
        .where(NOTICES.c.agent_id == agent_id, NOTICES.c.id.in_(ids), NOTICES.c.seen_at.is_(None))
        .values(seen_at=now)
    )


@router.get("")
async def notices(
    me: Someone, house: Wired, unseen: bool = False, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> NoticePage:
    """List what I should know."""
    return await _page(house, me, unseen=unseen, limit=limit)


@router.post("/seen")
async def seen(wanted: SeenIn, me: Someone, house: Wired) -> NoticePage:
    """Say that I have looked at some."""
    async with house.store.writing() as db:
        await see(db, me.id, wanted.ids, now=house.clock())
    return await _page(house, me, unseen=True, limit=50)


async def _page(house: Wired, me: Principal, *, unseen: bool, limit: int) -> NoticePage:
    async with house.store.reading() as db:
        rows = await listed(db, me.id, unseen=unseen, limit=limit)
        count = await count_unseen(db, me.id)
    return NoticePage(items=[Notice.model_validate(row) for row in rows], unseen=count)
