"""A house with a door and people who write, approve and read."""

from collections.abc import AsyncIterator

import pytest

from server.house import House
from tests.support.articles import hire_editors
from tests.support.chat import Browser, Served, served, signed_in
from tests.support.server import hire


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """The room's door, on each database."""
    await hire_editors(house)
    await hire(house, "Kim Larsen")
    async with served(house) as where:
        yield where


@pytest.fixture
async def eva(door: Served) -> AsyncIterator[Browser]:
    """An editor's browser."""
    async with signed_in(door, "eva@example.com") as who:
        yield who


@pytest.fixture
async def ada(door: Served) -> AsyncIterator[Browser]:
    """An approver's browser."""
    async with signed_in(door, "ada@example.com") as who:
        yield who


@pytest.fixture
async def kim(door: Served) -> AsyncIterator[Browser]:
    """The browser of an agent, who reads."""
    async with signed_in(door, "kim@example.com") as who:
        yield who
