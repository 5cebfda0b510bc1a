"""Findings: what a person should look at, kept from one measurement to the next.

A finding is found by its key. One that is not found any more is gone; one that a person ignored stays ignored until
what it says changes: another revision, another sentence, or twice the weight.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles import tasks
from server.kit.errors import NotFound
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import KnowledgeFinding, KnowledgeTask

FINDINGS = rows_of(KnowledgeFinding)
TASKS = rows_of(KnowledgeTask)
State = Literal["open", "tasked", "ignored", "gone"]
Kind = Literal[
    "gap",
    "contradiction",
    "duplicate",
    "failed_audit",
    "dismissed",
    "unhelpful",
    "outdated_translation",
    "overdue_review",
    "stale",
    "unused",
]
MUCH_MORE = 2.0
TITLE_LENGTH = 300
KEY_LENGTH = 200


class FindingNotFound(NotFound):
    """There is no such finding."""

    code = "finding_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such finding.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a measurement found; `digest` changes when what it says does, and is empty where only the weight can."""

    key: str
    kind: Kind
    weight: float
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""


def key_of(kind: Kind, *parts: str) -> str:
    """Return the key of a finding about something; long names are digested, since a key has a limit."""
    key = ":".join((kind, *parts))
    return key if len(key) <= KEY_LENGTH else f"{kind}:{digest_of(*parts)}"


def digest_of(*parts: object) -> str:
    """Return the start of the SHA-256 (hex) of some words."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


async def keep(connection: AsyncConnection, kinds: Collection[Kind], found: Iterable[Found], *, now: datetime) -> None:
    """Store what was found of these kinds, and mark as gone what was not found again."""
    rows = all_rows(await connection.execute(select(FINDINGS).where(FINDINGS.c.kind.in_(kinds))))
    known = {row["key"]: row for row in rows}
    tasked = select(TASKS.c.finding).where(TASKS.c.state == "open", TASKS.c.finding.is_not(None))
    worked_on = set((await connection.execute(tasked)).scalars())
    seen: set[str] = set()
    for one in found:
        if one.key in seen:
            continue
        seen.add(one.key)
        before = known.get(one.key)
        data: dict[str, Any] = {**one.data, "digest": one.digest}
        values = {"weight": float(one.weight), "title": one.title[:TITLE_LENGTH], "data": data, "last_at": now}
        if before is None:
            state = "tasked" if one.key in worked_on else "open"
            await connection.execute(
                insert(FINDINGS).values(key=one.key, kind=one.kind, state=state, first_at=now, **values)
            )
            continue
        values["state"] = _state(before, one, worked_on)
        if values["state"] == "ignored":
            data["ignored"] = before["data"]["ignored"]
        elif before["state"] == "gone":
            values |= {"first_at": now, "decided_by": None, "reason": None}
        await connection.execute(update(FINDINGS).where(FINDINGS.c.key == one.key).values(**values))
    gone = [key for key, row in known.items() if key not in seen and row["state"] != "gone"]
    for start in range(0, len(gone), 400):
        await connection.execute(
            update(FINDINGS).where(FINDINGS.c.key.in_(gone[start : start + 400])).values(state="gone")
        )


def _state(before: Row, one: Found, worked_on: Collection[str]) -> State:
    if one.key in worked_on:
        return "tasked"
    ignored = before["data"].get("ignored")
    if ignored is not None and ignored["digest"] == one.digest and one.weight < MUCH_MORE * max(ignored["weight"], 0.5):
        return "ignored"
    return "open"


async def put(connection: AsyncConnection, one: Found, *, now: datetime) -> None:
    """Store one finding at once, as open: something that a person has just found."""
    values = {
        "kind": one.kind,
        "state": "open",
        "weight": float(one.weight),
        "title": one.title[:TITLE_LENGTH],
        "data": {**one.data, "digest": one.digest},
        "last_at": now,
        "decided_by": None,
        "reason": None,
    }
    changed = await connection.execute(update(FINDINGS).where(FINDINGS.c.key == one.key).values(**values))
    if not changed.rowcount:
        await connection.execute(insert(FINDINGS).values(key=one.key, first_at=now, **values))


async def change(connection: AsyncConnection, key: str, **values: Any) -> None:
    """Change a finding's row."""
    await connection.execute(update(FINDINGS).where(FINDINGS.c.key == key).values(**values))


async def ignore(connection: AsyncConnection, key: str, *, by: str, reason: str) -> Row:
    """Take a finding off the list until it says something else."""
    row = await needed(connection, key, lock=True)
    ignored = {"weight": row["weight"], "digest": row["data"].get("digest", "")}
    values = {"state": "ignored", "decided_by": by, "reason": reason, "data": {**row["data"], "ignored": ignored}}
    await change(connection, key, **values)
    return {**row, **values}


async def needed(connection: AsyncConnection, key: str, *, lock: bool = False) -> Row:
    """Return a finding's row; raise `FindingNotFound`."""
    query = select(FINDINGS).where(FINDINGS.c.key == key)
    row = one_row(await connection.execute(query.with_for_update() if lock else query))
    if row is None:
        raise FindingNotFound
    return row


async def of_kind(connection: AsyncConnection, kind: Kind) -> list[Row]:
    """Return every finding of a kind, gone ones too, by key."""
    query = select(FINDINGS).where(FINDINGS.c.kind == kind).order_by(FINDINGS.c.key)
    return all_rows(await connection.execute(query))


async def page(
    connection: AsyncConnection,
    *,
    kind: Kind | None,
    states: Sequence[State],
    limit: int,
    after: tuple[float, str] | None,
) -> tuple[list[Row], int]:
    """Return findings, heaviest first, one more than `limit` where there are more; and how many there are in all."""
    query = select(FINDINGS).where(FINDINGS.c.state.in_(states))
    if kind is not None:
        query = query.where(FINDINGS.c.kind == kind)
    total = (await connection.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    if after is not None:
        weight, key = after
        query = query.where(
            (FINDINGS.c.weight < weight) | ((FINDINGS.c.weight == weight) & (FINDINGS.c.key > key))
        )  # fmt: skip
    query = query.order_by(FINDINGS.c.weight.desc(), FINDINGS.c.key).limit(limit + 1)
    return all_rows(await connection.execute(query)), total


async def counts(connection: AsyncConnection) -> dict[str, dict[str, int]]:
    """Return how many findings of each kind are in each state, gone ones left out."""
    query = (
        select(FINDINGS.c.kind, FINDINGS.c.state, func.count())
        .where(FINDINGS.c.state != "gone")
        .group_by(FINDINGS.c.kind, FINDINGS.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for kind, state, count in await connection.execute(query):
        found.setdefault(kind, {})[state] = count
    return found


async def has_open_task(connection: AsyncConnection, key: str) -> bool:
    """Tell whether somebody works on a finding."""
    return await tasks.open_of_finding(connection, key) is not None
