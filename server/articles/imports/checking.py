"""The dry run: what would become of each row, found out against the database without changing an article."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.parsing.linking import Pictures, Relinked
from server.articles import images, names
from server.articles.content import Content, content_of
from server.articles.errors import NotAllowed
from server.articles.images import looked_at
from server.articles.imports import repository
from server.articles.imports.staging import Meant, Staging, meant
from server.articles.repository import needed_revision
from server.kit.errors import HouseError
from server.store.base import Row
from server.store.session import Store

ROWS_AT_ONCE = 50
LOST_SHOWN = 8
CREATE, CHANGE, KEEP, SKIP, BROKEN = "create", "change", "keep", "skip", "broken"


@dataclass(slots=True)
class Known:
    """What the database says about the articles of some rows."""

    standing: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    written: Mapping[tuple[str, str], int] = field(default_factory=dict)
    articles: Collection[str] = frozenset()
    images: Collection[str] = frozenset()


def picture_id(data: bytes) -> str | None:
    """Return the id that a picture would be kept by, or None for one that would be refused."""
    try:
        return looked_at(data).id
    except HouseError:
        return None


async def check(store: Store, import_id: UUID, staging: Staging, pictures: Pictures, default: str) -> None:
    """Find out what would become of every row that was read, some at a time."""
    while True:
        async with store.reading() as db:
            positions = await repository.unplanned(db, import_id, ROWS_AT_ONCE)
            rows = []
            for position in positions:
                rows.append(await repository.row(db, import_id, position))
                # A row may hold 200 kB; others have their turn in between.
                await asyncio.sleep(0)
            known = await _known(db, rows)
        if not rows:
            return
        contents = await asyncio.to_thread(_linked, rows, staging, pictures, known, default)
        planned = []
        async with store.reading() as db:
            for row, content in zip(rows, contents, strict=True):
                planned.append((row, *await _would(db, row, content, known)))
                await asyncio.sleep(0)
        async with store.writing() as db:
            for row, would, detail in planned:
                await repository.plan_row(db, row, would, detail)


async def _known(db: AsyncConnection, rows: Collection[Row]) -> Known:
    ids = {row["article_id"] for row in rows}
    linked: set[str] = set()
    shown: set[str] = set()
    for row in rows:
        links, pictures = images.named_in(row["data"]["text"])
        linked.update(links)
        shown.update(pictures)
    return Known(
        standing=await repository.standing(db, ids),
        written=await repository.written_before(db, ids),
        articles=await repository.article_ids(db, linked),
        images=await images.known(db, shown),
    )


def _linked(
    rows: Collection[Row], staging: Staging, pictures: Pictures, known: Known, default: str
) -> list[Meant | str]:
    """Give rows their links, pictures and source locale; return what each says, or what is wrong with it."""
    found: list[Meant | str] = []
    for row in rows:
        data = row["data"]
        new = staging.linking.relinked(
            data["text"], data["base"], pictures=pictures, articles=known.articles, images=known.images
        )
        _take_links(row, new)
        data["source_locale"] = staging.source_of(row["article_id"], data["source_locale"], row["locale"], default)
        try:
            if data["slug"]:
                names.slug(data["slug"])
            found.append(meant(row))
        except NotAllowed as error:
            found.append(f"{error.detail} ({error.facts['value']})")
        except HouseError as error:
            found.append(error.detail)
    return found


def _take_links(row: Row, new: Relinked) -> None:
    data: dict[str, Any] = row["data"]
    data["text"], data["images"] = new.text, new.images
    if new.lost:
        shown = ", ".join(target[:100] for target in new.lost[:LOST_SHOWN])
        more = f" and {len(new.lost) - LOST_SHOWN} more" if len(new.lost) > LOST_SHOWN else ""
        data["notes"].append(f"Led nowhere and became plain text: {shown}{more}.")


async def _would(db: AsyncConnection, row: Row, says: Meant | str, known: Known) -> tuple[str, str]:
    """What would become of a row, and what there is to say about it."""
    if isinstance(says, str):
        return BROKEN, says
    key = (row["article_id"], row["locale"])
    would, why = await against(db, key, says, known.standing.get(key), known.written.get(key))
    return would, " ".join([*([why] if why else []), *row["data"]["notes"]])


async def against(
    db: AsyncConnection, key: tuple[str, str], says: Meant, now: Row | None, written: int | None
) -> tuple[str, str]:
    """Return what would become of some content, by the translation as it stands and what an import last wrote of it."""
    if now is None:
        return CREATE, ""
    if now["digest"] == says.digest:
        return KEEP, ""
    if _same(says.content, content_of(await needed_revision(db, *key, now["latest"]))):
        return KEEP, ""
    if now["state"] == "retired":
        return SKIP, "It was retired here."
    if now["latest"] != written:
        return SKIP, f"It was edited here since (revision {now['latest']} by {now['author']})."
    return CHANGE, ""


def _same(one: Content, other: Content) -> bool:
    """Whether two say the same but for empty lines and spaces around the text, which files do not keep."""
    if one.text.strip() != other.text.strip():
        return False
    return one.model_copy(update={"text": ""}) == other.model_copy(update={"text": ""})
