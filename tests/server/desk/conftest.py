"""A house with a door, two agents and a supervisor, on each database."""

from collections.abc import AsyncIterator

import pytest

from server.house import House
from tests.support.chat import Served, served
from tests.support.server import hire


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """The desk's door."""
    await hire(house, "Kim Larsen")
    await hire(house, "Sam Okoye")
    await hire(house, "Robin Vega", "supervisor")
    async with served(house) as where:
        yield where
