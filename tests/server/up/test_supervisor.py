"""Children that die, hang or leave others behind."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from server.up.children import Child
from server.up.failures import SetupFailed
from server.up.keeper import FIRST_PAUSE, LONGEST_PAUSE, STABLE, Keeper, trouble
from server.up.supervisor import Supervisor
from tests.support.up import World, child

WAITS = "import signal; signal.pause()"
DIES = "import sys; sys.exit('no database')"


def alive(pid: int) -> bool:
    """Whether a process exists and is more than an entry waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_a_child_that_dies_is_started_again_after_longer_and_longer_pauses(world: World, tmp_path: Path) -> None:
    keeper = Keeper(child(tmp_path, DIES), world.around())
    await asyncio.wait_for(_up_at_once(keeper), 5)
    await world.until(lambda: len(world.slept) >= 8)
    await keeper.end()
    assert world.slept[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert world.said[0] == "child ended (exit code 1); starting it again in 0.5 s."


async def test_a_child_that_ran_well_for_a_while_begins_with_the_shortest_pause_again(
    world: World, tmp_path: Path
) -> None:
    world.lasts = STABLE * 2
    keeper = Keeper(child(tmp_path, DIES), world.around())
    await asyncio.wait_for(_up_at_once(keeper), 5)
    await world.until(lambda: len(world.slept) >= 3)
    await keeper.end()
    assert set(world.slept) == {FIRST_PAUSE}
    assert max(world.slept) < LONGEST_PAUSE


async def test_a_killed_child_is_named_with_its_signal_and_said_to_be_back(world: World, tmp_path: Path) -> None:
    house = Supervisor([child(tmp_path, WAITS)], world.around())
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(house.run(stop, ready.set))
    await ready.wait()
    os.killpg(house.groups()["child"], signal.SIGKILL)
    await world.until(lambda: len(world.said) == 2)
    stop.set()
    await running
    assert world.said[0] == "child ended (SIGKILL); starting it again in 0.5 s."
    assert world.said[1].startswith("child is back after ")


async def test_stopping_ends_the_children_and_what_they_started(world: World, tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal\n"
        "pid = os.fork() or signal.pause()\n"
        f"pathlib.Path({str(tmp_path)!r}, 'pids').write_text(f'{{os.getpid()}} {{pid}}')\n"
        "signal.pause()"
    )
    house = Supervisor([child(tmp_path, code), child(tmp_path, WAITS, "other")], world.around())
    stop = asyncio.Event()
    running = asyncio.create_task(house.run(stop, lambda: None))
    pids = tmp_path / "pids"
    await world.until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    groups = house.groups()
    assert set(groups) == {"child", "other"}
    stop.set()
    await running
    assert not any(alive(pid) for pid in [*map(int, pids.read_text().split()), *groups.values()])
    assert house.groups() == {}


async def test_a_child_that_does_not_end_when_asked_is_forced(world: World, tmp_path: Path) -> None:
    code = (
        "import pathlib, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(tmp_path)!r}, 'deaf').touch()\n"
        "while True: signal.pause()"
    )
    deaf = Child(name="child", command=child(tmp_path, code).command, cwd=tmp_path, grace=0.05)
    house = Supervisor([deaf], world.around())
    stop = asyncio.Event()
    running = asyncio.create_task(house.run(stop, lambda: None))
    await world.until((tmp_path / "deaf").exists)
    stop.set()
    await running
    assert world.said == ["child does not end when asked; forcing it."]
    assert house.groups() == {}


async def test_a_pause_before_a_restart_does_not_hold_up_the_end(tmp_path: Path) -> None:
    world = World(tmp_path)
    for_ever = asyncio.Event()

    async def sleep(seconds: float) -> None:
        world.slept.append(seconds)
        await for_ever.wait()

    around = world.around()
    keeper = Keeper(child(tmp_path, DIES), type(around)(logs=around.logs, say=around.say, sleep=sleep))
    task = keeper.start()
    await world.until(lambda: bool(world.slept))
    await keeper.end()
    assert task.done()


async def test_a_child_that_never_comes_up_ends_everything_with_its_last_words(world: World, tmp_path: Path) -> None:
    world.up = lambda asked: asked.name == "good"
    house = Supervisor([child(tmp_path, DIES, "bad"), child(tmp_path, WAITS, "good")], world.around())
    with pytest.raises(SetupFailed, match=r"bad ended 3 times \(exit code 1\): no database. Its log is .*bad\.log"):
        await house.run(asyncio.Event(), lambda: pytest.fail("it was never ready"))
    assert house.groups() == {}


async def test_a_child_that_never_answers_is_given_up_when_its_patience_is_over(world: World, tmp_path: Path) -> None:
    world.up = lambda _: False
    slow = Child(name="slow", command=child(tmp_path, WAITS).command, cwd=tmp_path, patience=0.05)
    with pytest.raises(SetupFailed, match=r"slow is not up after 0\.05 s \(it answers 500\)"):
        await Supervisor([slow], world.around()).run(asyncio.Event(), lambda: None)


async def test_what_a_child_says_is_in_its_log_with_the_time(world: World, tmp_path: Path) -> None:
    keeper = Keeper(child(tmp_path, "import os; os.write(2, b'one\\ntwo'); os._exit(1)"), world.around())
    task = keeper.start()
    await world.until(lambda: bool(world.slept))
    await keeper.end()
    assert task.done()
    first, second = (tmp_path / "child.log").read_text().splitlines()[:2]
    assert first.endswith("+00:00 one")
    assert second.endswith("+00:00 two")


async def test_a_process_that_is_not_there_does_not_answer(tmp_path: Path) -> None:
    gone = Child(name="gone", command=(), cwd=tmp_path, health="http://127.0.0.1:9/health")
    assert await trouble(gone) == "nothing listens there"


async def _up_at_once(keeper: Keeper) -> None:
    """Starts the keeper and lets its first life count as having answered."""
    keeping = keeper.start()
    await keeper.wait_until_up()
    assert not keeping.done()
