"""The outbox: what has to reach a customer, and how far it got."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table

DUE = text("state = 'queued'")


class Delivery(Table):
    """One outgoing message on one channel account; `state` only moves forward."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_due", "next_at", sqlite_where=DUE, postgresql_where=DUE),)

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(index=True)
    seq: Mapped[int]
    account: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    external_id: Mapped[str | None] = mapped_column(String(200), index=True)
    error: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime]
