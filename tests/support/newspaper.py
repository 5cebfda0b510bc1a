"""A running house with its knowledge base, and everybody who meets an article: editors, readers, desk, command line."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import create_async_engine

from server.bench.stack import Stack
from server.bench.talk import Widget
from server.kit.secrets import load_secrets, save_secrets
from server.store.base import rows_of
from server.store.models import ChannelAccount
from server.up.places import ROOT
from server.up.ports import pick_free
from tests.support.agents import AgentBrowser
from tests.support.stack import stack_in_thread

UMA = "uma@larkfield.example"
"""Writes and approves, so that only her own work is not hers to approve."""
NOOR = "noor@larkfield.example"
"""Approves, publishes, and may override the gate."""
ALEX = "alex@larkfield.example"
"""Reads the audit trail."""
ACCOUNTS = rows_of(ChannelAccount)
Frame = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Newspaper:
    """A stack, and what a further process of it is told."""

    stack: Stack
    database: str

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command, or of another server, in the same home and on the same database."""
        stack = self.stack
        return {
            **os.environ,
            "WARMLINE_HOME": str(stack.home),
            "WARMLINE_DATABASE__URL": self.database,
            "WARMLINE_BOT__URL": stack.rasa_url,
            "WARMLINE_BOT__TOKEN": stack.tokens["bot_token"],
            "WARMLINE_COMPANY__URL": stack.company_url,
            "WARMLINE_COMPANY__TOKEN": stack.tokens["company_token"],
            "WARMLINE_SERVER__TOKEN": stack.tokens["server_token"],
        }

    async def command(self, *words: str) -> str:
        """Run one of our commands; return what it prints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", *words, env=self.env, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, problem = await process.communicate()
        assert process.returncode == 0, problem.decode()
        return said.decode()

    async def hire(self) -> None:
        """Make Uma's account, with a password that the home knows."""
        secrets = load_secrets(self.stack.home)
        save_secrets(self.stack.home, {**secrets, f"password:{UMA}": "a-long-password-of-uma"})
        await self.command(
            "user", "add", UMA, "--name", "Uma Both", "--role", "knowledge_editor", "--role", "approver",
            "--password", "a-long-password-of-uma",
        )  # fmt: skip

    async def move(self, account: str, region: str | None) -> None:
        """Let an account be somewhere."""
        engine = create_async_engine(self.database)
        try:
            async with engine.begin() as connection:
                await connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(region=region))
        finally:
            await engine.dispose()

    async def restart(self, *, between: Any = None) -> None:
        """Kill the server's working process; whatever `between` does happens before another answers."""
        for process in self.stack.processes("server"):
            if "leash.py" not in " ".join(process.cmdline()):
                process.send_signal(signal.SIGKILL)
        if between is not None:
            between()
        try:
            await answers(f"{self.stack.url}/readyz")
        except TimeoutError:
            said = (self.stack.home / "logs" / "server.log").read_text(errors="replace")
            pytest.fail(f"The server did not come back: {said[-3000:]}")

    @asynccontextmanager
    async def second(self) -> AsyncIterator[str]:
        """Run another server on the same home and database; return its address."""
        [port] = pick_free(1)
        env = {**self.env, "WARMLINE_PORT": str(port), "WARMLINE_HOST": "127.0.0.1", "WARMLINE_INSTANCE": "server-2"}
        with (self.stack.home / "second.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", "serve", env=env, cwd=ROOT, stdout=log, stderr=log
            )
        try:
            await answers(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()


@contextmanager
def newspaper(home: Path, url: str | None = None, env: Mapping[str, str] | None = None) -> Iterator[Newspaper]:
    """Run a house on a PostgreSQL database, or on SQLite in its home."""
    more = {} if url is None else {"WARMLINE_DATABASE__URL": url}
    with stack_in_thread(home, {**(env or {}), **more}) as stack:
        made = Newspaper(stack=stack, database=url or f"sqlite+aiosqlite:///{stack.home / 'warmline.db'}")
        asyncio.run(made.hire())
        yield made


async def answers(url: str, *, seconds: float = 150) -> None:
    """Wait until an address says that all is well."""
    async with asyncio.timeout(seconds), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(url) as answer:
                    if answer.status == 200:
                        return
            except (aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(0.05)


def where(article_id: str, locale: str = "en") -> str:
    """Return the path of a translation."""
    return f"/articles/{article_id}/translations/{locale}"


async def rewritten(who: AgentBrowser, article_id: str, *changes: tuple[str, str], locale: str = "en") -> int:
    """Replace words of an article's newest revision, hand it in, and return its number."""
    path = where(article_id, locale)
    now = (await who.get(path))["revision"]
    fields = ("title", "summary", "text", "tags", "regions", "accounts", "audience")
    content = {name: now[name] for name in fields}
    for old, new in changes:
        content |= {name: content[name].replace(old, new) for name in ("title", "summary", "text")}
    status, saved = await who.call("PUT", path, {"base": now["number"], "content": content})
    assert status in {200, 201}, saved
    number: int = saved["latest"]
    await who.post(f"{path}/submit", {"revision": number})
    return number


async def published(who: AgentBrowser, article_id: str, revision: int, locale: str = "en", **more: str) -> Frame:
    """Approve a revision and publish it; return the release."""
    await who.post(f"{where(article_id, locale)}/approve", {"revision": revision})
    status, made = await who.call("POST", f"{where(article_id, locale)}/publish", {"revision": revision, **more})
    assert status in {201, 202}, made
    # On a busy machine the answer comes before the release has ended.
    while made["state"] == "building":
        await asyncio.sleep(0.05)
        made = await who.get(f"/releases/{made['number']}")
    assert made["state"] == "ready", made
    return dict(made)


async def served(who: AgentBrowser) -> Frame:
    """Return the release that is served."""
    releases = (await who.get("/releases"))["items"]
    found: Frame = next(one for one in releases if one["served"])
    return found


async def page(url: str, path: str, **headers: str) -> tuple[int, str]:
    """Ask for a page as anybody may."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}{path}", headers=headers) as answer:
        return answer.status, await answer.text()


async def opened(widget: Widget, url: str, article_id: str, query: str = "") -> tuple[int, Frame]:
    """Open an article in a widget."""
    token = widget.session["token"]
    status, text = await page(url, f"/api/v1/widget/articles/{article_id}{query}", Authorization=f"Bearer {token}")
    return status, json.loads(text)


async def asked(paper: Newspaper, question: str, *, account: str = "larkfield", locale: str = "en") -> Frame:
    """Ask the knowledge base as the bot does."""
    path = f"/api/v1/bot/knowledge?q={quote(question)}&account={account}&locale={locale}&limit=5"
    status, text = await page(
        paper.stack.url, path, Authorization=f"Bearer {paper.stack.tokens['server_token']}"
    )  # fmt: skip
    assert status == 200, text
    found: Frame = json.loads(text)
    return found


async def top(who: AgentBrowser, number: int, questions: list[str]) -> list[list[tuple[str, int, str | None]]]:
    """Return what a release finds for each question: article, revision and heading, best first."""
    found = [await who.get(f"/releases/{number}/search?q={quote(one)}&limit=5") for one in questions]
    return [[(hit["article_id"], hit["revision"], hit["heading"]) for hit in one["hits"]] for one in found]
