"""Reading and making conversations; writing events is the ledger's."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.conversations.ledger import CONVERSATIONS, EVENTS, event_of, summary_of
from server.kit.errors import Invalid
from server.realtime.events import PUBLIC, Event
from server.realtime.signals import Nudge
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import ChannelAccount, Customer, Delivery, SentKey

ACCOUNTS = rows_of(ChannelAccount)
CUSTOMERS = rows_of(Customer)
DELIVERIES = rows_of(Delivery)
SENT_KEYS = rows_of(SentKey)

# Statements of the hot path are made once (see ledger.py).
_OPEN = (
    select(CONVERSATIONS)
    .where(
        CONVERSATIONS.c.account == bindparam("account"),
        CONVERSATIONS.c.customer_id == bindparam("customer"),
        CONVERSATIONS.c.state != "closed",
    )
    .with_for_update()
)
_NEWEST = (
    select(EVENTS)
    .where(EVENTS.c.conversation_id == bindparam("conversation"), EVENTS.c.type.in_(bindparam("types", expanding=True)))
    .order_by(EVENTS.c.seq.desc())
    .limit(bindparam("most"))
)
_KEEP_KEY = insert(SENT_KEYS)
_DELIVER = insert(DELIVERIES)

NO_CURSOR = "This cursor is not one of ours."
View = Literal["mine", "unassigned", "bot", "closed", "all"]


async def account_by_id(connection: AsyncConnection, account: str) -> Row | None:
    """Return an enabled channel account."""
    query = select(ACCOUNTS).where(ACCOUNTS.c.id == account, ACCOUNTS.c.enabled)
    return one_row(await connection.execute(query))


async def customer_by_id(connection: AsyncConnection, customer_id: UUID) -> Row | None:
    """Return a customer."""
    query = select(CUSTOMERS).where(CUSTOMERS.c.id == customer_id)
    return one_row(await connection.execute(query))


async def verified_customer(connection: AsyncConnection, account: str, email: str) -> Row | None:
    """Return the customer of an account whom the host site has vouched for under this e-mail before."""
    query = (
        select(CUSTOMERS)
        .where(CUSTOMERS.c.account == account, CUSTOMERS.c.email == email, CUSTOMERS.c.level == "verified")
        .order_by(CUSTOMERS.c.created_at)
        .limit(1)
    )
    return one_row(await connection.execute(query))


async def make_customer(connection: AsyncConnection, **values: Any) -> None:
    """Store a new customer."""
    await connection.execute(insert(CUSTOMERS).values(**values))


async def change_customer(connection: AsyncConnection, customer_id: UUID, **values: Any) -> None:
    """Change what is known of a customer."""
    await connection.execute(update(CUSTOMERS).where(CUSTOMERS.c.id == customer_id).values(**values))


async def newest_of_customer(connection: AsyncConnection, customer_id: UUID) -> Row | None:
    """Return a customer's newest conversation, open or closed."""
    query = (
        select(CONVERSATIONS)
        .where(CONVERSATIONS.c.customer_id == customer_id)
        .order_by(CONVERSATIONS.c.started_at.desc())
        .limit(1)
    )
    return one_row(await connection.execute(query))


async def open_of_customer(connection: AsyncConnection, account: str, customer_id: UUID) -> Row | None:
    """Return a customer's open conversation on an account, locked for this transaction."""
    return one_row(await connection.execute(_OPEN, {"account": account, "customer": customer_id}))


async def conversation(connection: AsyncConnection, conversation_id: UUID) -> Row | None:
    """Return a conversation's row."""
    query = select(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id)
    return one_row(await connection.execute(query))


async def locked(connection: AsyncConnection, conversation_id: UUID) -> Row | None:
    """Return a conversation's row, locked for this transaction, or None."""
    query = select(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id).with_for_update()
    return one_row(await connection.execute(query))


