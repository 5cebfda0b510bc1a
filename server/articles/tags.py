"""The taxonomy that all articles share: tags, each perhaps below another."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.access import repository as access
from server.articles import names
from server.articles.content import Words
from server.articles.errors import NotAllowed, TagInUse, TagNotFound
from server.articles.people import Editor
from server.articles.repository import TAGS, TRANSLATIONS
from server.house import House
from server.store.base import all_rows


class TagIn(BaseModel):
    """How a tag is shown, and which one it stands below."""

    label: Annotated[Words, Field(min_length=1, max_length=120)]
    parent: names.Tag | None = None
    description: Annotated[Words, Field(max_length=1_000)] = ""


class ArticleTag(BaseModel):
    """One tag of the taxonomy; `count` is how many translations have it."""

    name: str
    label: str
    parent: str | None
    description: str
    count: int


class ArticleTags(BaseModel):
    """The taxonomy, by name."""

    items: list[ArticleTag]


async def listed(connection: AsyncConnection) -> ArticleTags:
    """Return the taxonomy with how often each tag is used."""
    counts = await _counts(connection)
    rows = all_rows(await connection.execute(select(TAGS).order_by(TAGS.c.name)))
    fields = ("name", "label", "parent", "description")
    return ArticleTags(
        items=[ArticleTag(**{name: row[name] for name in fields}, count=counts[row["name"]]) for row in rows]
    )


async def _counts(connection: AsyncConnection) -> Counter[str]:
    counts: Counter[str] = Counter()
    for (tags,) in await connection.execute(select(TRANSLATIONS.c.tags)):
        counts.update(tags)
    return counts


async def save(house: House, name: str, wanted: TagIn, by: Editor) -> bool:
    """Make a tag or change it; return whether it is new. Raises `NotAllowed` for a parent that cannot be one."""
    now = house.clock()
    async with house.store.writing() as db:
        parents = {row.name: row.parent for row in await db.execute(select(TAGS.c.name, TAGS.c.parent))}
        _not_below_itself(name, wanted.parent, parents)
        values: dict[str, Any] = wanted.model_dump()
        new = name not in parents
        if new:
            await db.execute(insert(TAGS).values(name=name, created_at=now, **values))
        else:
            await db.execute(update(TAGS).where(TAGS.c.name == name).values(**values))
        await _audit(house, db, "tag.made" if new else "tag.changed", name, by, now, values)
    return new


def _not_below_itself(name: str, parent: str | None, parents: dict[str, str | None]) -> None:
    if parent is None:
        return
    if parent not in parents:
        raise NotAllowed("parent", parent, "The parent is a tag that there is.")
    above: str | None = parent
    while above is not None:
        if above == name:
            raise NotAllowed("parent", parent, "A tag cannot stand below itself.")
        above = parents.get(above)


async def remove(house: House, name: str, by: Editor) -> None:
    """Take a tag out of the taxonomy; raise `TagNotFound`, or `TagInUse` when articles or other tags stand on it."""
    async with house.store.writing() as db:
        known = await db.execute(select(TAGS.c.name).where(TAGS.c.name == name).with_for_update())
        if known.first() is None:
            raise TagNotFound(name)
        articles = (await _counts(db))[name]
        below = select(func.count()).select_from(TAGS).where(TAGS.c.parent == name)
        tags = (await db.execute(below)).scalar_one()
        if articles or tags:
            raise TagInUse(name, articles=articles, tags=tags)
        await db.execute(delete(TAGS).where(TAGS.c.name == name))
        await _audit(house, db, "tag.removed", name, by, house.clock(), {})


async def _audit(
    house: House, db: AsyncConnection, action: str, name: str, by: Editor, now: datetime, data: dict[str, Any]
) -> None:
    await access.audit(db, id=house.ids(), at=now, actor=by.actor, action=action, target=name, data=data)
