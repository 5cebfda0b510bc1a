"""A process that is killed in the middle of an import: another one, or itself, goes on, and no row is done twice."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.articles.imports import repository
from server.articles.imports.service import LEASE
from server.articles.repository import REVISIONS
from server.house import House
from tests.knowledge.parsing.files import zipped
from tests.server.articles.imports.files import folder, imported, rows_of, texts
from tests.support.articles import EVA
from tests.support.server import clock_of

CHILD = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

from knowledge.parsing.drafts import Defaults
from server.articles.imports import checking, running, service
from server.kit.clock import MovableClock
from server.kit.ids import uuid7_factory
from server.store.session import Store
from tests.server.articles.imports.files import chunks
from tests.support.articles import EVA

url, home, at, now, import_id, path = sys.argv[1:]
clock = MovableClock(datetime.fromisoformat(now))
store = Store(url)
imports = service.Imports(store, clock, uuid7_factory(clock), None, home=Path(home), instance="killed")
running.ROWS_AT_ONCE = 4


async def stop(step):
    if step == at:
        print("reached", flush=True)
        await asyncio.Event().wait()


batch, one, check = running.Run._batch, running.Run._one, service.check
count = {"batches": 0, "rows": 0}


async def slow_batch(run, rows):
    went_on = await batch(run, rows)
    count["batches"] += 1
    if count["batches"] == 2:
        await stop("between")
    return went_on


async def slow_row(*args, **more):
    ended = await one(*args, **more)
    count["rows"] += 1
    if count["rows"] == 6:
        await stop("within")
    return ended


async def slow_check(*args):
    await stop("read")
    await check(*args)


running.Run._batch, running.Run._one, service.check = slow_batch, slow_row, slow_check


async def main():
    if at == "read":
        upload = service.Upload(format="markdown", name="articles.zip", defaults=Defaults())
        await imports.take_in(upload, chunks(Path(path).read_bytes()), EVA)
    else:
        await imports.run(UUID(import_id), EVA, publish=False, take="ours")
    await imports.settled()


asyncio.run(main())
"""


@contextlib.contextmanager
def child(url: str, house: House, at: str, import_id: str = "", path: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that imports and stands still at some point."""
    home, now = str(house.settings.home), house.clock().isoformat()
    command = [sys.executable, "-c", CHILD, url, home, at, now, import_id, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


async def killed(process: subprocess.Popen[str]) -> None:
    """Wait until it stands still and kill it."""
    assert process.stdout is not None
    assert await asyncio.to_thread(process.stdout.readline) == "reached\n"
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.wait)


FILES = {f"{number:02}.md": f"Text {number}. [next](00.md)" for number in range(10)}


@pytest.mark.parametrize(("at", "written"), [("between", 8), ("within", 4)])
async def test_a_run_that_was_killed_goes_on_and_does_no_row_twice(
    house: House, database_url: str, tmp_path: Path, at: str, written: int
) -> None:
    row = await folder(house, tmp_path, FILES)
    with child(database_url, house, at, str(row["id"])) as process:
        await killed(process)
    assert len(await texts(house)) == written
    # Its lease has not run out: it may be only slow.
    assert await house.imports.sweep() == 0
    clock_of(house).move(LEASE + timedelta(seconds=1))
    assert await house.imports.sweep() == 1
    assert await house.imports.sweep() == 0
    await house.imports.settled()
    done = await house.imports.one(row["id"])
    assert (done["state"], done["done"], done["report"]["outcomes"]) == ("done", 10, {"created": 10})
    async with house.store.reading() as db:
        assert (await db.execute(select(func.count()).select_from(REVISIONS))).scalar_one() == 10
    assert all(one["outcome"] == "created" for one in await rows_of(house, row))


async def test_a_file_that_was_being_read_is_read_again_from_its_beginning(
    house: House, database_url: str, tmp_path: Path
) -> None:
    path = zipped(tmp_path, FILES)
    with child(database_url, house, "read", path=str(path)) as process:
        await killed(process)
    clock_of(house).move(LEASE + timedelta(seconds=1))
    assert await house.imports.sweep() == 1
    await house.imports.settled()
    async with house.store.reading() as db:
        [row] = await repository.page(db, after=None, limit=10)
    assert (row["state"], row["total"], row["report"]["create"]) == ("checked", 10, 10)
    assert len(await rows_of(house, row)) == 10


async def test_a_process_takes_up_its_own_imports_when_it_comes_back(house: House, tmp_path: Path) -> None:
    row = await folder(house, tmp_path, FILES)
    await house.imports.run(row["id"], EVA, publish=False, take="ours")
    await house.imports.close()
    assert await house.imports.sweep() == 1
    await house.imports.settled()
    assert (await house.imports.one(row["id"]))["state"] == "done"


async def test_a_file_that_is_gone_is_said(sqlite_house: House, tmp_path: Path) -> None:
    row = await imported(sqlite_house, tmp_path, {"a.md": "Text."})
    (tmp_path / "imports" / str(row["id"])).unlink()
    async with sqlite_house.store.writing() as db:
        await repository.change(db, row["id"], state="reading")
    await sqlite_house.imports.sweep()
    await sqlite_house.imports.settled()
    failed = await sqlite_house.imports.one(row["id"])
    assert (failed["state"], failed["report"]["why"]) == ("failed", "The file is gone; please upload it again.")
