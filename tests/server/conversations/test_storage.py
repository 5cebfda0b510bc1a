"""The database locked, full or away: a clear refusal, nothing half stored, and all is well afterwards."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from server.house import House
from server.store.session import StorageUnavailable, Store
from tests.support.databases import Postgres
from tests.support.server import (
    Visitor,
    all_conversations,
    bot_of,
    clock_of,
    hire,
    log_of,
    opened,
    received,
    row_of,
    settle,
    types_of,
    visit,
)


def _file_of(house: House) -> Path:
    return Path(house.settings.database_url().removeprefix("sqlite+aiosqlite:///"))


async def test_a_locked_database_refuses_clearly_and_stores_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, blocks={"database": {"busy_seconds": 0.1}}) as house:
        ana, kim = await visit(house), await hire(house, "Kim Larsen")
        taken = await ana.write("Hello")
        await settle(house)
        before = await types_of(house, taken)
        other = sqlite3.connect(_file_of(house), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable) as caught:
            await ana.write("Where is my order?", client_id="again")
        assert caught.value.problem()["code"] == "storage_unavailable"
        assert caught.value.problem()["status"] == 503
        with pytest.raises(StorageUnavailable):
            await house.conversations.take(taken.conversation_id, kim)
        assert await types_of(house, taken) == before, "Reading goes on while writing waits."
        other.execute("ROLLBACK")
        other.close()
        again = await ana.write("Where is my order?", client_id="again")
        await settle(house)
        assert again.fresh
        assert (await types_of(house, taken))[-1] == "message.sent"
        assert (await house.conversations.take(taken.conversation_id, kim)).state == "with_agent"


async def test_a_turn_that_finds_the_database_locked_is_finished_later(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, blocks={"database": {"busy_seconds": 0.1}}) as house:
        ana = await visit(house)
        bot_of(house).hold()
        taken = await ana.write("Where is my order?")
        await bot_of(house).thinking.wait()
        other = sqlite3.connect(_file_of(house), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        bot_of(house).go()
        await settle(house)
        assert "message.sent" not in await types_of(house, taken)
        other.execute("ROLLBACK")
        other.close()
        await _next_claim(house)
        assert (await types_of(house, taken)).count("message.sent") == 1


async def test_a_full_database_refuses_clearly_and_stores_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path) as house:
        ana = await visit(house)
        taken = await ana.write("Hello")
        await settle(house)
        await _allow_pages(house, 1)
        stored, refused = [], 0
        for number in range(200):
            try:
                stored.append(await ana.only_intake("x" * 8000, client_id=f"full-{number}"))
            except StorageUnavailable:
                refused += 1
                if refused == 3:
                    break
        assert refused == 3, "It never got full."
        log = await log_of(house, taken)
        assert len(received(log)) == 1 + len(stored), "Something was stored and refused, or accepted and lost."
        assert (await row_of(house, taken))["last_seq"] == len(log)
        await _allow_pages(house, 1_000_000)
        await ana.only_intake("There is room again", client_id="after")
        await _next_claim(house)
        log = await log_of(house, taken)
        assert received(log)[-1].text == "There is room again"
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        assert (await row_of(house, taken))["turn_due_seq"] is None


async def test_a_database_that_goes_away_is_said_and_comes_back_by_itself(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url:
        async with opened(url, tmp_path) as house:
            ana = await visit(house)
            await ana.ask("Hello")
            postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
            await _until_stored(ana)
            await settle(house)
            await _next_claim(house)
            assert len(await all_conversations(house)) == 1


async def test_too_many_at_once_for_the_pool_is_a_refusal_and_not_a_crash(postgres: Postgres) -> None:
    with postgres.database() as url:
        store = Store(url, pool_size=1, queue_seconds=0.1)
        try:
            async with store.writing(), store.writing():
                with pytest.raises(StorageUnavailable):
                    async with store.writing():
                        pass
        finally:
            await store.close()


async def _until_stored(visitor: Visitor) -> None:
    for _ in range(5):
        try:
            await visitor.write("Where is my order?", client_id="again")
        except StorageUnavailable:
            continue
        else:
            return
    pytest.fail("The database did not come back.")


async def _next_claim(house: House) -> None:
    for _ in range(2):
        clock_of(house).move(timedelta(seconds=20))
        await house.turns.pick_up()
        await settle(house)


async def _allow_pages(house: House, pages: int) -> None:
    # The write connection is the only one of its pool, so that its limit is the limit of every write.
    async with house.store.writing() as connection:
        await connection.execute(text(f"PRAGMA max_page_count={pages}"))
