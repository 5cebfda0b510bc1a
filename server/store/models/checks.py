"""Measurements of the knowledge base: one runs at a time, and everybody can see how far it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table
from server.store.models.articles import PERSON

RUNNING = text("state = 'running'")


class KnowledgeCheck(Table):
    """One measurement of the knowledge base's health."""

    __tablename__ = "knowledge_checks"
    # One runs at a time, everywhere.
    __table_args__ = (
        Index(
            "ix_knowledge_checks_running", "state", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
        ),
        Index("ix_knowledge_checks_started_at", "started_at"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    """running, done, failed."""
    step: Mapped[str] = mapped_column(String(32))
    """What it looks at now, or did last: the kind of finding."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Steps, not findings."""
    counts: Mapped[dict[str, Any]]
    """How many findings of each kind there were."""
    error: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(PERSON)
    instance: Mapped[str] = mapped_column(String(64))
    lease_until: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
