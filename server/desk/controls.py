"""What supervisors change while everything runs: the AI switches and the limits of the handoff rules."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError

from assist.decisions.limits import Limits
from server.access import repository as access
from server.access.guard import Principal
from server.conversations import policies
from server.desk.endpoints import needs
from server.house import House, Wired
from server.kit.clock import OffsetClock
from server.kit.errors import Conflict, Invalid

router = APIRouter(prefix="/api/v1", tags=["controls"])
Switcher = Annotated[Principal, needs("ai.switch")]
Auditor = Annotated[Principal, needs("audit.read")]
ClockMover = Annotated[Principal, needs("clock.move")]
PolicyReader = Annotated[Principal, needs("policy.read")]
PolicyWriter = Annotated[Principal, needs("policy.write")]


class SwitchOut(BaseModel):
    """A switch: what it is for, whether the bot is off there, who turned it, when and why."""

    scope: Literal["global", "account", "channel", "intent"]
    key: str | None
    off: bool
    by: str
    at: str
    reason: str


class Switches(BaseModel):
    """Every switch that was ever touched."""

    items: list[SwitchOut]


class SwitchIn(BaseModel):
    """Turn the bot off or on: everywhere (`global`, no key), for an account, a channel or an intent."""

    scope: Literal["global", "account", "channel", "intent"]
    key: str | None = Field(default=None, max_length=64)
    off: bool
    reason: str = Field(min_length=1, max_length=500)


class PolicyOut(BaseModel):
    """The limits in force and their version; version 0 are the defaults."""

    version: int
    limits: dict[str, Any]


class PolicyIn(BaseModel):
    """New limits; `version` is the one that they are a change of, so that nobody overwrites another's change."""

    version: int = Field(ge=0)
    limits: dict[str, Any]


class LimitsInvalid(Invalid):
    """The limits do not make sense."""

    code = "limits_invalid"


class PolicyChanged(Conflict):
    """Somebody else changed the limits meanwhile."""

    code = "policy_changed"

    def __init__(self, version: int) -> None:
        super().__init__("The limits were changed meanwhile. Read them again.", version=version)


@router.get("/switches")
async def switches(me: Switcher, house: Wired) -> Switches:
    """List the switches."""
    async with house.store.reading() as db:
        rows = await policies.all_switches(db)
    return Switches(
        items=[
            SwitchOut(
                scope=row["scope"],
                key=row["key"] or None,
                off=row["off"],
                by=row["by"],
                at=row["at"].isoformat(),
                reason=row["reason"],
            )
            for row in rows
        ]
    )


@router.put("/switches")
async def turn(wanted: SwitchIn, me: Switcher, house: Wired) -> Switches:
    """Turn a switch; in force from the next turn, and in the audit trail."""
    if (wanted.key is None) != (wanted.scope == "global"):
        message = "A global switch has no key; every other one needs one."
        raise Invalid(message)
    async with house.store.writing() as db:
        await policies.set_switch(
            db,
            scope=wanted.scope,
            key=wanted.key or "",
            off=wanted.off,
            by=me.name,
            reason=wanted.reason,
            now=house.clock(),
        )
        await access.audit(
            db,
            id=house.ids(),
            at=house.clock(),
            actor=me.email or me.name,
            action="ai.switched_off" if wanted.off else "ai.switched_on",
            target=f"{wanted.scope}:{wanted.key or ''}",
            data={"reason": wanted.reason},
        )
    await house.policies.refresh()
    return await switches(me, house)


class AuditOut(BaseModel):
    """One thing that staff changed."""

    id: UUID
    at: datetime
    actor: str
    action: str
    target: str
    data: dict[str, Any]


class AuditPage(BaseModel):
    """A page of the audit trail, newest first; `before` of the next page is the last id of this one."""

    items: list[AuditOut]


class ClockMove(BaseModel):
    """How far a development server's clock goes ahead."""

    seconds: float = Field(gt=0, le=366 * 24 * 3600)


class ClockOut(BaseModel):
    """The time that the server goes by."""

    now: datetime


class ClockFixed(Conflict):
    """This server goes by the machine's clock."""

    code = "clock_fixed"

    def __init__(self) -> None:
        super().__init__("The clock of this server cannot be moved (WARMLINE_MOVABLE_CLOCK is off).")


@router.get("/audit")
async def audit(
    me: Auditor,
    house: Wired,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    """Return what staff changed, newest first."""
    async with house.store.reading() as db:
        rows = await access.audit_page(db, before=before, limit=limit)
    return AuditPage(items=[AuditOut.model_validate(row) for row in rows])


@router.post("/clock")
async def move_clock(wanted: ClockMove, me: ClockMover, house: Wired) -> ClockOut:
    """Move a development server's clock ahead, so that what takes days can be tried in seconds."""
    if not house.settings.movable_clock or not isinstance(house.clock, OffsetClock):
        raise ClockFixed
    house.clock.offset += timedelta(seconds=wanted.seconds)
    return ClockOut(now=house.clock())


@router.get("/handoff-policy")
async def policy(me: PolicyReader, house: Wired) -> PolicyOut:
    """Return the limits of the handoff rules."""
    async with house.store.reading() as db:
        newest = await policies.newest_policy(db)
    limits = Limits.from_json(newest["data"]) if newest else Limits()
    return PolicyOut(version=newest["version"] if newest else 0, limits=limits.model_dump(mode="json"))


@router.get("/handoff-policy/schema")
async def policy_schema(me: PolicyReader, house: Wired) -> dict[str, Any]:
    """Return the JSON Schema of the limits."""
    return Limits.model_json_schema()


@router.put("/handoff-policy")
async def change_policy(wanted: PolicyIn, me: PolicyWriter, house: Wired) -> PolicyOut:
    """Change the limits; in force from the next turn, no restart."""
    try:
        limits = Limits.from_json(wanted.limits)
    except ValueError as error:
        raise LimitsInvalid(str(error)) from error
    data = limits.model_dump(mode="json")
    try:
        version = await _save(house, me, wanted.version, data)
    except IntegrityError:
        raise PolicyChanged(wanted.version + 1) from None
    await house.policies.refresh()
    return PolicyOut(version=version, limits=data)


async def _save(house: House, me: Principal, known: int, data: dict[str, Any]) -> int:
    async with house.store.writing() as db:
        newest = await policies.newest_policy(db)
        if (newest["version"] if newest else 0) != known:
            raise PolicyChanged(newest["version"] if newest else 0)
        version = known + 1
        await policies.save_policy(db, data, version=version, by=me.name, now=house.clock())
        await access.audit(
            db,
            id=house.ids(),
            at=house.clock(),
            actor=me.email or me.name,
            action="policy.changed",
            target=policies.HANDOFF,
            data={"version": version, "before": dict(newest["data"]) if newest else None, "after": data},
        )
    return version
