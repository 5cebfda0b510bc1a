"""Hubs of several processes, over each Redis and without any."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from server.conversations import repository
from server.house import House
from server.realtime.events import Actor
from server.realtime.hub import DESK, OUTBOX, Hub, Sweep, customer_topic
from server.realtime.signals import CHANNEL, Nudge, RedisSignals, TypingNow
from server.settings import Settings
from server.wiring import _changed, open_redis
from tests.support.chat import Tab, eventually, served
from tests.support.databases import free_port
from tests.support.redis import RedisServer, running_redis
from tests.support.server import opened, row_of, settle, visit


@asynccontextmanager
async def _running(hub: Hub) -> AsyncIterator[Hub]:
    task = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _typing(customer: UUID) -> TypingNow:
    return TypingNow(conversation_id=uuid4(), customer_id=customer, who=Actor(kind="bot"), on=True)


async def _both_listen(client: Any) -> None:
    # The real client takes names one by one, the built-in one as a list.
    names = (CHANNEL,) if isinstance(client, Redis) else ([CHANNEL.encode()],)
    async with asyncio.timeout(5):
        while True:
            [(_, count)] = await client.pubsub_numsub(*names)
            if count >= 2:
                return
            await asyncio.sleep(0.01)


async def test_what_one_process_tells_the_other_hears_once(redis_client: Any) -> None:
    first = Hub(RedisSignals(redis_client, origin="one"), buffer=64)
    second = Hub(RedisSignals(redis_client, origin="two"), buffer=64)
    async with _running(first), _running(second):
        await _both_listen(redis_client)
        ana, tom = uuid4(), uuid4()
        here, there = first.join(customer_topic(ana)), second.join(customer_topic(ana))
        others = second.join(customer_topic(tom))
        told = [_typing(ana) for _ in range(20)]
        for signal in told:
            first.tell(signal)
        async with asyncio.timeout(5):
            assert [await here.next() for _ in told] == told
            assert [await there.next() for _ in told] == told
        await asyncio.sleep(0.05)
        assert here._queue.empty()
        assert there._queue.empty()
        assert others._queue.empty()


async def test_nonsense_on_the_channel_is_passed_over(redis_client: Any) -> None:
    first = Hub(RedisSignals(redis_client, origin="one"), buffer=64)
    second = Hub(RedisSignals(redis_client, origin="two"), buffer=64)
    async with _running(first), _running(second):
        await _both_listen(redis_client)
        ana = uuid4()
        there = second.join(customer_topic(ana))
        for nonsense in ("nonsense", "{}", '{"origin": "three", "signal": {"kind": "from the future"}}', b"\xff"):
            await redis_client.publish(CHANNEL, nonsense)
        first.tell(_typing(ana))
        async with asyncio.timeout(5):
            assert (await there.next()).kind == "typing"


async def test_a_listener_to_several_topics_hears_a_signal_once() -> None:
    hub = Hub(RedisSignals(None, origin="one"), buffer=8)
    ana = uuid4()
    signal = _typing(ana)
    listener = hub.join(customer_topic(ana), f"conversation:{signal.conversation_id}", DESK)
    hub.tell(signal)
    assert await listener.next() == signal
    assert listener._queue.empty()
    hub.leave(listener)
    hub.tell(signal)
    assert listener._queue.empty()
    assert not hub._topics


async def test_two_processes_see_each_others_messages_over_their_sockets(
    database_url: str, tmp_path: Path, redis_client: Any
) -> None:
    async with (
        opened(database_url, tmp_path, instance="one", redis=redis_client) as first,
        opened(database_url, tmp_path, instance="two", redis=_shared(redis_client)) as second,
        served(first) as left,
        served(second) as right,
    ):
        await _both_listen(redis_client)
        ana = await visit(first)
        here, there = Tab(left, ana), Tab(right, ana)
        async with here.online() as line, there.online() as other:
            await line.send(type="send", client_id="a1", text="Hello")
            await other.send(type="send", client_id="b1", text="And hello from here")
            for tab, open_line in ((here, line), (there, other)):
                while not {"Hello", "And hello from here"} <= set(tab.texts) or "I hear you." not in tab.texts:
                    tab.take_in(await open_line.next())
            for house in (first, second):
                await settle(house)
            for tab, open_line in ((here, line), (there, other)):
                for frame in await open_line.quiet(0.2):
                    tab.take_in(frame)
        assert here.events == there.events
        assert (here.gaps, here.doubled, there.gaps, there.doubled) == ([], [], [], [])


class _shared:  # noqa: N801  # reads as a word at its use
    """The same client, which the house that is handed it does not close."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def aclose(self) -> None:
        """Leave it open for its owner."""


