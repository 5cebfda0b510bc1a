"""Everything out again: Markdown with front matter and pictures in a zip archive, or JSON lines, as a stream."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, select
from typing_extensions import override

from server.articles import images
from server.articles.images import IMAGES
from server.articles.repository import ARTICLES, REVISIONS, TRANSLATIONS
from server.store.base import Row, all_rows
from server.store.session import Store

What = Literal["published", "latest"]
AT_ONCE = 50
# What YAML would read as a line end or refuse within quotation marks, though JSON does not mind.
ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""Zip archives know no time before this."""


async def rows(store: Store, what: What) -> AsyncIterator[list[Row]]:
    """Yield every translation with the revision that is wanted, in lists: all sources first, then their translations.

    Each list is a query of its own, so that nobody waits for an export; what is written meanwhile may be in it or not.
    """
    number = TRANSLATIONS.c.published if what == "published" else TRANSLATIONS.c.latest
    joined = TRANSLATIONS.join(ARTICLES, ARTICLES.c.id == TRANSLATIONS.c.article_id).join(
        REVISIONS,
        and_(
            REVISIONS.c.article_id == TRANSLATIONS.c.article_id,
            REVISIONS.c.locale == TRANSLATIONS.c.locale,
            REVISIONS.c.number == number,
        ),
    )
    of_article = [ARTICLES.c[name] for name in ("slug", "type", "source_locale", "review_by")]
    query = select(REVISIONS, TRANSLATIONS.c.state, TRANSLATIONS.c.published, *of_article).select_from(joined)
    place = (TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale)
    is_source = TRANSLATIONS.c.locale == ARTICLES.c.source_locale
    for part in (query.where(is_source), query.where(~is_source)):
        after: tuple[str, str] | None = None
        while True:
            page = part.order_by(*place).limit(AT_ONCE)
            if after is not None:
                behind = and_(place[0] == after[0], place[1] > after[1])
                page = page.where((place[0] > after[0]) | behind)
            async with store.reading() as db:
                found = all_rows(await db.execute(page))
            if not found:
                break
            after = (found[-1]["article_id"], found[-1]["locale"])
            yield found


def fields(row: Row, what: What) -> dict[str, Any]:
    """Return what an import needs to make the same article again, besides its text; empty values are left out."""
    translated = row["locale"] != row["source_locale"]
    state = "published" if what == "published" or row["number"] == row["published"] else row["state"]
    said = {
        "id": row["article_id"],
        "title": row["title"],
        "locale": row["locale"],
        "slug": row["slug"],
        "type": row["type"],
        "summary": row["summary"],
        "tags": row["tags"],
        "region": row["regions"],
        "accounts": row["accounts"],
        "audience": row["audience"],
        "updated": row["at"].date().isoformat(),
        "review_by": row["review_by"].isoformat() if row["review_by"] else None,
        "revision": row["number"],
        "source_locale": row["source_locale"],
        "source_revision": row["source_revision"] if translated else None,
        "state": None if state in {"published", "approved"} else state,
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def page(row: Row, what: What) -> str:
    """Return one article as a Markdown file with front matter."""
    lines = [f"{name}: {_yaml(name, value)}" for name, value in fields(row, what).items()]
    return "\n".join(("---", *lines, "---", "", row["text"].strip("\n").rstrip(), ""))


def _yaml(name: str, value: Any) -> str:
    if name in {"updated", "review_by"} or isinstance(value, int):
        return str(value)
    written = json.dumps(value, ensure_ascii=False)
    return ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


async def json_lines(store: Store, what: What) -> AsyncIterator[bytes]:
    """Yield one JSON object a line; pictures are named, not held."""
    async for batch in rows(store, what):
        found = [{**fields(row, what), "text": row["text"].strip("\n").rstrip()} for row in batch]
        yield b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in found)


async def archive(store: Store, what: What, now: datetime) -> AsyncIterator[bytes]:
    """Yield a zip archive: `<locale>/<id>.md`, and the pictures that they show as `images/<id>.png`."""
    stream = _Drain()
    packed = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
    shown: set[str] = set()
    async for batch in rows(store, what):
        files = [(f"{row['locale']}/{row['article_id']}.md", page(row, what).encode(), row["at"]) for row in batch]
        await asyncio.to_thread(_pack, packed, files)
        yield stream.drained()
        named = {one for row in batch for one in images.named_in(row["text"])[1]} - shown
        shown |= named
        for picture in sorted(named):
            async with store.reading() as db:
                query = select(IMAGES.c.media_type, IMAGES.c.data, IMAGES.c.created_at).where(IMAGES.c.id == picture)
                found = all_rows(await db.execute(query))
            kept = [(f"images/{picture}.{ENDINGS[one['media_type']]}", one["data"], one["created_at"]) for one in found]
            await asyncio.to_thread(_pack, packed, kept)
            yield stream.drained()
    await asyncio.to_thread(packed.close)
    yield stream.drained()


def _pack(packed: zipfile.ZipFile, files: Iterable[tuple[str, bytes, datetime]]) -> None:
    for name, data, at in files:
        moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        info = zipfile.ZipInfo(name, max(moment, EARLIEST))
        info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".md") else zipfile.ZIP_STORED
        packed.writestr(info, data)


class _Drain(io.RawIOBase):
    """A file that is written to at one end and emptied at the other; it cannot go back, which zip archives allow."""

    def __init__(self) -> None:
        self._held = bytearray()

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def drained(self) -> bytes:
        """Return what was written since the last time."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
