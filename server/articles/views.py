"""Filters of lists that people gave a name."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, field_validator
from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.content import Words
from server.articles.errors import NotAllowed, ViewNotFound
from server.kit.errors import Conflict
from server.store.base import all_rows, one_row, rows_of
from server.store.models import SavedView as ViewRow

VIEWS = rows_of(ViewRow)
LONGEST_QUERY = 4_000
MOST = 200
Area = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z][a-z_-]*$")]


class TooManyViews(Conflict):
    """One person keeps so many views and no more."""

    code = "too_many_views"

    def __init__(self) -> None:
        super().__init__(f"You have {MOST} views. Remove one first.", limit=MOST)


class ViewIn(BaseModel):
    """A filter and its name; `query` is what the list's address has, in whatever form the console keeps it."""

    area: Area
    name: Annotated[Words, Field(min_length=1, max_length=100)]
    query: dict[str, Any]
    shared: bool = False

    @field_validator("query")
    @classmethod
    def _small(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            said = json.dumps(value, ensure_ascii=False, allow_nan=False)
            said.encode()
        except (ValueError, RecursionError) as error:
            raise NotAllowed("query", "", "A filter is made of texts, numbers and lists of them.") from error
        if len(said) > LONGEST_QUERY or "\\u0000" in said:
            raise NotAllowed("query", said, f"A filter has at most {LONGEST_QUERY} characters, and no NUL.")
        return value


class SavedView(BaseModel):
    """A filter that somebody gave a name; `mine` says whether one may remove it."""

    id: UUID
    area: str
    name: str
    query: dict[str, Any]
    shared: bool
    mine: bool
    created_at: datetime


class SavedViews(BaseModel):
    """One's own views and those that are shared, by name."""

    items: list[SavedView]


async def listed(connection: AsyncConnection, area: str, agent_id: UUID) -> SavedViews:
    """Return a person's views of an area and everybody's shared ones."""
    query = (
        select(VIEWS)
        .where(VIEWS.c.area == area, or_(VIEWS.c.agent_id == agent_id, VIEWS.c.shared))
        .order_by(VIEWS.c.name, VIEWS.c.id)
    )
    return SavedViews(
        items=[
            SavedView(
                **{name: row[name] for name in SavedView.model_fields if name != "mine"},
                mine=row["agent_id"] == agent_id,
            )
            for row in all_rows(await connection.execute(query))
        ]
    )


async def keep(connection: AsyncConnection, wanted: ViewIn, *, id: UUID, agent_id: UUID, now: datetime) -> SavedView:
    """Store a view; raise `TooManyViews`."""
    own = select(func.count()).select_from(VIEWS).where(VIEWS.c.agent_id == agent_id)
    if (await connection.execute(own)).scalar_one() >= MOST:
        raise TooManyViews
    values = wanted.model_dump()
    await connection.execute(insert(VIEWS).values(id=id, agent_id=agent_id, created_at=now, **values))
    return SavedView(id=id, mine=True, created_at=now, **values)


async def remove(connection: AsyncConnection, view_id: UUID, agent_id: UUID, *, any_shared: bool) -> None:
    """Remove one's own view, or (with the right to) a shared one; raise `ViewNotFound`."""
    row = one_row(await connection.execute(select(VIEWS).where(VIEWS.c.id == view_id)))
    if row is None or (row["agent_id"] != agent_id and not (row["shared"] and any_shared)):
        raise ViewNotFound
    await connection.execute(delete(VIEWS).where(VIEWS.c.id == view_id))
