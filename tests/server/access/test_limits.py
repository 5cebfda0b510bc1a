"""Rate limits on each Redis and without one: what is let through is never more than the bucket holds."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from burner_redis import BurnerRedis
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from server.access.errors import RateLimited
from server.access.limits import REST_SECONDS, RateLimiter
from server.kit.clock import MovableClock
from tests.support.databases import free_port
from tests.support.server import NOON


def away() -> Any:
    """Return a client of a Redis that is not there."""
    return Redis(host="127.0.0.1", port=free_port(), retry=Retry(NoBackoff(), 0))


async def _passes(limiter: RateLimiter, subject: str = "ana", *, per_second: float = 1.0, burst: int = 5) -> bool:
    try:
        await limiter.check(subject, per_second=per_second, burst=burst)
    except RateLimited:
        return False
    return True


@pytest.fixture(params=["redis", "away"])
def limiter(request: pytest.FixtureRequest) -> tuple[RateLimiter, MovableClock]:
    """A limiter with the built-in Redis, and one whose Redis is away."""
    clock = MovableClock(NOON)
    return RateLimiter(BurnerRedis() if request.param == "redis" else away(), clock), clock


async def test_a_burst_passes_and_then_one_a_second(limiter: tuple[RateLimiter, MovableClock]) -> None:
    limit, clock = limiter
    assert [await _passes(limit) for _ in range(7)] == [True] * 5 + [False] * 2
    clock.move(timedelta(seconds=1))
    assert [await _passes(limit) for _ in range(2)] == [True, False]
    clock.move(timedelta(hours=1))
    assert [await _passes(limit) for _ in range(7)] == [True] * 5 + [False] * 2


async def test_the_wait_that_is_named_is_long_enough_and_not_much_longer(
    limiter: tuple[RateLimiter, MovableClock],
) -> None:
    limit, clock = limiter
    while await _passes(limit):
        pass
    with pytest.raises(RateLimited) as caught:
        await limit.check("ana", per_second=1.0, burst=5)
    wait = caught.value.problem()["retry_after"]
    assert wait <= 1.0
    clock.move(timedelta(seconds=wait + 0.05))
    assert await _passes(limit)


async def test_a_redis_that_hangs_is_waited_for_once_and_then_left_alone() -> None:
    async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await reader.read()

    connections: list[asyncio.StreamWriter] = []
    clock = MovableClock(NOON)
    async with await asyncio.start_server(hangs, "127.0.0.1", 0) as server:
        client = Redis(port=server.sockets[0].getsockname()[1], retry=Retry(NoBackoff(), 0), socket_timeout=10)
        limit = RateLimiter(client, clock)
        async with asyncio.timeout(2):
            assert [await _passes(limit) for _ in range(7)] == [True] * 5 + [False] * 2
        assert len(connections) == 1
        clock.move(timedelta(seconds=REST_SECONDS + 1))
        async with asyncio.timeout(2):
            assert await _passes(limit)
        await client.aclose()
        for writer in connections:
            writer.close()


async def test_subjects_do_not_share(limiter: tuple[RateLimiter, MovableClock]) -> None:
    limit, _ = limiter
    while await _passes(limit):
        pass
    assert await _passes(limit, "tom")


async def test_limits_hold_on_every_redis_and_leave_no_key_for_ever(redis_client: Any) -> None:
    clock = MovableClock(NOON)
    one, two = RateLimiter(redis_client, clock), RateLimiter(redis_client, clock)
    passed = [await _passes((one, two)[number % 2]) for number in range(8)]
    assert passed == [True] * 5 + [False] * 3, "Two processes must share one bucket."
    assert await redis_client.keys("*")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    per_second=st.sampled_from([0.1, 0.5, 1.0, 3.0, 10.0, 1 / 6]),
    burst=st.integers(1, 12),
    pauses=st.lists(st.floats(0, 5, allow_nan=False), min_size=1, max_size=40),
    with_redis=st.booleans(),
)
async def test_no_stretch_of_time_lets_more_through_than_its_share(
    per_second: float, burst: int, pauses: list[float], with_redis: bool
) -> None:
    clock = MovableClock(NOON)
    limit = RateLimiter(BurnerRedis() if with_redis else away(), clock)
    passed = []
    for pause in pauses:
        clock.move(timedelta(seconds=pause))
        if await _passes(limit, per_second=per_second, burst=burst):
            passed.append(clock().timestamp())
    assert passed, "The first one always passes."
    for start, begun in enumerate(passed):
        for end in range(start, len(passed)):
            share = burst + (passed[end] - begun) * per_second
            # Redis counts in whole milliseconds, so one more may slip in where the share is all but whole.
            assert end - start + 1 <= share + 0.02
