"""Served houses for the socket suites."""

from collections.abc import AsyncIterator

import pytest

from server.house import House
from tests.support.chat import Served, served


@pytest.fixture
async def door(sqlite_house: House) -> AsyncIterator[Served]:
    """A house with a door, where the database does not matter."""
    async with served(sqlite_house) as where:
        yield where


@pytest.fixture
async def each_door(house: House) -> AsyncIterator[Served]:
    """A house with a door on each database."""
    async with served(house) as where:
        yield where
