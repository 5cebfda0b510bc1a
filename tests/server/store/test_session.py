"""The two doors to the database: what they promise when somebody goes away in the middle."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.conversations import repository
from server.store.base import rows_of
from server.store.models import AiSwitch
from server.store.session import NotStorable, StorageUnavailable, Store
from tests.support.server import NOON

SWITCHES = rows_of(AiSwitch)


async def _turn(store: Store, key: str, *, reason: str = "why") -> None:
    async with store.writing() as connection:
        values = {"scope": "intent", "key": key, "off": True, "by": "Kim", "at": NOON, "reason": reason}
        await connection.execute(insert(SWITCHES).values(**values))


async def _turn_and_break(store: Store, key: str) -> None:
    async with store.writing() as connection:
        values = {"scope": "intent", "key": key, "off": True, "by": "Kim", "at": NOON, "reason": "why"}
        await connection.execute(insert(SWITCHES).values(**values))
        raise ZeroDivisionError


async def _changed_since(store: Store, event_id: int) -> None:
    async with store.reading() as connection:
        await repository.changed_since(connection, event_id)


async def _refused(work: Coroutine[Any, Any, None]) -> NotStorable | None:
    try:
        await work
    except NotStorable as error:
        return error
    return None


async def _keys(store: Store) -> list[str]:
    async with store.reading() as connection:
        return list((await connection.execute(select(SWITCHES.c.key).order_by(SWITCHES.c.key))).scalars())


async def test_a_block_that_raises_stores_nothing(database_url: str) -> None:
    store = Store(database_url)
    with pytest.raises(ZeroDivisionError):
        await _turn_and_break(store, "a")
    assert await _keys(store) == []
    await store.close()


async def test_a_reader_does_not_wait_for_a_writer_and_sees_what_is_committed(database_url: str) -> None:
    store = Store(database_url)
    await _turn(store, "a")
    async with store.writing() as connection:
        values = {"scope": "intent", "key": "b", "off": True, "by": "Kim", "at": NOON, "reason": "why"}
        await connection.execute(insert(SWITCHES).values(**values))
        assert await _keys(store) == ["a"]
    assert await _keys(store) == ["a", "b"]
    await store.close()


@pytest.mark.parametrize("key", ["nul\x00", "x" * 100, "half \ud800"], ids=["nul", "too long", "surrogate"])
async def test_a_value_that_cannot_be_stored_is_refused_or_kept_and_breaks_nothing(database_url: str, key: str) -> None:
    store = Store(database_url)
    refused = await _refused(_turn(store, key))
    assert refused is None or refused.problem()["status"] == 422
    assert await _keys(store) == ([] if refused else [key])
    await _turn(store, "next")
    assert "next" in await _keys(store)
    await store.close()


async def test_a_number_beyond_64_bits_is_refused(database_url: str) -> None:
    store = Store(database_url)
    async with store.reading() as connection:
        # Before anything of the transaction: what a client sends as `last_id` goes straight into a comparison.
        assert await repository.newest_event_id(connection) == 0
    with pytest.raises(NotStorable):
        await _changed_since(store, 2**80)
    await _turn(store, "next")
    assert await _keys(store) == ["next"]
    await store.close()


async def test_a_writer_who_is_cancelled_at_any_moment_leaves_the_door_open(database_url: str) -> None:
    store = Store(database_url)
    finished = 0
    for steps in range(40):
        task = asyncio.create_task(_turn(store, f"k{steps:02}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        [result] = await asyncio.gather(task, return_exceptions=True)
        finished += result is None
        await _turn(store, f"z{steps:02}")
    keys = await _keys(store)
    assert [key for key in keys if key.startswith("z")] == [f"z{steps:02}" for steps in range(40)]
    assert len([key for key in keys if key.startswith("k")]) >= finished
    await store.close()


async def test_a_writer_who_gives_up_while_waiting_for_a_lock_leaves_the_door_open(sqlite_url: str) -> None:
    store = Store(sqlite_url, busy_seconds=1.0)
    await _turn(store, "first")
    other = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite+aiosqlite:///")), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_turn(store, "given-up"))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    other.execute("ROLLBACK")
    other.close()
    await _turn(store, "next")
    await _turn(store, "and-next")
    assert await _keys(store) == ["and-next", "first", "next"]
    await store.close()


async def test_the_loop_goes_on_while_a_write_waits_for_a_lock(sqlite_url: str) -> None:
    store = Store(sqlite_url, busy_seconds=0.5)
    await _turn(store, "first")
    other = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite+aiosqlite:///")), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_turn(store, "second"))
    ticks = 0
    while not waiting.done():
        await asyncio.sleep(0.01)
        ticks += 1
        assert await _keys(store) == ["first"]
    with pytest.raises(StorageUnavailable):
        await waiting
    assert ticks > 10, "The event loop stood still."
    other.execute("ROLLBACK")
    other.close()
    await store.close()
