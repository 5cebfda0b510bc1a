"""Houses for the server's suites."""

from collections.abc import AsyncIterator, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from server.house import House
from tests.support.server import opened


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house on each kind of database."""
    async with opened(database_url, tmp_path) as house:
        yield house


@pytest.fixture
async def sqlite_house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house where the database does not matter."""
    async with opened(sqlite_url, tmp_path) as house:
        yield house


BROKEN = {"turn.broken", "suggestions.failed", "request.broken", "service.broken", "health.broken"}


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the server logs; a part that broke without anybody expecting it fails the test."""
    with capture_logs() as found:
        yield found
    broken = [entry for entry in found if entry["event"] in BROKEN]
    assert not broken, f"Something broke: {broken}"
