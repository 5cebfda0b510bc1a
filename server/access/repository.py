"""Staff, sessions and machine tokens in the database."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import Agent, AgentSession, AuditEntry, MachineToken

AGENTS = rows_of(Agent)
SESSIONS = rows_of(AgentSession)
TOKENS = rows_of(MachineToken)
AUDIT = rows_of(AuditEntry)


def digest(token: str) -> str:
    """Return what is stored of a random token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


async def agent_by_email(connection: AsyncConnection, email: str) -> Row | None:
    """Return the active agent with this e-mail, upper and lower case alike."""
    query = select(AGENTS).where(AGENTS.c.email == email.strip().lower(), AGENTS.c.active)
    return one_row(await connection.execute(query))


async def save_agent(
    connection: AsyncConnection,
    *,
    id: UUID,
    email: str,
    name: str,
    password_hash: str,
    roles: Sequence[str],
    now: datetime,
    teams: Sequence[str] = (),
) -> None:
    """Make an agent, or change the one with this e-mail."""
    known = await connection.execute(select(AGENTS.c.id).where(AGENTS.c.email == email.lower()))
    values = {"name": name, "password_hash": password_hash, "roles": list(roles), "teams": list(teams), "active": True}
    if known.scalar_one_or_none() is not None:
        await connection.execute(update(AGENTS).where(AGENTS.c.email == email.lower()).values(**values))
        return
    await connection.execute(insert(AGENTS).values(id=id, email=email.lower(), created_at=now, **values))


async def open_session(
    connection: AsyncConnection, *, agent_id: UUID, now: datetime, lifetime: timedelta
) -> tuple[str, str]:
    """Store a new session; return its cookie value and its CSRF token. Old ones that ran out are removed."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    await connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < now))
    await connection.execute(
        insert(SESSIONS).values(
            digest=digest(token), agent_id=agent_id, csrf=csrf, created_at=now, expires_at=now + lifetime
        )
    )
    return token, csrf


async def session_of(connection: AsyncConnection, token: str, now: datetime) -> Row | None:
    """Return the session and its agent for a cookie value, if both are still good."""
    query = (
        select(
            SESSIONS.c.csrf,
            SESSIONS.c.expires_at,
            *(AGENTS.c[name] for name in ("id", "name", "email", "roles", "teams")),
        )
        .join(AGENTS, AGENTS.c.id == SESSIONS.c.agent_id)
        .where(SESSIONS.c.digest == digest(token), SESSIONS.c.expires_at > now, AGENTS.c.active)
    )
    return one_row(await connection.execute(query))


async def close_session(connection: AsyncConnection, token: str) -> None:
    """End a session."""
    await connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest(token)))


async def token_of(connection: AsyncConnection, token: str, now: datetime) -> Row | None:
    """Return the machine token's row, if it is still good."""
    query = select(TOKENS).where(
        TOKENS.c.digest == digest(token),
        TOKENS.c.revoked_at.is_(None),
        TOKENS.c.expires_at.is_(None) | (TOKENS.c.expires_at > now),
    )
    return one_row(await connection.execute(query))


async def save_token(
    connection: AsyncConnection, *, id: UUID, name: str, token: str, scopes: Sequence[str], now: datetime
) -> None:
    """Store a machine token by name; an older one of the same name stops working."""
    await connection.execute(
        update(TOKENS).where(TOKENS.c.name == name, TOKENS.c.digest != digest(token)).values(revoked_at=now)
    )
    known = await connection.execute(select(TOKENS.c.id).where(TOKENS.c.digest == digest(token)))
    if known.scalar_one_or_none() is None:
        await connection.execute(
            insert(TOKENS).values(id=id, name=name, digest=digest(token), scopes=list(scopes), created_at=now)
        )


async def audit(
    connection: AsyncConnection,
    *,
    id: UUID,
    at: datetime,
    actor: str,
    action: str,
    target: str,
    data: Mapping[str, Any],
) -> None:
    """Keep who changed what, in the transaction that changes it."""
    await connection.execute(
        insert(AUDIT).values(id=id, at=at, actor=actor, action=action, target=target, data=dict(data))
    )


async def audit_page(connection: AsyncConnection, *, before: UUID | None, limit: int) -> list[Row]:
    """Return entries of the audit trail, newest first; ids sort by time (UUID version 7)."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AUDIT.c.id < before)
    return all_rows(await connection.execute(query))
