"""Handoffs and assignments in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.base import Row, one_row, rows_of
from server.store.models import Assignment, Handoff

HANDOFFS = rows_of(Handoff)
ASSIGNMENTS = rows_of(Assignment)


async def request(
    connection: AsyncConnection,
    *,
    handoff_id: UUID,
    conversation_id: UUID,
    reason: str,
    detail: str,
    now: datetime,
    packet: dict[str, Any],
) -> None:
    """Store that a person is asked for, with the packet that they will get."""
    await connection.execute(
        insert(HANDOFFS).values(
            id=handoff_id,
            conversation_id=conversation_id,
            reason=reason,
            detail=detail,
            state="requested",
            requested_at=now,
            packet=packet,
        )
    )


async def take(
    connection: AsyncConnection,
    *,
    assignment_id: UUID,
    conversation_id: UUID,
    handoff_id: UUID | None,
    agent_id: UUID,
    now: datetime,
) -> None:
    """Store that an agent has the conversation."""
    await end_assignment(connection, conversation_id, now)
    await connection.execute(
        insert(ASSIGNMENTS).values(
            id=assignment_id,
            conversation_id=conversation_id,
            agent_id=agent_id,
            handoff_id=handoff_id,
            since=now,
        )
    )
    if handoff_id is not None:
        await connection.execute(
            update(HANDOFFS).where(HANDOFFS.c.id == handoff_id).values(state="taken", taken_at=now, agent_id=agent_id)
        )


async def end_assignment(connection: AsyncConnection, conversation_id: UUID, now: datetime) -> None:
    """Store that nobody has the conversation any more."""
    await connection.execute(
        update(ASSIGNMENTS)
        .where(ASSIGNMENTS.c.conversation_id == conversation_id, ASSIGNMENTS.c.until.is_(None))
        .values(until=now)
    )


async def end(connection: AsyncConnection, handoff_id: UUID, *, state: str, now: datetime) -> None:
    """Store how a handoff ended: given_back or closed."""
    await connection.execute(update(HANDOFFS).where(HANDOFFS.c.id == handoff_id).values(state=state, ended_at=now))


async def newest(connection: AsyncConnection, conversation_id: UUID) -> Row | None:
    """Return a conversation's newest handoff."""
    query = (
        select(HANDOFFS)
        .where(HANDOFFS.c.conversation_id == conversation_id)
        .order_by(HANDOFFS.c.requested_at.desc())
        .limit(1)
    )
    return one_row(await connection.execute(query))


async def save_packet(connection: AsyncConnection, handoff_id: UUID, packet: dict[str, Any]) -> None:
    """Replace a handoff's packet by a fuller one."""
    await connection.execute(update(HANDOFFS).where(HANDOFFS.c.id == handoff_id).values(packet=packet))
