"""What releases look like over HTTP; the web apps are compiled against these names."""

from collections import Counter
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from server.articles.content import Words
from server.articles.releases.wanted import What
from server.articles.shapes import Person
from server.store.base import Row

ReleaseState = Literal["building", "ready", "refused", "failed"]
Figure = dict[str, float | int | None]


class ChangesCount(BaseModel):
    """How many translations a release adds, changes and removes."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class ReleaseChange(BaseModel):
    """One translation that a release changes, with the revisions before and after."""

    article_id: str
    locale: str
    title: str
    what: Literal["added", "changed", "removed"]
    from_: int | None = Field(alias="from", serialization_alias="from")
    to: int | None


class ReleaseLine(BaseModel):
    """A release in a list; `id` is there once it is built."""

    number: int
    id: str | None
    state: ReleaseState
    step: str
    served: bool
    base: str | None
    note: str
    by: Person
    started_at: datetime
    built_at: datetime | None
    served_at: datetime | None
    articles: int
    passages: int
    embedded: int
    changes_count: ChangesCount
    error: str | None
    gate_passed: bool | None
    overridden: bool


class Releases(BaseModel):
    """One page of releases, newest first, and which one is served."""

    items: list[ReleaseLine]
    next_cursor: str | None
    served: str | None


class ThiefOut(BaseModel):
    """The article that stands first where another one should."""

    article_id: str
    title: str


class QueryChange(BaseModel):
    """A judged query that is answered better or worse than before."""

    query_id: str
    text: str
    expected: list[str]
    rank_before: int | None
    rank_after: int | None
    stolen_by: ThiefOut | None


class GateLimits(BaseModel):
    """How much a release may lose."""

    ndcg_drop: float
    lost: int


class Overridden(BaseModel):
    """Who let a release through although the gate refused it, and why."""

    by: str
    reason: str


class SetAside(BaseModel):
    """A judged query whose only answers the release takes out on purpose."""

    query_id: str
    text: str


class GateOut(BaseModel):
    """What the judged queries say of a release against its base."""

    passed: bool
    why: str
    limit: GateLimits
    before: Figure | None
    after: Figure
    lost: list[QueryChange]
    won: list[QueryChange]
    overridden: Overridden | None
    queries: int
    set_aside: list[SetAside]


class Release(ReleaseLine):
    """A release with everything that changes and what the gate said."""

    changes: list[ReleaseChange]
    gate: GateOut | None


class PendingChange(BaseModel):
    """A translation that waits for a release."""

    article_id: str
    locale: str
    title: str
    what: What
    revision: int | None
    published: int | None
    approved_by: str | None
    publish_at: datetime | None


class Pending(BaseModel):
    """Everything that waits."""

    items: list[PendingChange]


class ReleaseItemIn(BaseModel):
    """A translation to publish, or to take out when it is retired."""

    article_id: str = Field(max_length=120)
    locale: str = Field(max_length=16)


class ReleaseIn(BaseModel):
    """What to publish (None: all that waits), and why although the gate may refuse it."""

    items: list[ReleaseItemIn] | None = Field(default=None, max_length=5_000)
    note: Words = Field(default="", max_length=2_000)
    override_reason: Words | None = Field(default=None, max_length=2_000)


class PublishIn(BaseModel):
    """The revision that was seen and shall be published, and why although the gate may refuse it."""

    revision: int = Field(ge=1, lt=2**31)
    note: Words = Field(default="", max_length=2_000)
    override_reason: Words | None = Field(default=None, max_length=2_000)


class BrokenLink(BaseModel):
    """A link, or a picture as `image:<id>`, that would lead nowhere."""

    from_: str = Field(alias="from", serialization_alias="from")
    to: str


class ReleaseCheck(BaseModel):
    """What publishing would do; nothing was stored."""

    gate: GateOut
    changes: list[ReleaseChange]
    links: list[BrokenLink]


class ServeIn(BaseModel):
    """Why another release shall be served."""

    reason: Words = Field(min_length=1, max_length=2_000)


class ReleaseHit(BaseModel):
    """A passage that a release finds."""

    article_id: str
    revision: int
    title: str
    heading: str | None
    snippet: str
    score: float
    confident: bool
    locale: str
    why: dict[str, Any]


class ReleaseFound(BaseModel):
    """What a release finds for a question."""

    release: str
    hits: list[ReleaseHit]
    confident: bool
    notices: list[str]
    took_ms: float


class ReleaseGate(BaseModel):
    """The gate's limits in force; version 0 are the defaults. A `version` that is given must be the newest one."""

    ndcg_drop: float = Field(ge=0, le=1)
    lost: int = Field(ge=0, le=100_000)
    enabled: bool
    version: int | None = None


def line_of(row: Row, served: str | None) -> ReleaseLine:
    """Return a release's row as a line."""
    return ReleaseLine(**_fields(row, served))


def release_of(row: Row, served: str | None) -> Release:
    """Return a release's row with all that it holds."""
    gate = None if row["gate"] is None else GateOut.model_validate(row["gate"])
    return Release(**_fields(row, served), changes=changes_of(row["changes"]), gate=gate)


def changes_of(rows: list[Any]) -> list[ReleaseChange]:
    """Return stored changes as they are shown."""
    return [ReleaseChange.model_validate(row) for row in rows]


def _fields(row: Row, served: str | None) -> dict[str, Any]:
    gate = row["gate"]
    same = ("number", "id", "state", "step", "base", "note", "started_at", "built_at", "served_at", "error")
    return {
        **{name: row[name] for name in (*same, "articles", "passages", "embedded")},
        "by": Person(id=row["by_id"], name=row["by"]),
        "served": row["id"] is not None and row["id"] == served and row["state"] == "ready",
        "changes_count": ChangesCount(**Counter(change["what"] for change in row["changes"])),
        "gate_passed": None if gate is None else gate["passed"],
        "overridden": gate is not None and gate["overridden"] is not None,
    }
