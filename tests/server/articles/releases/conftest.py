"""Newsrooms on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.store.session import Store
from tests.support.releases import Newsroom


@pytest.fixture
async def room(database_url: str, tmp_path: Path) -> AsyncIterator[Newsroom]:
    """A newsroom on each kind of database."""
    store = Store(database_url)
    try:
        yield Newsroom(store, tmp_path)
    finally:
        await store.close()


@pytest.fixture
async def quick_room(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Newsroom]:
    """A newsroom where the database does not matter."""
    store = Store(sqlite_url)
    try:
        yield Newsroom(store, tmp_path)
    finally:
        await store.close()
