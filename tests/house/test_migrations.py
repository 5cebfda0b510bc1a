"""An empty base becomes what the models say, once; and can be taken down again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url

from server.store import migrate
from server.store.base import Table
from tests.support.databases import KINDS, Postgres


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty base of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(template="template0") as url:
        yield url


def _tables(url: str) -> set[str]:
    engine = create_engine(make_url(url))
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_an_empty_base_becomes_what_the_models_say(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    assert migrate.upgrade(empty_url) == migrate.head()
    assert migrate.current(empty_url) == migrate.head()
    assert _tables(empty_url) == set(Table.metadata.tables)
    assert migrate.differences(empty_url) == []


def test_migrating_twice_does_nothing_the_second_time(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    before = _tables(empty_url)
    assert migrate.upgrade(empty_url) == migrate.head()
    assert _tables(empty_url) == before


def test_every_migration_can_be_taken_back(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    engine = create_engine(make_url(empty_url))
    try:
        with engine.begin() as connection:
            command.downgrade(migrate.config(connection), "base")
    finally:
        engine.dispose()
    assert _tables(empty_url) == set()
    migrate.upgrade(empty_url)
    assert migrate.differences(empty_url) == []


def test_the_async_address_of_a_base_is_migrated_too(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'deep' / 'er' / 'new.db'}"
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.head()
