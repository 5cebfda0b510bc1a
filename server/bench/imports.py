"""Importing thousands of articles into a running server, while somebody else asks it for a sign of life.

What is real: a server process on loopback with a database of its own, the upload, the dry run and the run. Nothing is
published, so nothing is embedded. The floor of `/healthz` is the same server before the import, with nothing to do.
"""

import asyncio
import io
import os
import secrets
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import aiohttp
import numpy as np
import psutil

from server.up.places import ROOT
from server.up.ports import pick_free

EDITOR = "bench@example.com"
WORDS = (
    "order",
    "parcel",
    "refund",
    "label",
    "return",
    "address",
    "invoice",
    "customer",
    "delivery",
    "payment",
    "account",
)
PARAGRAPHS = 5
WORDS_IN_ONE = 60
EVERY = 0.02
IDLE_SECONDS = 3.0
START_SECONDS = 90.0


def measure(
    *, articles: int, file: Path | None = None, database: str = "", say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Return the figures: seconds of dry run and run, memory in MB, and how long `/healthz` takes meanwhile.

    `file` is a zip archive of Markdown to import instead of `articles` made-up ones of about 2 kB; `database` is the
    URL of an empty database, or empty for SQLite.
    """
    data = file.read_bytes() if file is not None else _made_up(articles)
    return asyncio.run(_measure(data, database, say))


def _made_up(articles: int) -> bytes:
    random = Random(7)  # noqa: S311  # figures that are the same every time, not secrets
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(articles):
            text = "\n\n".join(" ".join(random.choice(WORDS) for _ in range(WORDS_IN_ONE)) for _ in range(PARAGRAPHS))
            link = f"See [the next](article-{(number + 1) % articles:05d}.md)."
            matter = (
                f"---\ntitle: Article {number}\ntags: [{random.choice(WORDS)}, bench]\nsummary: About {number}.\n---\n"
            )
            archive.writestr(f"en/article-{number:05d}.md", f"{matter}\n## How\n\n{text}\n\n{link}\n")
    return buffer.getvalue()


async def _measure(data: bytes, database: str, say: Callable[[str], None]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="warmline-imports-") as folder:
        jar = aiohttp.CookieJar(unsafe=True)
        async with (
            _server(Path(folder), database) as (process, url, password),
            aiohttp.ClientSession(cookie_jar=jar) as http,
        ):
            watch = _Watch(http, url, psutil.Process(process.pid))
            csrf = await _sign_in(http, url, password)
            say("idle")
            await watch.during(asyncio.sleep(IDLE_SECONDS))
            idle, before = watch.taken(), watch.memory
            say("dry run")
            began = perf_counter()
            checked = await watch.during(_dry_run(http, url, csrf, data))
            dry = perf_counter() - began
            say("run")
            began = perf_counter()
            done = await watch.during(_run(http, url, csrf, checked["id"]))
            ran = perf_counter() - began
    busy = watch.taken()
    return {
        "articles": done["total"],
        "outcomes": done["report"]["outcomes"],
        "broken": done["report"]["broken"],
        "upload_mb": round(len(data) / 1e6, 1),
        "seconds": round(dry + ran, 1),
        "dry_run_seconds": round(dry, 1),
        "run_seconds": round(ran, 1),
        "memory_before_mb": round(before, 1),
        "memory_peak_mb": round(watch.memory, 1),
        "healthz_idle_p95_ms": _percentile(idle, 95),
        "healthz_p50_ms": _percentile(busy, 50),
        "healthz_p95_ms": _percentile(busy, 95),
        "healthz_max_ms": round(max(busy), 1),
        "healthz_asked": len(busy),
    }


@dataclass(slots=True)
class _Watch:
    """Asks for a sign of life again and again, and looks at the memory."""

    http: aiohttp.ClientSession
    url: str
    process: psutil.Process
    memory: float = 0.0
    _times: list[float] = field(default_factory=list)

    async def during(self, work: Any) -> Any:
        """Watch while something is done."""
        watching = asyncio.create_task(self._watch())
        try:
            return await work
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        while True:
            began = perf_counter()
            async with self.http.get(f"{self.url}/healthz") as response:
                await response.read()
            self._times.append(1000 * (perf_counter() - began))
            self.memory = max(self.memory, self.process.memory_info().rss / 1e6)
            await asyncio.sleep(EVERY)

    def taken(self) -> list[float]:
        """Return the milliseconds since the last time."""
        times, self._times = self._times, []
        return times


@asynccontextmanager
async def _server(home: Path, database: str) -> AsyncIterator[tuple[subprocess.Popen[bytes], str, str]]:
    """Run a server of its own; yields it, its address and the editor's password."""
    [port] = pick_free(1)
    password = secrets.token_urlsafe(12)
    env: Mapping[str, str] = {
        **os.environ,
        "WARMLINE_HOME": str(home),
        "WARMLINE_PORT": str(port),
        "WARMLINE_DATABASE__URL": database,
        "WARMLINE_KNOWLEDGE__EMBEDDER": "hashing",
        "WARMLINE_PASSWORD": password,
    }
    editor = ("user", "add", EDITOR, "--name", "Bench", "--role", "knowledge_editor")
    for words in (("migrate",), editor):
        await asyncio.to_thread(
            subprocess.run, [*_command(), *words], env=env, cwd=ROOT, check=True, capture_output=True
        )
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([*_command(), "serve"], env=env, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603, ASYNC220
    try:
        url = f"http://127.0.0.1:{port}"
        await _until_alive(url, process)
        yield process, url, password
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


def _command() -> list[str]:
    return [sys.executable, "-m", "server"]


async def _until_alive(url: str, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
        while process.poll() is None:
            with suppress(aiohttp.ClientError):
                async with http.get(f"{url}/healthz") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.1)
    message = "The server did not come up."
    raise RuntimeError(message)


async def _sign_in(http: aiohttp.ClientSession, url: str, password: str) -> str:
    body = {"email": EDITOR, "password": password}
    async with http.post(f"{url}/api/v1/sessions", json=body) as response:
        response.raise_for_status()
        csrf: str = (await response.json())["csrf"]
    return csrf


async def _dry_run(http: aiohttp.ClientSession, url: str, csrf: str, data: bytes) -> Any:
    where = f"{url}/api/v1/article-imports?format=markdown&name=bench.zip"
    async with http.post(where, data=data, headers={"x-csrf-token": csrf}) as response:
        response.raise_for_status()
        found = await response.json()
    return await _ended(http, url, found["id"])


async def _run(http: aiohttp.ClientSession, url: str, csrf: str, import_id: str) -> Any:
    where = f"{url}/api/v1/article-imports/{import_id}/run"
    async with http.post(where, json={}, headers={"x-csrf-token": csrf}) as response:
        response.raise_for_status()
    return await _ended(http, url, import_id)


async def _ended(http: aiohttp.ClientSession, url: str, import_id: str) -> Any:
    """Ask for an import's state as the console does, until it is over."""
    while True:
        async with http.get(f"{url}/api/v1/article-imports/{import_id}") as response:
            response.raise_for_status()
            found = await response.json()
        if found["state"] not in {"reading", "running"}:
            return found
        await asyncio.sleep(0.5)


def _percentile(times: list[float], percent: int) -> float:
    return round(float(np.percentile(times, percent)), 1)
