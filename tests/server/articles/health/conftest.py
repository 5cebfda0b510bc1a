"""A house with editors, agents, and articles that readers see."""

from collections.abc import AsyncIterator

import pytest

from server.house import House
from tests.support.articles import hire_editors
from tests.support.chat import Served, served
from tests.support.server import hire


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """A door on each kind of database."""
    await hire(house, "Kim Larsen")
    await hire_editors(house)
    async with served(house) as where:
        yield where
