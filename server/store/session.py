"""Two short doors to the database: `reading()` and `writing()`, one transaction each.

SQLite lets one write at a time, so writers queue here for the only write connection instead of fighting for the file's
lock; readers have connections of their own and never wait (WAL). PostgreSQL takes both from one pool.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from server.kit.errors import Invalid, Unavailable
from server.store import sqlite_in_place


class StorageUnavailable(Unavailable):
    """The database did not take this: locked, full, or gone. Nothing of the transaction was stored."""

    code = "storage_unavailable"


class NotStorable(Invalid):
    """A value that no column can hold: NUL in a text, half a character, a number beyond 64 bits, too many words."""

    code = "not_storable"


class Store:
    """The database of one process.

    Raises `StorageUnavailable` from either door when the database cannot serve, and `NotStorable` for a value that it
    cannot hold; the transaction is rolled back. `queue_seconds` is how long one waits for a free connection.
    """

    def __init__(
        self,
        url: str,
        *,
        synchronous: str = "NORMAL",
        pool_size: int = 10,
        busy_seconds: float = 5.0,
        queue_seconds: float = 30.0,
    ) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            # Errors are logged with their statement; what customers wrote stands in the parameters.
            pool: dict[str, Any] = {"poolclass": AsyncAdaptedQueuePool, "max_overflow": 0, "hide_parameters": True}
            pool["pool_timeout"] = queue_seconds
            path = make_url(url).database or ":memory:"

            async def opened() -> sqlite_in_place.Connection:
                return await sqlite_in_place.connect(path, busy_seconds=busy_seconds, syncs=synchronous == "FULL")

            self._writer = create_async_engine(url, pool_size=1, async_creator=opened, **pool)
            self._reader = create_async_engine(url, pool_size=4, async_creator=opened, **pool)
            for engine in (self._writer, self._reader):
                _prepare_sqlite(engine, synchronous=synchronous)
            _begin_writes_at_once(self._writer)
        else:
            self._writer = self._reader = create_async_engine(
                url,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_timeout=queue_seconds,
                pool_pre_ping=True,
                hide_parameters=True,
            )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for reading. Each statement sees what is committed when it runs, on both databases."""
        async with _translated(), self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that is committed at the end of the block, or rolled back when the block raises."""
        async with _translated(), self._writer.begin() as connection:
            yield connection

    async def ping(self) -> None:
        """Ask the database for a sign of life."""
        async with self.reading() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Let go of every connection."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except (OperationalError, sqlite3.OperationalError, NoConnectionFree) as error:
        message = "The database cannot take this right now; nothing was stored. Please try again."
        raise StorageUnavailable(message) from error
    except (DataError, OverflowError, UnicodeError) as error:
        message = "Something in this cannot be stored; nothing was."
        raise NotStorable(message) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            message = "The database went away; nothing was stored. Please try again."
            raise StorageUnavailable(message) from error
        raise


def _prepare_sqlite(engine: AsyncEngine, *, synchronous: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin_writes_at_once(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Any) -> None:
        # Straight to the driver: SQLAlchemy's own way costs as much as a statement.
        cursor = connection.connection.cursor()
        cursor.execute(sqlite_in_place.BEGIN_WRITE)
        cursor.close()
