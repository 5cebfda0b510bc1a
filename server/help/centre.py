"""What the help centre of one process keeps in memory: accounts, shelves, finished pages, and what helped readers."""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from knowledge.errors import KnowledgeError
from server.help.shelf import Reach, Shelf
from server.house import House
from server.kit.secrets import load_secrets
from server.store.base import all_rows, one_row, rows_of
from server.store.models import ArticleFeedback, ArticleTag, ChannelAccount

ACCOUNTS = rows_of(ChannelAccount)
FEEDBACK = rows_of(ArticleFeedback)
TAGS = rows_of(ArticleTag)
WEB = "webchat"
FRESH = timedelta(seconds=5)
"""How long a changed brand may go unseen."""
FRESH_COUNTS = timedelta(minutes=5)
COUNTED = timedelta(days=90)
"""How far back readers' words count on the home page."""
SHELVES_KEPT = 24
PAGE_CHARACTERS = 24_000_000
"""Finished pages kept in memory, in bytes with their compressed form."""
WORTH_GZIP = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the help centre needs of a channel account."""

    id: str
    name: str
    locale: str
    region: str | None
    brand: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A finished answer: bytes as they are and compressed, and what they are known by."""

    body: bytes
    packed: bytes | None
    etag: str
    media_type: str

    @classmethod
    def of(cls, text: str, media_type: str = "text/html; charset=utf-8") -> "Page":
        """Return the page of a text."""
        body = text.encode(errors="replace")
        packed = gzip.compress(body, compresslevel=6, mtime=0) if len(body) >= WORTH_GZIP else None
        return cls(body, packed, f'W/"{hashlib.sha256(body).hexdigest()[:24]}"', media_type)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.body) + len(self.packed or b"")


@dataclass(frozen=True, slots=True)
class Known:
    """What is read from the database now and then: names of topics, and how often articles helped (less how often
    they did not)."""

    labels: dict[str, str] = field(default_factory=dict)
    helped: dict[str, int] = field(default_factory=dict)
    at: datetime | None = None


class HelpCentre:
    """The memory of one process; everything in it can be made again."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._accounts: dict[str, tuple[datetime, Account | None]] = {}
        self._first: tuple[datetime, str] | None = None
        self._shelves: OrderedDict[Reach, Shelf] = OrderedDict()
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._room = PAGE_CHARACTERS
        self._known = Known()
        self._making = asyncio.Lock()
        self._key: bytes | None = None

    async def account(self, wanted: str | None) -> Account | None:
        """Return the account asked for, or the one by setting, or the first web chat; None when there is none."""
        name = wanted or self.house.settings.help.account or await self._first_account()
        now = self.house.clock()
        if name not in self._accounts or now - self._accounts[name][0] > FRESH:
            query = select(ACCOUNTS).where(ACCOUNTS.c.id == name, ACCOUNTS.c.enabled)
            async with self.house.store.reading() as db:
                row = one_row(await db.execute(query))
            found = None
            if row is not None:
                found = Account(
                    id=row["id"], name=row["name"], locale=row["locale"], region=row["region"], brand=dict(row["brand"])
                )
            # Names that nobody has are not remembered, or anybody could fill the memory with them.
            if found is None:
                return None
            self._accounts[name] = (now, found)
        return self._accounts[name][1]

    async def _first_account(self) -> str:
        now = self.house.clock()
        if self._first is None or now - self._first[0] > FRESH:
            query = (
                select(ACCOUNTS.c.id)
                .where(ACCOUNTS.c.channel == WEB, ACCOUNTS.c.enabled)
                .order_by(ACCOUNTS.c.created_at, ACCOUNTS.c.id)
            )
            async with self.house.store.reading() as db:
                found = (await db.execute(query)).scalars().first()
            self._first = (now, found or "")
        return self._first[1]

    def release(self) -> str | None:
        """Return the id of the release that is served, None before the first."""
        try:
            info = self.house.library.serving()
        except KnowledgeError:
            return None
        return info.id if info else None

    async def shelf(self, key: Reach, make: Callable[[], Shelf]) -> Shelf:
        """Return what is kept under a key, or what `make` makes of it in another thread, once."""
        if key not in self._shelves:
            async with self._making:
                if key not in self._shelves:
                    self._shelves[key] = await asyncio.to_thread(make)
                    while len(self._shelves) > SHELVES_KEPT:
                        self._shelves.popitem(last=False)
        self._shelves.move_to_end(key)
        return self._shelves[key]

    async def page(self, key: Hashable, make: Callable[[], Page]) -> Page:
        """Return a finished page by its key, or make it in another thread."""
        kept = self._pages.get(key)
        if kept is not None:
            self._pages.move_to_end(key)
            return kept
        made = await asyncio.to_thread(make)
        if key not in self._pages:
            self._pages[key] = made
            self._room -= made.size
            while self._room < 0:
                self._room += self._pages.popitem(last=False)[1].size
        return made

    async def known(self) -> Known:
        """Return topics' names and what helped readers, at most five minutes old."""
        now = self.house.clock()
        if self._known.at is None or now - self._known.at > FRESH_COUNTS:
            score = func.sum(case((FEEDBACK.c.helpful, 1), else_=-1))
            votes = select(FEEDBACK.c.article_id, score.label("score")).where(FEEDBACK.c.at > now - COUNTED)
            async with self.house.store.reading() as db:
                helped = all_rows(await db.execute(votes.group_by(FEEDBACK.c.article_id)))
                labels = all_rows(await db.execute(select(TAGS.c.name, TAGS.c.label)))
            self._known = Known(
                labels={row["name"]: row["label"] for row in labels},
                helped={row["article_id"]: int(row["score"]) for row in helped},
                at=now,
            )
        return self._known

    async def reader_key(self) -> bytes:
        """Return the secret that readers' marks are made with."""
        if self._key is None:
            secrets = await asyncio.to_thread(load_secrets, self.house.settings.home)
            self._key = secrets["visitor_key"].encode()
        return self._key
