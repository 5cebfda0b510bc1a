"""Moments between two steps of a turn, made long enough to step into."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from server.conversations import ledger
from server.conversations.ledger import SYSTEM, Draft
from server.house import House
from server.realtime.events import NoteAdded
from server.store.session import Store
from tests.support.server import bot_of, log_of, opened, row_of, sent, settle, visit


class SlowToLetGo(Store):
    """A database whose connection is slow to come back after a commit, for whoever is told to be slow."""

    slow = 0.0
    committed: asyncio.Event | None = None

    @asynccontextmanager
    @override
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction, commit it, and then take a while."""
        async with super().writing() as connection:
            yield connection
        if self.slow and self.committed is not None and not self.committed.is_set():
            self.committed.set()
            await asyncio.sleep(self.slow)


async def test_a_message_that_comes_between_a_turns_commit_and_its_end_is_answered_at_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = SlowToLetGo(sqlite_url)
    async with opened(sqlite_url, tmp_path, store=store) as house:
        ana = await visit(house)
        bot_of(house).hold()
        taken = await ana.write("Hello")
        await bot_of(house).thinking.wait()
        store.slow, store.committed = 0.1, asyncio.Event()
        bot_of(house).go()
        await store.committed.wait()
        await ana.write("Where is my order?")
        async with asyncio.timeout(5):
            await settle(house)
        said = [data.text for data in sent(await log_of(house, taken))]
        assert said == ["I hear you.", "Order 44110 is on its way."]
        assert (await row_of(house, taken))["turn_due_seq"] is None


async def test_a_turn_that_ends_while_somebody_writes_waits_for_them_and_for_no_deadlock(house: House) -> None:
    ana = await visit(house)
    bot_of(house).hold()
    taken = await ana.write("Where is my order?")
    await bot_of(house).thinking.wait()
    async with house.store.writing() as connection:
        row = await ledger.lock(connection, taken.conversation_id)
        bot_of(house).go()
        # Long enough for the turn to reach the database, where it has to wait for us.
        await asyncio.sleep(0.2)
        note = NoteAdded(note_id=house.ids(), text="Look at this one.")
        await ledger.append(connection, row, [Draft(actor=SYSTEM, data=note)], now=house.clock())
    await settle(house)
    log = await log_of(house, taken)
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    types = [event.data.type for event in log]
    assert types.count("message.sent") == types.count("note.added") == 1
