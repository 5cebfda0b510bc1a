"""Releases of the knowledge base: which revisions were served together, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table
from server.store.models.articles import ARTICLE_ID, LOCALE, PERSON

BUILDING = text("state = 'building'")


class KnowledgeRelease(Table):
    """One release from the first step of its making; the row with `served_at` newest is not necessarily served."""

    __tablename__ = "knowledge_releases"
    # One release is built at a time, everywhere.
    __table_args__ = (
        Index(
            "ix_knowledge_releases_building",
            "state",
            unique=True,
            sqlite_where=BUILDING,
            postgresql_where=BUILDING,
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str | None] = mapped_column(String(40), unique=True)
    """`r0007-1a2b3c4d` once it is built."""
    state: Mapped[str] = mapped_column(String(16))
    """building, ready (built and kept), refused (by the gate), failed."""
    base: Mapped[str | None] = mapped_column(String(40))
    """The release that it changes."""
    note: Mapped[str] = mapped_column(Text)
    by_id: Mapped[UUID | None]
    by: Mapped[str] = mapped_column(PERSON)
    instance: Mapped[str] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    step: Mapped[str] = mapped_column(String(32))
    """What the builder does or did last: collecting, building, checking, storing, done."""
    started_at: Mapped[datetime]
    built_at: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    """When it was last begun to be served."""
    articles: Mapped[int] = mapped_column(default=0)
    passages: Mapped[int] = mapped_column(default=0)
    embedded: Mapped[int] = mapped_column(default=0)
    embedder: Mapped[str | None] = mapped_column(String(200))
    changes: Mapped[list[Any]]
    """`{article_id, locale, title, what: added|changed|removed, from, to}` against its base."""
    gate: Mapped[dict[str, Any] | None]
    """What the judged queries said: figures before and after, lost queries, limit, passed, who overrode it and why."""
    error: Mapped[str | None] = mapped_column(Text)


class ReleaseItem(Table):
    """A revision is in every release from `from_number` until before `to_number` (None = still)."""

    __tablename__ = "release_items"
    __table_args__ = (Index("ix_release_items_to_number", "to_number"),)

    article_id: Mapped[str] = mapped_column(ARTICLE_ID, primary_key=True)
    locale: Mapped[str] = mapped_column(LOCALE, primary_key=True)
    from_number: Mapped[int] = mapped_column(primary_key=True)
    to_number: Mapped[int | None]
    revision: Mapped[int]


class ServedRelease(Table):
    """The only row says which release is served; every process follows it."""

    __tablename__ = "served_release"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    release: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(PERSON)
    reason: Mapped[str] = mapped_column(Text)