def _unreachable() -> Any:
    return Redis(host="127.0.0.1", port=free_port(), retry=Retry(NoBackoff(), 0))


async def test_without_redis_a_process_serves_its_own_and_the_sweep_reaches_the_other(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        opened(sqlite_url, tmp_path, instance="one", redis=_unreachable()) as first,
        opened(sqlite_url, tmp_path, instance="two", redis=_unreachable()) as second,
        served(first) as left,
        served(second) as right,
    ):
        sweep = Sweep(second.hub, _changed(second))
        await sweep.once()
        ana = await visit(first)
        here, there = Tab(left, ana), Tab(right, ana)
        async with here.online() as line, there.online() as other:
            async with asyncio.timeout(3):
                await line.send(type="send", client_id="a1", text="Hello")
                while len(here.texts) < 2:
                    here.take_in(await line.next())
            assert await other.quiet(0.1) == []
            await settle(first)
            assert await sweep.once() == 1
            for frame in await other.quiet(0.2):
                there.take_in(frame)
        assert there.texts == here.texts == ["Hello", "I hear you."]
        assert (there.gaps, there.doubled) == ([], [])


async def test_the_sweep_misses_nothing_when_more_changed_than_one_page(house: House) -> None:
    after = 0
    for _ in range(5):
        await (await visit(house)).ask("Hello")
    pages = repository.changed_since

    async def small(connection: Any, event_id: int, *, limit: int = 2) -> Any:
        return await pages(connection, event_id, limit=limit)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repository, "changed_since", small)
        nudges, newest = await _changed(house)(after)
    assert len({nudge.conversation_id for nudge in nudges}) == len(nudges) == 5
    assert newest >= max(nudge.last_seq for nudge in nudges)


async def test_signals_that_redis_does_not_take_are_not_kept_without_end() -> None:
    hub = Hub(RedisSignals(None, origin="one"), buffer=8)
    for _ in range(OUTBOX + 10):
        hub.tell(_typing(uuid4()))
    assert hub._outbox.qsize() == OUTBOX


async def test_two_processes_of_one_name_hear_each_other(database_url: str, tmp_path: Path, redis_client: Any) -> None:
    async with (
        opened(database_url, tmp_path, redis=redis_client) as first,
        opened(database_url, tmp_path, redis=_shared(redis_client), clock=first.clock) as second,
    ):
        await _both_listen(redis_client)
        ana = uuid4()
        there = second.hub.join(customer_topic(ana))
        first.hub.tell(_typing(ana))
        async with asyncio.timeout(5):
            assert (await there.next()).kind == "typing"


async def test_the_sweep_looks_one_round_further_back_and_then_is_quiet(house: House) -> None:
    sweep = Sweep(house.hub, _changed(house))
    ana = await visit(house)
    await ana.ask("Hello")
    assert await sweep.once() == 0, "What was there before is nobody's news."
    taken = await ana.write("Again")
    await settle(house)
    listener = house.hub.join(customer_topic(ana.id))
    assert await sweep.once() == 1
    nudge = await listener.next()
    assert isinstance(nudge, Nudge)
    assert nudge.last_seq == (await row_of(house, taken))["last_seq"]
    assert await sweep.once() == 1
    assert await sweep.once() == 0


async def test_signals_come_back_after_redis_was_away(tmp_path: Path) -> None:
    with running_redis() as server:
        clients = [open_redis(_settings(tmp_path, server)) for _ in range(2)]
        signals = [RedisSignals(client, origin=name) for client, name in zip(clients, "ab", strict=True)]
        first, second = (Hub(signal, buffer=1024) for signal in signals)
        async with _running(first), _running(second):
            await _both_listen(clients[0])
            server.stop()
            first.tell(_typing(uuid4()))
            await eventually(lambda: not signals[0].healthy)
            server.start()
            await _both_listen(clients[0])
            ana = uuid4()
            there = second.join(customer_topic(ana))
            first.tell(_typing(ana))
            async with asyncio.timeout(5):
                await there.next()
        for client in clients:
            await client.aclose()


def _settings(home: Path, server: RedisServer) -> Settings:
    return Settings(home=home, redis={"url": server.url})


async def test_a_redis_that_is_away_costs_a_message_hardly_any_time(sqlite_url: str, tmp_path: Path) -> None:
    away = open_redis(Settings(home=tmp_path, redis={"url": f"redis://127.0.0.1:{free_port()}/0"}))
    async with opened(sqlite_url, tmp_path, redis=away) as house, served(house) as where:
        ana = await visit(house)
        tab = Tab(where, ana)
        async with tab.online() as line, asyncio.timeout(3):
            for number in range(3):
                await line.send(type="send", client_id=f"a{number}", text="Hello")
                await line.until("accepted")
