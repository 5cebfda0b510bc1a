"""Redis for tests: the one built into the process, or a real server of our own on a random port."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotReachable

from tests.support.databases import free_port, missing

KINDS = ("burner", "real")


class RedisServer:
    """A Redis server that can be stopped and started again on the same port."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100):
            if self._answers():
                return
            try:
                self._process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail("Redis ended at once.")
        pytest.fail("Redis did not come up.")

    def stop(self) -> None:
        """Stop it; what it knew is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def _answers(self) -> bool:
        with Redis.from_url(self.url, socket_connect_timeout=1) as client:
            try:
                return bool(client.ping())
            except NotReachable:
                return False


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Start a Redis server and stop it at the end."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server")
        return
    with tempfile.TemporaryDirectory(prefix="warmline-redis-") as folder:
        server = RedisServer(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


async def keys_without_an_end(client: Any) -> list[str]:
    """Return the keys that would stay in Redis for ever."""
    found = [key.decode() if isinstance(key, bytes) else key for key in await client.keys("*")]
    return sorted([key for key in found if await client.ttl(key) == -1])
