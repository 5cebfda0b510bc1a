"""Limits and switches that people change while everything runs.

The present ones are kept in the process, so that a turn does not wait for them; a change is in force from the next
turn: at once in the process that made it, within `realtime.sweep_seconds` in the others.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.decisions.limits import Limits
from assist.types import Switches
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import AiSwitch, Policy
from server.store.session import Store

POLICIES = rows_of(Policy)
SWITCHES = rows_of(AiSwitch)
HANDOFF = "handoff_limits"
SwitchScope = Literal["global", "account", "channel", "intent"]


class Policies:
    """The limits and switches in force in this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.limits = Limits()
        self.version = 0
        self.switches = Switches()

    async def refresh(self) -> None:
        """Read what is in force; raise `StorageUnavailable` and keep what is known."""
        async with self._store.reading() as connection:
            policy = await newest_policy(connection)
            switches = await all_switches(connection)
        if policy is not None and policy["version"] != self.version:
            self.limits, self.version = Limits.from_json(policy["data"]), policy["version"]
        self.switches = switches_of(switches)


def switches_of(rows: list[Row]) -> Switches:
    """Return what the rows of the switch table say together."""
    off: dict[str, set[str]] = {"global": set(), "account": set(), "channel": set(), "intent": set()}
    for row in rows:
        if row["off"]:
            off[row["scope"]].add(row["key"])
    return Switches(
        ai=not off["global"],
        accounts_off=frozenset(off["account"]),
        channels_off=frozenset(off["channel"]),
        intents_off=frozenset(off["intent"]),
    )


async def newest_policy(connection: AsyncConnection) -> Row | None:
    """Return the newest handoff limits, or None while nobody has changed the defaults."""
    query = select(POLICIES).where(POLICIES.c.name == HANDOFF).order_by(POLICIES.c.version.desc()).limit(1)
    return one_row(await connection.execute(query))


async def save_policy(
    connection: AsyncConnection, data: dict[str, Any], *, version: int, by: str, now: datetime
) -> None:
    """Store new limits as this version; raise `IntegrityError` when somebody else was faster."""
    await connection.execute(insert(POLICIES).values(name=HANDOFF, version=version, data=data, by=by, at=now))


async def all_switches(connection: AsyncConnection) -> list[Row]:
    """Return every switch that was ever touched."""
    return all_rows(await connection.execute(select(SWITCHES).order_by(SWITCHES.c.scope, SWITCHES.c.key)))


async def set_switch(
    connection: AsyncConnection, *, scope: str, key: str, off: bool, by: str, reason: str, now: datetime
) -> None:
    """Turn a switch; of two people who turn a new one at once the later has the last word."""
    values = {"off": off, "by": by, "reason": reason, "at": now}
    turning = update(SWITCHES).where(SWITCHES.c.scope == scope, SWITCHES.c.key == key).values(**values)
    if (await connection.execute(turning)).rowcount:
        return
    try:
        async with connection.begin_nested():
            await connection.execute(insert(SWITCHES).values(scope=scope, key=key, **values))
    except IntegrityError:
        await connection.execute(turning)


def ai_is_off(switches: Switches, *, account: str, channel: str) -> bool:
    """Tell whether the bot must not even be asked."""
    return not switches.ai or account in switches.accounts_off or channel in switches.channels_off


__all__ = [
    "HANDOFF",
    "Policies",
    "SwitchScope",
    "ai_is_off",
    "all_switches",
    "newest_policy",
    "save_policy",
    "set_switch",
]
