"""SQLite in the event loop's own thread, shaped like aiosqlite's connection so that SQLAlchemy's dialect can drive it.

aiosqlite sends every call to a thread and back: about 60 hops a turn, several milliseconds. A statement on a local
file takes some 20 microseconds, less than one hop, so statements run where they are. Only what may wait runs in a
thread: beginning a write while another process writes, and the commit with its sync to disk.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

BEGIN_WRITE = "BEGIN IMMEDIATE"


class Cursor:
    """A cursor whose calls are awaitable and never wait, but for beginning a write."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._cursor = connection.raw.cursor()

    async def __aenter__(self) -> "Cursor":
        """Return the cursor."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the result."""
        self._cursor.close()

    @property
    def description(self) -> Any:
        """The columns of the last result."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the last inserted row."""
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        """How many rows `fetchmany` gives."""
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, size: int) -> None:
        self._cursor.arraysize = size

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "Cursor":
        """Run a statement."""
        if statement == BEGIN_WRITE:
            await self._connection.begin_write(self._cursor)
        else:
            self._cursor.execute(statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> "Cursor":
        """Run a statement for each of the parameters."""
        self._cursor.executemany(statement, parameters)
        return self

    async def fetchone(self) -> Any:
        """Return the next row, or None."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows."""
        return self._cursor.fetchmany(self.arraysize if size is None else size)

    async def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Let go of the result."""
        self._cursor.close()

    async def __aiter__(self) -> AsyncIterator[Any]:
        """Go through the rows that are left."""
        for row in self._cursor:
            yield row


class Connection:
    """A connection in the loop's thread."""

    def __init__(self, path: str, *, busy_seconds: float, syncs: bool = True) -> None:
        self.raw = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        self._syncs = syncs
        self._busy_ms = int(busy_seconds * 1000)
        # The dialect asks this name whether the connection is still open.
        self._connection: sqlite3.Connection | None = self.raw
        self._writing = False

    @property
    def isolation_level(self) -> str | None:
        """None: transactions begin when we say so."""
        return self.raw.isolation_level

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        return Cursor(self)

    async def begin_write(self, cursor: sqlite3.Cursor) -> None:
        """Begin a write at once, or wait in a thread while another process writes."""
        try:
            cursor.execute(BEGIN_WRITE)
        except sqlite3.OperationalError:
            try:
                await _to_its_end(self._begin_patiently, cursor)
            except asyncio.CancelledError:
                # Nobody will use what was begun.
                self.raw.rollback()
                raise
        self._writing = True

    def _begin_patiently(self, cursor: sqlite3.Cursor) -> None:
        cursor.execute(f"PRAGMA busy_timeout={self._busy_ms}")
        try:
            cursor.execute(BEGIN_WRITE)
        finally:
            cursor.execute("PRAGMA busy_timeout=0")

    async def commit(self) -> None:
        """Commit; where a commit waits for the disk (`syncs`), it does so in a thread."""
        if self._writing and self._syncs:
            self._writing = False
            await _to_its_end(self.raw.commit)
        else:
            self._writing = False
            self.raw.commit()

    async def rollback(self) -> None:
        """Undo what is not committed."""
        self._writing = False
        self.raw.rollback()

    async def close(self) -> None:
        """Close."""
        self._connection = None
        self.raw.close()

    def stop(self) -> None:
        """Close when nobody can wait any more."""
        self._connection = None
        self.raw.close()

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        """Register a function with SQLite (the dialect brings `regexp`)."""
        self.raw.create_function(*arguments, **options)


async def _to_its_end(work: Callable[..., object], *arguments: object) -> None:
    """Run something in a thread, and stay until it is done even when cancelled meanwhile.

    A caller who left earlier would hand the connection on while the thread still has it.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    error = task.exception()
    if cancelled:
        raise asyncio.CancelledError
    if error is not None:
        raise error


async def connect(path: str, *, busy_seconds: float, syncs: bool = True) -> Connection:
    """Open a connection to the file."""
    return Connection(path, busy_seconds=busy_seconds, syncs=syncs)
