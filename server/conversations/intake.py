"""Taking in a customer's message: one short transaction, once for each message, whatever happens around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Inbound
from server.conversations import ledger, repository
from server.conversations.errors import AccountNotFound
from server.conversations.ledger import SYSTEM, Draft
from server.conversations.state import OWNER_OF, State
from server.kit.clock import Clock
from server.kit.ids import Ids
from server.realtime.events import Actor, ConversationStarted, Customer, MessageReceived
from server.realtime.signals import Written
from server.store.session import Store

CLAIM = timedelta(seconds=20)
"""How long a claimed turn is believed to be worked on; longer than any turn takes."""
PREVIEW_CHARACTERS = 140
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose message it is, on which account."""

    customer_id: UUID
    account: str
    channel: str
    locale: str = "en"
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message that is stored. `fresh` is False when it had been stored before; `claimed` when the turn is ours."""

    conversation_id: UUID
    message_id: UUID
    seq: int
    fresh: bool
    claimed: bool = False
    row: Mapping[str, Any] | None = None
    written: Written | None = None


class Intake:
    """Stores customer messages."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, *, instance: str) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._instance = instance

    def message_id(self, sender: Sender, inbound: Inbound) -> UUID:
        """Return the id that a message gets: the same message sent again has the same, before it is even stored."""
        return uuid5(sender.customer_id, f"{sender.account}:{inbound.external_id}")

    async def take_in(self, sender: Sender, inbound: Inbound) -> Taken:
        """Store a message once; raise `AccountNotFound` or `StorageUnavailable`.

        A message with an external id that was stored before changes nothing and is answered the same. When two
        first messages of one customer race, the unique index lets one make the conversation and the other joins it.
        """
        scope = f"in:{sender.account}:{sender.customer_id}"
        for attempt in range(TRIES):
            try:
                async with self._store.writing() as connection:
                    return await self._store_once(connection, sender, inbound, scope)
            except IntegrityError:
                async with self._store.reading() as connection:
                    known = await repository.key_of(connection, scope, inbound.external_id)
                if known is not None:
                    return Taken(
                        conversation_id=known["conversation_id"],
                        message_id=known["message_id"],
                        seq=known["seq"],
                        fresh=False,
                    )
                if attempt == TRIES - 1:
                    raise
        raise AssertionError  # the loop returns or raises

    async def _store_once(self, connection: AsyncConnection, sender: Sender, inbound: Inbound, scope: str) -> Taken:
        now = self._clock()
        row: Mapping[str, Any] | None = await repository.open_of_customer(
            connection, sender.account, sender.customer_id
        )
        drafts: list[Draft] = []
        if row is None:
            row, started = await self._begin(connection, sender, now)
            drafts.append(started)
        message_id = self.message_id(sender, inbound)
        seq = row["last_seq"] + len(drafts) + 1
        await repository.keep_key(
            connection,
            scope=scope,
            key=inbound.external_id,
            conversation_id=row["id"],
            message_id=message_id,
            seq=seq,
            now=now,
        )
        author = Actor(kind="customer", id=str(sender.customer_id), name=row["customer"].get("name"))
        drafts.append(
            Draft(
                actor=author,
                data=MessageReceived(
                    message_id=message_id,
                    text=inbound.text,
                    payload=inbound.payload,
                    client_id=inbound.external_id,
                ),
            )
        )
        changes: dict[str, Any] = {"preview": preview(inbound.text, "customer", now)}
        claimed = row["turn_until"] is None or row["turn_until"] < now
        if row["turn_due_seq"] is None:
            changes["turn_due_seq"] = seq
        if claimed:
            changes |= {"turn_by": self._instance, "turn_until": now + CLAIM}
        if row["state"] == State.with_agent and row["waiting_since"] is None:
            changes["waiting_since"] = now
        written = await ledger.append(connection, row, drafts, now=now, changes=changes)
        after = {**row, **changes, "last_seq": seq, "last_event_id": written.events[-1].id, "updated_at": now}
        return Taken(
            conversation_id=row["id"],
            message_id=message_id,
            seq=seq,
            fresh=True,
            claimed=claimed,
            row=after,
            written=written,
        )

    async def _begin(
        self, connection: AsyncConnection, sender: Sender, now: datetime
    ) -> tuple[Mapping[str, Any], Draft]:
        account = await repository.account_by_id(connection, sender.account)
        known = await repository.customer_by_id(connection, sender.customer_id)
        if account is None or known is None:
            raise AccountNotFound(sender.account)
        customer = customer_of(known)
        row = {
            "id": self._ids(),
            "account": sender.account,
            "channel": sender.channel,
            "customer_id": sender.customer_id,
            "customer": customer.model_dump(mode="json"),
            "state": State.with_bot,
            "owner": OWNER_OF[State.with_bot],
            "agent_id": None,
            "agent_name": None,
            "locale": sender.locale,
            "region": account["region"],
            "segment": None,
            "stage": None,
            "last_seq": 0,
            "last_event_id": 0,
            "read_seq": 0,
            "handoff_id": None,
            "reason": None,
            "preview": None,
            "mood": None,
            "intent": None,
            "outcome": None,
            "given_back_seq": None,
            "started_at": now,
            "updated_at": now,
            "waiting_since": None,
            "closed_at": None,
            "turn_due_seq": None,
            "turn_by": None,
            "turn_until": None,
            "turn_tries": 0,
        }
        await repository.make_conversation(connection, row)
        started = ConversationStarted(account=sender.account, customer=customer, page=sender.page)
        return row, Draft(actor=SYSTEM, data=started)


def customer_of(row: Mapping[str, Any]) -> Customer:
    """Return the customer in a row of the customers table."""
    return Customer(
        visitor_id=row["id"],
        name=row["name"],
        email=row["email"],
        customer_number=row["customer_number"],
        level=row["level"],
    )


def preview(text: str, author: str, now: datetime) -> dict[str, str]:
    """Return the list's line of newest words, as it is stored."""
    words = " ".join(text.split())
    if len(words) > PREVIEW_CHARACTERS:
        words = words[: PREVIEW_CHARACTERS - 1].rstrip() + "…"
    return {"text": words, "author": author, "at": now.isoformat().replace("+00:00", "Z")}
