"""Asking for a person, and who it was."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table


class Handoff(Table):
    """One request for a person: why, when, taken by whom, with the packet that the agent gets."""

    __tablename__ = "handoffs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    reason: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    requested_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    agent_id: Mapped[UUID | None]
    packet: Mapped[dict[str, Any] | None]


class Assignment(Table):
    """An agent had a conversation from then until then."""

    __tablename__ = "assignments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    agent_id: Mapped[UUID] = mapped_column(index=True)
    handoff_id: Mapped[UUID | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