async def make_conversation(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Store a new conversation; the unique index lets a customer have one open at a time on an account."""
    await connection.execute(insert(CONVERSATIONS).values(**values))


async def key_of(connection: AsyncConnection, scope: str, key: str) -> Row | None:
    """Return what a send with this key became before."""
    query = select(SENT_KEYS).where(SENT_KEYS.c.scope == scope, SENT_KEYS.c.key == key)
    return one_row(await connection.execute(query))


async def keep_key(
    connection: AsyncConnection,
    *,
    scope: str,
    key: str,
    conversation_id: UUID,
    message_id: UUID,
    seq: int,
    now: datetime,
) -> None:
    """Remember what a send became; a second one with the same key breaks the transaction (unique)."""
    await connection.execute(
        _KEEP_KEY,
        {
            "scope": scope,
            "key": key,
            "conversation_id": conversation_id,
            "message_id": message_id,
            "seq": seq,
            "at": now,
        },
    )


async def add_deliveries(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put outgoing messages into the outbox."""
    if rows:
        await connection.execute(_DELIVER, [dict(row) for row in rows])


async def events_after(
    connection: AsyncConnection, conversation_id: UUID, seq: int, *, limit: int = 1000, public: bool = False
) -> list[Event]:
    """Return the events after a seq, oldest first; `public` leaves out what customers never see."""
    query = select(EVENTS).where(EVENTS.c.conversation_id == conversation_id, EVENTS.c.seq > seq)
    if public:
        query = query.where(EVENTS.c.type.in_(PUBLIC))
    rows = await connection.execute(query.order_by(EVENTS.c.seq).limit(limit))
    return [event_of(row) for row in all_rows(rows)]


async def newest_events(
    connection: AsyncConnection, conversation_id: UUID, *, limit: int, types: Sequence[str]
) -> list[Event]:
    """Return the newest events of some types, oldest first."""
    rows = await connection.execute(_NEWEST, {"conversation": conversation_id, "types": list(types), "most": limit})
    return [event_of(row) for row in reversed(all_rows(rows))]


def _in_view(view: View, agent_id: UUID) -> ColumnElement[bool]:
    match view:
        case "mine":
            return (CONVERSATIONS.c.state == "with_agent") & (CONVERSATIONS.c.agent_id == agent_id)
        case "unassigned":
            return CONVERSATIONS.c.state == "waiting"
        case "bot":
            return CONVERSATIONS.c.state == "with_bot"
        case "closed":
            return CONVERSATIONS.c.state == "closed"
        case "all":
            return CONVERSATIONS.c.state.is_not(None)


async def listed(
    connection: AsyncConnection, view: View, agent_id: UUID, *, limit: int, cursor: str | None
) -> tuple[list[Row], str | None]:
    """Return one page of a view, newest change first, and the cursor of the next page."""
    query = select(CONVERSATIONS).where(_in_view(view, agent_id))
    if cursor is not None:
        at, last = _opened(cursor)
        query = query.where(
            (CONVERSATIONS.c.updated_at < at) | ((CONVERSATIONS.c.updated_at == at) & (CONVERSATIONS.c.id < last))
        )
    query = query.order_by(CONVERSATIONS.c.updated_at.desc(), CONVERSATIONS.c.id.desc()).limit(limit + 1)
    rows = all_rows(await connection.execute(query))
    page = rows[:limit]
    more = _cursor(page[-1]) if len(rows) > limit else None
    return page, more


def _cursor(row: Row) -> str:
    return base64.urlsafe_b64encode(json.dumps([row["updated_at"].isoformat(), str(row["id"])]).encode()).decode()


def _opened(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        moment, conversation_id = datetime.fromisoformat(at), UUID(last)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid(NO_CURSOR) from error
    if moment.tzinfo is None:
        raise Invalid(NO_CURSOR)
    return moment, conversation_id


async def counts(connection: AsyncConnection, agent_id: UUID) -> dict[str, int]:
    """Return how many conversations each view has."""
    found: dict[str, int] = {}
    for view in ("mine", "unassigned", "bot", "closed"):
        query = select(func.count()).select_from(CONVERSATIONS).where(_in_view(view, agent_id))
        found[view] = (await connection.execute(query)).scalar_one()
    return found


async def position_in_queue(connection: AsyncConnection, waiting_since: datetime) -> int:
    """Return how many wait, up to and with the one that has waited since then."""
    query = (
        select(func.count())
        .select_from(CONVERSATIONS)
        .where(CONVERSATIONS.c.state == "waiting", CONVERSATIONS.c.waiting_since <= waiting_since)
    )
    return (await connection.execute(query)).scalar_one()


async def changed_since(connection: AsyncConnection, event_id: int, *, limit: int = 500) -> list[Row]:
    """Return conversations whose newest event has a higher global id, oldest change first."""
    query = (
        select(CONVERSATIONS)
        .where(CONVERSATIONS.c.last_event_id > event_id)
        .order_by(CONVERSATIONS.c.last_event_id)
        .limit(limit)
    )
    return all_rows(await connection.execute(query))


async def newest_event_id(connection: AsyncConnection) -> int:
    """Return the highest global event id."""
    return (await connection.execute(select(func.max(CONVERSATIONS.c.last_event_id)))).scalar_one() or 0


def nudge_of(row: Row) -> Nudge:
    """Return the nudge for a conversation that has moved on."""
    return Nudge(
        conversation_id=row["id"], customer_id=row["customer_id"], last_seq=row["last_seq"], summary=summary_of(row)
    )


async def turns_due(connection: AsyncConnection, *, now: datetime, limit: int = 50) -> list[UUID]:
    """Return conversations with a message that nobody is answering (any more)."""
    query = (
        select(CONVERSATIONS.c.id)
        .where(
            CONVERSATIONS.c.turn_due_seq.is_not(None),
            CONVERSATIONS.c.turn_until.is_(None) | (CONVERSATIONS.c.turn_until < now),
        )
        .order_by(CONVERSATIONS.c.updated_at)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def claim_turn(
    connection: AsyncConnection, conversation_id: UUID, *, by: str, now: datetime, until: datetime
) -> Row | None:
    """Claim a turn that is due and that nobody works on; return the row, or None when there is nothing to claim."""
    statement = (
        update(CONVERSATIONS)
        .where(
            CONVERSATIONS.c.id == conversation_id,
            CONVERSATIONS.c.turn_due_seq.is_not(None),
            CONVERSATIONS.c.turn_until.is_(None) | (CONVERSATIONS.c.turn_until < now),
        )
        .values(turn_by=by, turn_until=until, turn_tries=CONVERSATIONS.c.turn_tries + 1)
        .returning(*CONVERSATIONS.c)
    )
    return one_row(await connection.execute(statement))


async def release_turns_of(connection: AsyncConnection, instance: str) -> int:
    """Let go of the turns that an earlier life of this process was working on; return how many."""
    statement = update(CONVERSATIONS).where(CONVERSATIONS.c.turn_by == instance).values(turn_by=None, turn_until=None)
    return (await connection.execute(statement)).rowcount


async def first_unanswered(connection: AsyncConnection, conversation_id: UUID) -> int | None:
    """Return the seq of the first customer message since somebody wrote to them or took the conversation, or None."""
    answered = (
        select(func.max(EVENTS.c.seq))
        .where(
            EVENTS.c.conversation_id == conversation_id,
            EVENTS.c.type.in_(("message.sent", "conversation.assigned")),
        )
        .scalar_subquery()
    )
    query = select(func.min(EVENTS.c.seq)).where(
        EVENTS.c.conversation_id == conversation_id,
        EVENTS.c.type == "message.received",
        EVENTS.c.seq > func.coalesce(answered, 0),
    )
    found: int | None = (await connection.execute(query)).scalar()
    return found


async def has_message(connection: AsyncConnection, conversation_id: UUID, message_id: UUID) -> bool:
    """Tell whether a customer's message is stored in this conversation."""
    query = (
        select(EVENTS.c.seq)
        .where(
            EVENTS.c.conversation_id == conversation_id,
            EVENTS.c.type == "message.received",
            EVENTS.c.data["message_id"].as_string() == str(message_id),
        )
        .limit(1)
    )
    return (await connection.execute(query)).first() is not None


async def newest_sent(connection: AsyncConnection, conversation_id: UUID, after: int, upto: int) -> UUID | None:
    """Return the newest message to the customer between two seqs."""
    query = (
        select(EVENTS.c.data)
        .where(
            EVENTS.c.conversation_id == conversation_id,
            EVENTS.c.seq > after,
            EVENTS.c.seq <= upto,
            EVENTS.c.type == "message.sent",
        )
        .order_by(EVENTS.c.seq.desc())
        .limit(1)
    )
    data = (await connection.execute(query)).scalar_one_or_none()
    return UUID(data["message_id"]) if data else None
