"""A process that is killed in the middle of publishing leaves the old release serving, and the next round heals."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from server.articles.releases.publisher import LEASE
from tests.support.releases import Newsroom, names

STEPS = ("begun", "embedding", "built", "judged", "stored", "served")
CHILD = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from typing_extensions import override
from knowledge.embedding.hashing import HashingEmbedder
from server.kit.clock import MovableClock
from server.store.session import Store
from tests.support.releases import Newsroom

url, home, at, now = sys.argv[1:]


class Stuck(HashingEmbedder):
    def embed(self, texts):
        if at == "embedding":
            print("reached", flush=True)
            sys.stdin.read()
        return super().embed(texts)


async def main() -> None:
    room = Newsroom(Store(url), Path(home), MovableClock(datetime.fromisoformat(now)))

    async def stop(step: str) -> None:
        if step == at:
            print("reached", flush=True)
            await asyncio.Event().wait()

    room.reopen(stop, embedder=Stuck())
    await room.publish()


asyncio.run(main())
"""


@contextlib.contextmanager
def publishing(url: str, room: Newsroom, step: str) -> Iterator[subprocess.Popen[str]]:
    """A process that publishes and stands still after a step."""
    command = [sys.executable, "-c", CHILD, url, str(room.home), step, room.clock().isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


@pytest.mark.parametrize("step", STEPS)
async def test_a_builder_killed_at_any_step_leaves_one_whole_release(
    room: Newsroom, database_url: str, step: str
) -> None:
    await room.write("returns", "Send it back within thirty days.")
    await room.write("refunds", "Refunds take seven working days.")
    first = await room.publish()
    await room.write("returns", "Send it back within sixty days.")
    with publishing(database_url, room, step) as child:
        assert child.stdout is not None
        said = await asyncio.to_thread(child.stdout.readline)
        assert said == "reached\n"
        child.send_signal(signal.SIGKILL)
    done = step in {"stored", "served"}
    # Another process sees one release whole, the old one or the new one, before anything is mended.
    fresh = Newsroom(room.store, room.home, room.clock)
    pointed = fresh.library.pointed()
    assert (pointed == first["id"]) == (step != "served")
    assert fresh.found("send it back within days")[0] == ("returns", 2 if step == "served" else 1)
    assert (await fresh.translation("returns"))["published"] == (2 if done else 1)
    assert len(fresh.library.members(pointed or "")) == 2
    # Its time runs out, and the round of any process tidies up.
    fresh.clock.move(LEASE + timedelta(seconds=1))
    await fresh.keeping.sweep()
    assert names(await fresh.releases(), "state") == (["ready", "ready"] if done else ["ready", "failed"])
    assert fresh.found("send it back within days")[0] == ("returns", 2 if done else 1)
    if not done:
        assert (await fresh.releases())[-1]["error"] == "Its builder went away."
        third = await fresh.publish()
        assert (third["number"], third["state"]) == (3, "ready")
    assert fresh.found("send it back within days")[0] == ("returns", 2)
    assert not list((room.home / "knowledge").glob("aside-*"))


async def test_a_process_that_comes_back_gives_up_what_it_was_building_at_once(
    room: Newsroom, database_url: str
) -> None:
    await room.write("returns", "Send it back.")
    with publishing(database_url, room, "begun") as child:
        assert child.stdout is not None
        await asyncio.to_thread(child.stdout.readline)
        child.send_signal(signal.SIGKILL)
    await room.keeping.recover()
    assert names(await room.releases(), "state") == ["failed"]
    assert (await room.publish())["state"] == "ready"


async def test_publishing_gives_up_a_dead_builder_by_itself(room: Newsroom, database_url: str) -> None:
    await room.write("returns", "Send it back.")
    with publishing(database_url, room, "begun") as child:
        assert child.stdout is not None
        await asyncio.to_thread(child.stdout.readline)
        child.send_signal(signal.SIGKILL)
    room.clock.move(LEASE + timedelta(seconds=1))
    assert (await room.publish())["number"] == 2
