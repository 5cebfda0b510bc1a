"""What every suite may ask for: databases, Redis, and the promise that nobody talks to the world."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket

from tests.support import databases, redis
from tests.support.databases import Postgres
from tests.support.redis import RedisServer

LOOPBACK = ["127.0.0.1", "::1", "localhost", "0.0.0.0"]  # noqa: S104  # a test may try to bind it, not to reach it


def pytest_runtest_setup() -> None:
    """Let tests reach this machine and nothing else."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    return databases.migrated_sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server with a migrated template."""
    with databases.running_postgres() as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated SQLite database."""
    with databases.sqlite_copy(sqlite_template, tmp_path) as url:
        yield url


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh, migrated database of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A real Redis server that nobody stops."""
    with redis.running_redis() as server:
        yield server


@pytest.fixture(params=redis.KINDS)
async def redis_client(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """A client of an empty Redis of each kind; at the end no key may be left that never ends."""
    if request.param == "burner":
        from burner_redis import BurnerRedis

        client: Any = BurnerRedis()
    else:
        from redis.asyncio import Redis

        server: RedisServer = request.getfixturevalue("redis_server")
        client = Redis.from_url(server.url)
        await client.flushall()
    yield client
    leaked = await redis.keys_without_an_end(client)
    await client.aclose()
    assert not leaked, f"These keys stay in Redis for ever: {leaked}"
