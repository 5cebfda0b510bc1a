"""Builders for the articles room: people with their permissions, articles in one line, and how far they have got."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from server.access.repository import AUDIT
from server.access.roles import permissions_of
from server.articles import repository
from server.articles.content import Content
from server.articles.people import Editor
from server.articles.repository import TRANSLATIONS
from server.articles.service import NewArticleIn, SaveIn
from server.house import House
from server.store.base import Row, all_rows
from tests.support.server import hire

_PEOPLE = UUID(int=0x7E57)


def person(name: str, *roles: str) -> Editor:
    """Return somebody of the staff without an account; the same name is the same person."""
    email = f"{name.split()[0].lower()}@example.com"
    return Editor(id=uuid5(_PEOPLE, name), name=name, actor=email, permissions=permissions_of(roles))


EVA = person("Eva Lund", "knowledge_editor")
"""Writes articles."""
TOM = person("Tom Reyes", "knowledge_editor")
"""Writes articles too."""
ADA = person("Ada Novak", "approver")
"""Approves what others wrote."""
BOTH = person("Uma Both", "knowledge_editor", "approver")
"""Writes and approves."""


async def hire_editors(house: House) -> None:
    """Give eva@, tom@, ada@ and uma@example.com an account each, with the roles of the people above."""
    await hire(house, "Eva Lund", "knowledge_editor")
    await hire(house, "Tom Reyes", "knowledge_editor")
    await hire(house, "Ada Novak", "approver")
    await hire(house, "Uma Both", "knowledge_editor", "approver")


def content(title: str = "Send it back", text: str = "Print the label and post it.", **more: Any) -> Content:
    """Return what an article says."""
    return Content.model_validate({"title": title, "text": text, **more})


async def tagged(house: House, *names: str) -> None:
    """Put tags into the taxonomy."""
    async with house.store.writing() as db:
        await repository.make_tags(db, {name: name.title() for name in names}, now=house.clock())


async def written(
    house: House,
    article_id: str = "returns",
    *,
    locale: str = "en",
    by: Editor = EVA,
    type: str = "article",  # noqa: A002 -- the model's word
    **said: Any,
) -> str:
    """Make an article with its first draft; return its id."""
    new = NewArticleIn(id=article_id, slug=None, type=type, locale=locale, content=content(**said))
    return await house.articles.create(new, by)


async def saved(house: House, article_id: str = "returns", locale: str = "en", *, by: Editor = EVA, **said: Any) -> int:
    """Save a translation on top of its newest revision; return the number."""
    async with house.store.reading() as db:
        row = await repository.translation(db, article_id, locale)
    wanted = SaveIn(base=row["latest"] if row else None, content=content(**said))
    return (await house.articles.save(article_id, locale, wanted, by))[0]


async def approved(
    house: House, article_id: str = "returns", locale: str = "en", *, by: Editor = EVA, second: Editor = ADA
) -> int:
    """Hand the newest revision in and approve it; return its number."""
    latest: int = (await row_of(house, article_id, locale))["latest"]
    await house.articles.submit(article_id, locale, latest, by)
    await house.articles.approve(article_id, locale, latest, second)
    return latest


async def shown(house: House, article_id: str = "returns", locale: str = "en", *, revision: int | None = None) -> None:
    """Say that readers see a revision (by default the newest), as the release does that brings it to them."""
    row = await row_of(house, article_id, locale)
    number = revision or row["latest"]
    state = "published" if number == row["latest"] else row["state"]
    async with house.store.writing() as db:
        await repository.change_translation(db, article_id, locale, published=number, state=state)


async def row_of(house: House, article_id: str = "returns", locale: str = "en") -> Row:
    """Return a translation's row."""
    async with house.store.reading() as db:
        return await repository.needed_translation(db, article_id, locale)


async def states(house: House) -> Mapping[str, str]:
    """Return the state of every translation by `id/locale`."""
    async with house.store.reading() as db:
        rows = all_rows(await db.execute(select(TRANSLATIONS)))
    return {f"{row['article_id']}/{row['locale']}": row["state"] for row in rows}


async def audited(house: House) -> Sequence[tuple[str, str, str]]:
    """Return who did what to what, oldest first."""
    async with house.store.reading() as db:
        rows = all_rows(await db.execute(select(AUDIT).order_by(AUDIT.c.id)))
    return [(row["actor"], row["action"], row["target"]) for row in rows]
