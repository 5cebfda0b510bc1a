"""Until when a contribution is decided: working days, kept as a policy with versions."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.base import Row, one_row, rows_of
from server.store.models import Policy

POLICIES = rows_of(Policy)
NAME = "contribution_due"
SATURDAY = 5


class DuePolicy(BaseModel):
    """How many working days (Monday to Friday) there are for a fix, and for an article that is missing."""

    fix_days: int = Field(default=3, ge=1, le=60)
    new_days: int = Field(default=5, ge=1, le=60)

    def days(self, kind: str) -> int:
        """Return the working days for this kind of contribution."""
        return self.fix_days if kind == "fix" else self.new_days


def due(at: datetime, working_days: int) -> datetime:
    """Return the same time of day so many working days (Monday to Friday) later."""
    while working_days:
        at += timedelta(days=1)
        working_days -= at.weekday() < SATURDAY
    return at


async def newest(connection: AsyncConnection) -> tuple[DuePolicy, int]:
    """Return the policy in force and its version; version 0 is the default."""
    row = await _newest(connection)
    return (DuePolicy.model_validate(row["data"]), row["version"]) if row else (DuePolicy(), 0)


async def save(connection: AsyncConnection, policy: DuePolicy, *, version: int, by: str, now: datetime) -> None:
    """Store a policy as this version; raise `IntegrityError` when somebody else was faster."""
    data: dict[str, Any] = policy.model_dump()
    await connection.execute(insert(POLICIES).values(name=NAME, version=version, data=data, by=by, at=now))


async def _newest(connection: AsyncConnection) -> Row | None:
    query = select(POLICIES).where(POLICIES.c.name == NAME).order_by(POLICIES.c.version.desc()).limit(1)
    return one_row(await connection.execute(query))
