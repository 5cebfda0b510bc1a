"""A help centre with the articles of `tests.support.reading`, asked as a browser asks it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from server.house import House
from server.store.base import all_rows, rows_of
from server.store.models import ArticleFeedback
from tests.support.chat import Served, served
from tests.support.reading import publish
from tests.support.server import opened

REGIONS = {"help": {"regions": ["DE", "FR"]}}
FEEDBACK = rows_of(ArticleFeedback)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    data: bytes = b""


@dataclass(kw_only=True)
class Reader:
    """A browser that keeps cookies and follows nothing by itself."""

    http: aiohttp.ClientSession
    url: str
    house: House
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "en-GB,en;q=0.9"})

    async def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return await self._call("GET", path, None, headers)

    async def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        """Send a form as a page of ours would."""
        sent = {"Sec_Fetch_Site": "same-origin", "Origin": self.url, **headers}
        return await self._call("POST", path, form, sent)

    async def _call(self, method: str, path: str, form: Mapping[str, str] | None, headers: dict[str, str]) -> Answer:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items() if value}}
        options: dict[str, Any] = {"data": dict(form)} if form is not None else {}
        async with self.http.request(
            method, f"{self.url}{path}", headers=sent, allow_redirects=False, **options
        ) as answer:
            data = await answer.read()
            return Answer(status=answer.status, headers=answer.headers, text=data.decode(errors="replace"), data=data)

    async def said(self) -> list[Mapping[str, Any]]:
        """Return all feedback that is stored."""
        async with self.house.store.reading() as db:
            return list(all_rows(await db.execute(select(FEEDBACK).order_by(FEEDBACK.c.article_id))))


async def reading(where: Served) -> AsyncIterator[Reader]:
    """Open a browser at a house."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Reader(http=http, url=where.url, house=where.house)


@pytest.fixture
async def reader(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Reader]:
    """A browser at a help centre of the first web chat, where a region may be chosen."""
    async with opened(sqlite_url, tmp_path, blocks=REGIONS) as house, served(house) as where:
        publish(house)
        async for one in reading(where):
            yield one


@pytest.fixture
async def keeping_reader(database_url: str, tmp_path: Path) -> AsyncIterator[Reader]:
    """The same on each kind of database, for what is stored."""
    async with opened(database_url, tmp_path, blocks=REGIONS) as house, served(house) as where:
        publish(house)
        async for one in reading(where):
            yield one
