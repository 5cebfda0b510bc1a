"""Staff, their sessions, tokens of machines, and the audit trail of what staff changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table


class Agent(Table):
    """A person who works here; `roles` are names from `server.access.roles`."""

    __tablename__ = "agents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]]
    teams: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    """Teams whose articles this person may read; an article says so by its audience `team:<name>`."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class AgentSession(Table):
    """A signed-in browser; only the SHA-256 of its cookie is stored."""

    __tablename__ = "agent_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class MachineToken(Table):
    """A scoped bearer token; only its SHA-256 is stored."""

    __tablename__ = "machine_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditEntry(Table):
    """Something that staff or a machine changed: who, what, on what, with which values."""

    __tablename__ = "audit_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(100), index=True)
    target: Mapped[str] = mapped_column(String(200))
    data: Mapped[dict[str, Any]]
