"""The spine: conversations, their append-only events, and the keys that make sends idempotent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table

OPEN = text("state <> 'closed'")


class Conversation(Table):
    """The present state of a conversation; changes only in the transaction that appends the event saying so."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(
            "uq_conversations_open",
            "account",
            "customer_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_conversations_list", "state", "updated_at"),
        Index("ix_conversations_agent", "agent_id", "state", "updated_at"),
        Index("ix_conversations_customer", "customer_id", "started_at"),
        Index(
            "ix_conversations_turn",
            "turn_due_seq",
            sqlite_where=text("turn_due_seq IS NOT NULL"),
            postgresql_where=text("turn_due_seq IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("channel_accounts.id"))
    channel: Mapped[str] = mapped_column(String(32))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(16))
    agent_id: Mapped[UUID | None]
    agent_name: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(16))
    region: Mapped[str | None] = mapped_column(String(8))
    segment: Mapped[str | None] = mapped_column(String(64))
    stage: Mapped[str | None] = mapped_column(String(64))
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    last_event_id: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    read_seq: Mapped[int] = mapped_column(Integer, default=0)
    handoff_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(64))
    preview: Mapped[dict[str, Any] | None]
    mood: Mapped[dict[str, Any] | None]
    customer: Mapped[dict[str, Any]]
    """The customer as last known, so that a list needs no second look."""
    intent: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(32))
    """self_served, handed_off, resolved, ended_by_customer: how far it has got."""
    given_back_seq: Mapped[int | None]
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    turn_due_seq: Mapped[int | None]
    """Seq of the oldest customer message that has no turn yet."""
    turn_by: Mapped[str | None] = mapped_column(String(64))
    """Instance that works on the turn, and until when it is believed to be alive."""
    turn_until: Mapped[datetime | None]
    turn_tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often this turn was picked up after it had not come to its end."""


class ConversationEvent(Table):
    """One thing that happened; never changed, never removed but by a data-subject request."""

    __tablename__ = "conversation_events"
    # AUTOINCREMENT keeps SQLite from giving an id twice, so that ids order all conversations for good.
    __table_args__ = (UniqueConstraint("conversation_id", "seq"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str | None] = mapped_column(String(64))
    actor_name: Mapped[str | None] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(32))
    locale: Mapped[str] = mapped_column(String(16))
    region: Mapped[str | None] = mapped_column(String(8))
    segment: Mapped[str | None] = mapped_column(String(64))
    stage: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any]]
    versions: Mapped[dict[str, Any]]


class SentKey(Table):
    """A send that was accepted: the same key again in the same scope stores nothing and gets the same answer."""

    __tablename__ = "sent_keys"

    scope: Mapped[str] = mapped_column(String(128), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    conversation_id: Mapped[UUID]
    message_id: Mapped[UUID]
    seq: Mapped[int]
    at: Mapped[datetime]
