"""Uploads in one line, and what stands in the database after them."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from knowledge.parsing.drafts import Defaults
from server.articles.imports import repository
from server.articles.imports.service import Take, Upload
from server.articles.people import Editor
from server.articles.repository import ARTICLES, REVISIONS, TRANSLATIONS
from server.house import House
from server.store.base import Row, all_rows
from tests.knowledge.parsing.files import zipped
from tests.support.articles import EVA


async def chunks(data: bytes, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    """Yield a body as a browser sends it."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def uploaded(
    house: House,
    data: bytes,
    kind: str = "markdown",
    *,
    name: str = "articles.zip",
    by: Editor = EVA,
    **defaults: Any,
) -> Row:
    """Upload a file and wait for its dry run."""
    upload = Upload(format=kind, name=name, defaults=Defaults(**defaults))
    row = await house.imports.take_in(upload, chunks(data), by)
    await house.imports.settled()
    return await house.imports.one(row["id"])


async def folder(house: House, where: Path, files: Mapping[str, str | bytes], **more: Any) -> Row:
    """Upload a folder of files as a zip archive and wait for its dry run."""
    return await uploaded(house, zipped(where, files).read_bytes(), **more)


async def ran(house: House, row: Row, *, by: Editor = EVA, publish: bool = False, take: Take = "ours") -> Row:
    """Run an import to its end."""
    await house.imports.run(row["id"], by, publish=publish, take=take)
    await house.imports.settled()
    return await house.imports.one(row["id"])


async def imported(house: House, where: Path, files: Mapping[str, str | bytes], **more: Any) -> Row:
    """Upload a folder and run the import."""
    run = {name: more.pop(name) for name in ("publish", "take") if name in more}
    return await ran(house, await folder(house, where, files, **more), **run)


async def rows_of(house: House, row: Row) -> list[Row]:
    """Return the rows of an import."""
    async with house.store.reading() as db:
        return await repository.rows_page(db, row["id"], limit=10_000)


async def became(house: House, row: Row) -> list[tuple[str, str, str, str | None]]:
    """Return what would become and what became of each row: article, locale, would, outcome."""
    return [
        (one["article_id"] or one["source"], one["locale"] or "", one["would"], one["outcome"])
        for one in await rows_of(house, row)
    ]


async def texts(house: House) -> dict[str, tuple[int, str, str]]:
    """Return number, state and text of the newest revision of every translation, by `id/locale`."""
    joined = TRANSLATIONS.join(
        REVISIONS,
        (TRANSLATIONS.c.article_id == REVISIONS.c.article_id)
        & (TRANSLATIONS.c.locale == REVISIONS.c.locale)
        & (TRANSLATIONS.c.latest == REVISIONS.c.number),
    )
    query = select(REVISIONS, TRANSLATIONS.c.state).select_from(joined)
    async with house.store.reading() as db:
        rows = all_rows(await db.execute(query))
    return {f"{one['article_id']}/{one['locale']}": (one["number"], one["state"], one["text"]) for one in rows}


async def article(house: House, article_id: str) -> Row:
    """Return an article's row."""
    async with house.store.reading() as db:
        [row] = all_rows(await db.execute(select(ARTICLES).where(ARTICLES.c.id == article_id)))
    return row
