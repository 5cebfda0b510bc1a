"""Contributions over HTTP: checked while they are written, sent, followed by their author, decided by editors."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.exc import IntegrityError

from server.access import repository as access
from server.access.guard import Needs, Principal
from server.articles.contributions import due
from server.articles.contributions.checks import ContributionIn, Private, SimilarArticle
from server.articles.contributions.due import DuePolicy
from server.articles.contributions.errors import ContributionNotFound
from server.articles.errors import VersionConflict
from server.articles.pages import Cursor, Limit
from server.articles.people import editor_of
from server.articles.readers import sees_all
from server.articles.shapes import Person
from server.house import Wired
from server.store.base import Row

router = APIRouter(prefix="/api/v1/contributions", tags=["contributions"])
policy = APIRouter(prefix="/api/v1/contribution-policy", tags=["contributions"])
Contributor = Annotated[Principal, Depends(Needs("knowledge.contribute"))]
Editing = Annotated[Principal, Depends(Needs("knowledge.edit"))]
State = Literal["open", "accepted", "published", "declined"]


class Became(BaseModel):
    """What came of a contribution; `release` is the one that first showed it."""

    article_id: str
    locale: str
    revision: int
    release: str | None


class Contribution(BaseModel):
    """A contribution and how far it has got."""

    id: UUID
    kind: Literal["fix", "new"]
    state: State
    article_id: str | None
    locale: str
    revision: int | None
    title: str
    text: str
    why: str
    similar: list[SimilarArticle]
    conversation_id: UUID | None
    message_id: UUID | None
    by: Person
    at: datetime
    due_at: datetime
    overdue: bool
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    became: Became | None


class ContributionPage(BaseModel):
    """Contributions, the most urgent first."""

    items: list[Contribution]
    next_cursor: str | None
    total: int


class ContributionCheck(BaseModel):
    """What would be said to a contribution if it were sent now; `stops` when the author would have to be sure."""

    problems: dict[str, str]
    private: list[Private]
    similar: list[SimilarArticle]
    stops: bool


class AcceptIn(BaseModel):
    """Who brings it to readers, until when; without them the article's owner, and what the policy says."""

    owner_id: UUID | None = None
    due_at: AwareDatetime | None = None
    note: str = Field(default="", max_length=2_000)


class DeclineIn(BaseModel):
    """Why it is not taken; the author reads it."""

    reason: str = Field(min_length=1, max_length=2_000)


class ContributionPolicy(DuePolicy):
    """Working days for a decision; version 0 are the defaults."""

    version: int


def _audience(me: Principal) -> frozenset[str] | None:
    return None if sees_all(me) else me.audience


@router.post("", status_code=201)
async def send(wanted: ContributionIn, me: Contributor, house: Wired) -> Contribution:
    """Propose a fix to an article, or an article that is missing."""
    return _out(await house.contributions.send(wanted, editor_of(me), _audience(me)), house.clock())


@router.post("/check")
async def check(wanted: ContributionIn, me: Contributor, house: Wired) -> ContributionCheck:
    """Say what would be said if this were sent now; nothing is stored."""
    found = await house.contributions.check(wanted, _audience(me))
    return ContributionCheck(
        problems=found.problems, private=found.private, similar=found.similar, stops=bool(found.stops)
    )


@router.get("")
async def contributions(
    me: Contributor,
    house: Wired,
    state: State | None = None,
    mine: bool = False,
    overdue: bool = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ContributionPage:
    """List contributions; who does not edit sees their own."""
    own = mine or "knowledge.edit" not in me.permissions
    rows, more, total = await house.contributions.page(
        state=state, by_id=me.id if own else None, overdue=overdue, limit=limit, cursor=cursor
    )
    now = house.clock()
    return ContributionPage(items=[_out(row, now) for row in rows], next_cursor=more, total=total)


@router.get("/{id}")
async def contribution(id: UUID, me: Contributor, house: Wired) -> Contribution:
    """Return one contribution; who does not edit may read their own."""
    row = await house.contributions.one(id)
    if row["by_id"] != me.id and "knowledge.edit" not in me.permissions:
        raise ContributionNotFound
    return _out(row, house.clock())


@router.post("/{id}/accept")
async def accept(id: UUID, wanted: AcceptIn, me: Editing, house: Wired) -> Contribution:
    """Make a draft of it, and a task; the author is told."""
    row = await house.contributions.accept(
        id, editor_of(me), owner_id=wanted.owner_id, due_at=wanted.due_at, note=wanted.note
    )
    return _out(row, house.clock())


@router.post("/{id}/decline")
async def decline(id: UUID, wanted: DeclineIn, me: Editing, house: Wired) -> Contribution:
    """Do not take it, and say why; the author is told."""
    return _out(await house.contributions.decline(id, editor_of(me), wanted.reason), house.clock())


@policy.get("")
async def due_policy(me: Contributor, house: Wired) -> ContributionPolicy:
    """Return how many working days there are for a decision."""
    async with house.store.reading() as db:
        found, version = await due.newest(db)
    return ContributionPolicy(**found.model_dump(), version=version)


@policy.put("")
async def change_due_policy(wanted: ContributionPolicy, me: Editing, house: Wired) -> ContributionPolicy:
    """Change how many working days there are; `version` is the one that this changes."""
    new = DuePolicy(fix_days=wanted.fix_days, new_days=wanted.new_days)
    changed = "Somebody changed this meanwhile. Read it again."
    try:
        async with house.store.writing() as db:
            before, version = await due.newest(db)
            if version != wanted.version:
                raise VersionConflict(changed, version=version)
            await due.save(db, new, version=version + 1, by=me.name, now=house.clock())
            await access.audit(
                db,
                id=house.ids(),
                at=house.clock(),
                actor=me.email or me.name,
                action="policy.changed",
                target=due.NAME,
                data={"version": version + 1, "before": before.model_dump(), "after": new.model_dump()},
            )
    except IntegrityError:
        raise VersionConflict(changed, version=wanted.version + 1) from None
    return ContributionPolicy(**new.model_dump(), version=version + 1)


def _out(row: Row, now: datetime) -> Contribution:
    values: dict[str, Any] = {
        **row,
        "by": Person(id=row["by_id"], name=row["by"]),
        "overdue": row["state"] == "open" and row["due_at"] < now,
    }
    return Contribution.model_validate(values)
