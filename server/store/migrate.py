"""Bringing a database to the newest shape, and asking which shape it has."""

import re
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from server.kit.clock import Clock, system_clock
from server.kit.errors import Invalid
from server.store.base import Table
from server.store.models import Conversation

FOLDER = Path(__file__).parent / "migrations"
KNOWN = Conversation.__tablename__


LONGEST_NAME = 32


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our folder of migrations."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("file_template", "%%(rev)s")
    settings.attributes["connection"] = connection
    return settings


def _engine(url: str) -> Any:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(parsed.set(drivername="sqlite"), connect_args={"timeout": 30})
    return create_engine(parsed)


def upgrade(url: str) -> str:
    """Migrate the database at `url` to the newest revision and return its name; running it again does nothing.

    A lock keeps two processes from migrating at once on PostgreSQL; a statement that cannot get its lock in five
    seconds gives up, so that a migration never stops a busy server.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET lock_timeout = '5s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(7263941)"))
            else:
                connection.execute(text("PRAGMA journal_mode=WAL"))
            command.upgrade(config(connection), "head")
    finally:
        engine.dispose()
    return head()


def head() -> str:
    """Return the newest revision that the code knows."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def current(url: str) -> str | None:
    """Return the revision that the database is at, or None for an empty one."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def differences(url: str) -> list[Any]:
    """Return what the tables in the code have that the migrated database has not, and the reverse."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, Table.metadata))
    finally:
        engine.dispose()


def write_next(message: str, clock: Clock = system_clock) -> str:
    """Write the next migration from the difference between the code and the migrations; return its name.

    Raises `Invalid` when the name is longer than the 32 letters that the table of migrations holds.
    """
    words = "_".join(re.findall(r"[a-z0-9]+", message.lower()))
    name = f"{clock():%Y_%m_%d}_{words}"
    if len(name) > LONGEST_NAME:
        room = LONGEST_NAME - len("2026_01_01_")
        said = f"Say it in {room} letters: {words} has {len(words)}."
        raise Invalid(said)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/fresh.db"
        upgrade(url)
        write_migration(message, name, url)
    return name


def write_migration(message: str, name: str, url: str) -> None:
    """Write a migration from the difference between the code and an up-to-date database."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            command.revision(config(connection), message=message, autogenerate=True, rev_id=name)
    finally:
        engine.dispose()
