"""Appending to the event log: the one place that writes events and the conversation row beside them.

A caller locks the conversation (`lock`), says what happened (`append`), and the row's state moves in the same
transaction. The `Written` that comes back is what has to be told to the sockets after the commit, never before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.conversations.uses import INSERT as INSERT_USES
from server.conversations.uses import uses_in
from server.kit.errors import NotFound
from server.realtime.events import Actor, Customer, Event, EventData, Mood
from server.realtime.frames import AgentRef, ConversationSummary, Preview
from server.realtime.signals import Written
from server.store.base import Row, one_row, rows_of
from server.store.models import Conversation, ConversationEvent

CONVERSATIONS = rows_of(Conversation)
EVENTS = rows_of(ConversationEvent)

# Statements of the hot path are made once: building one costs more than running it on a local file.
_LOCK = select(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("wanted")).with_for_update()
_INSERT = insert(EVENTS).returning(EVENTS.c.id, EVENTS.c.seq, sort_by_parameter_order=True)
_MOVE = update(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("wanted"))
_MOVE_IF_UNCHANGED = _MOVE.where(
    CONVERSATIONS.c.last_seq == bindparam("expected"), CONVERSATIONS.c.owner == bindparam("owned_by")
)


class Moved(Exception):
    """The conversation went on since its row was read: the transaction must be undone and begun with a fresh row."""


BOT = Actor(kind="bot")
SYSTEM = Actor(kind="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event that is about to be written: who did what, with which versions of models and rules."""

    actor: Actor
    data: EventData
    versions: Mapping[str, str] = field(default_factory=dict)


async def lock(connection: AsyncConnection, conversation_id: UUID) -> Row:
    """Return the conversation's row, locked for this transaction; raise `NotFound`.

    On SQLite the write transaction itself is the lock.
    """
    row = one_row(await connection.execute(_LOCK, {"wanted": conversation_id}))
    if row is None:
        message = "There is no such conversation."
        raise NotFound(message)
    return row


async def append(
    connection: AsyncConnection,
    conversation: Mapping[str, Any],
    drafts: Sequence[Draft],
    *,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    locked: bool = True,
) -> Written:
    """Append events to a conversation and move its row along; seq goes on from the row without a gap.

    The row is one that this transaction has locked, or (`locked=False`) one that was read before: then the move is
    made only if nothing has happened since, and `Moved` (or an IntegrityError on the seq) says that something has.
    """
    first = conversation["last_seq"] + 1
    place = {key: conversation[key] for key in ("channel", "locale", "region", "segment", "stage")}
    rows = [
        {
            "conversation_id": conversation["id"],
            "seq": seq,
            "type": draft.data.type,
            "at": now,
            "actor_kind": draft.actor.kind,
            "actor_id": draft.actor.id,
            "actor_name": draft.actor.name,
            "data": draft.data.model_dump(mode="json"),
            "versions": dict(draft.versions),
            **place,
        }
        for seq, draft in enumerate(drafts, first)
    ]
    written: list[Event] = []
    last_event_id = conversation["last_event_id"]
    if rows:
        for (event_id, seq), draft in zip((await connection.execute(_INSERT, rows)).all(), drafts, strict=True):
            last_event_id = max(last_event_id, event_id)
            written.append(
                Event(
                    conversation_id=conversation["id"],
                    seq=seq,
                    id=event_id,
                    at=now,
                    actor=draft.actor,
                    data=draft.data,
                    versions=dict(draft.versions),
                )
            )
    if uses := uses_in(written):
        await connection.execute(INSERT_USES, uses)
    values = {
        "last_seq": conversation["last_seq"] + len(rows),
        "last_event_id": last_event_id,
        "updated_at": now,
        **(changes or {}),
    }
    if locked:
        await connection.execute(_MOVE, {**values, "wanted": conversation["id"]})
    else:
        guard = {"expected": conversation["last_seq"], "owned_by": conversation["owner"]}
        moved = await connection.execute(_MOVE_IF_UNCHANGED, {**values, **guard, "wanted": conversation["id"]})
        if moved.rowcount != 1:
            raise Moved
    after = {**conversation, **values}
    return Written(
        conversation_id=conversation["id"],
        customer_id=conversation["customer_id"],
        events=tuple(written),
        summary=summary_of(after),
        read_seq=after["read_seq"],
    )


def event_of(row: Mapping[str, Any]) -> Event:
    """Return the event that a row of the log holds."""
    return Event.model_validate(
        {
            "conversation_id": row["conversation_id"],
            "seq": row["seq"],
            "id": row["id"],
            "at": row["at"],
            "actor": {"kind": row["actor_kind"], "id": row["actor_id"], "name": row["actor_name"]},
            "data": row["data"],
            "versions": row["versions"],
        }
    )


def summary_of(row: Mapping[str, Any]) -> ConversationSummary:
    """Return the desk's list line for a conversation's row."""
    return ConversationSummary(
        id=row["id"],
        state=row["state"],
        owner=row["owner"],
        agent=AgentRef(id=row["agent_id"], name=row["agent_name"]) if row["agent_id"] else None,
        account=row["account"],
        channel=row["channel"],
        locale=row["locale"],
        customer=Customer.model_validate(row["customer"]),
        preview=Preview.model_validate(row["preview"]) if row["preview"] else None,
        reason=row["reason"],
        mood=Mood.model_validate(row["mood"]) if row["mood"] else None,
        intent=row["intent"],
        outcome=row["outcome"],
        last_seq=row["last_seq"],
        started_at=_iso(row["started_at"]),
        updated_at=_iso(row["updated_at"]),
        waiting_since=_iso(row["waiting_since"]) if row["waiting_since"] else None,
        closed_at=_iso(row["closed_at"]) if row["closed_at"] else None,
    )


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
