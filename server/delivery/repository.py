"""The outbox in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.base import Row, all_rows, rows_of
from server.store.models import ConversationEvent, Delivery

DELIVERIES = rows_of(Delivery)
EVENTS = rows_of(ConversationEvent)
ORDER = ("queued", "sent", "delivered", "read")


async def due(connection: AsyncConnection, now: datetime, *, limit: int = 50) -> list[Row]:
    """Return deliveries whose time has come, oldest first, with the event that they are for.

    One that waits for its next try, or that a worker is sending, holds back the later ones of its conversation.
    """
    earlier = DELIVERIES.alias("earlier")
    held = (
        select(earlier.c.message_id)
        .where(
            earlier.c.conversation_id == DELIVERIES.c.conversation_id,
            earlier.c.seq < DELIVERIES.c.seq,
            earlier.c.state == "queued",
            earlier.c.next_at > now,
        )
        .exists()
    )
    query = (
        select(DELIVERIES, EVENTS.c.data)
        .join(EVENTS, (EVENTS.c.conversation_id == DELIVERIES.c.conversation_id) & (EVENTS.c.seq == DELIVERIES.c.seq))
        .where(DELIVERIES.c.state == "queued", DELIVERIES.c.next_at <= now, ~held)
        .order_by(DELIVERIES.c.conversation_id, DELIVERIES.c.seq)
        .limit(limit)
    )
    return all_rows(await connection.execute(query))


async def claim(connection: AsyncConnection, message_id: UUID, *, now: datetime, until: datetime) -> bool:
    """Take a delivery that is due for this worker alone until a moment; return False when another one was faster."""
    claimed = await connection.execute(
        update(DELIVERIES)
        .where(DELIVERIES.c.message_id == message_id, DELIVERIES.c.state == "queued", DELIVERIES.c.next_at <= now)
        .values(next_at=until)
    )
    return bool(claimed.rowcount)


async def move(connection: AsyncConnection, message_id: UUID, state: str, *, now: datetime, **values: Any) -> bool:
    """Move a delivery forward; return False when it has got further already (receipts come in any order).

    What has arrived cannot fail any more.
    """
    before = ("queued", "sent") if state == "failed" else ORDER[: ORDER.index(state)]
    changed = await connection.execute(
        update(DELIVERIES)
        .where(DELIVERIES.c.message_id == message_id, DELIVERIES.c.state.in_(before))
        .values(state=state, updated_at=now, **values)
    )
    return bool(changed.rowcount)


async def later(connection: AsyncConnection, message_id: UUID, *, at: datetime, attempts: int, error: str) -> None:
    """Put a delivery off."""
    await connection.execute(
        update(DELIVERIES)
        .where(DELIVERIES.c.message_id == message_id, DELIVERIES.c.state == "queued")
        .values(next_at=at, attempts=attempts, error=error)
    )
