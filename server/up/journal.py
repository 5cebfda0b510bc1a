"""A child's log file: each line with its time, turned over at a size, so that it never fills the disk."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

LIMIT = 5_000_000
"""Bytes of one file."""
KEPT = 3
"""Older files kept beside it, as `name.log.1` (youngest) to `name.log.3`."""
LONGEST = 8_192
"""Bytes of a line without an end that are written as one."""
REMEMBERED = 30


class Journal:
    """Takes in raw output in any pieces and writes whole lines."""

    def __init__(self, path: Path, clock: Callable[[], datetime], *, limit: int = LIMIT) -> None:
        """Appends to `path`, whose folder must exist. Raises OSError where it cannot."""
        self._path = path
        self._clock = clock
        self._limit = limit
        self._rest = b""
        self._file = path.open("ab")
        self.last: deque[str] = deque(maxlen=REMEMBERED)
        """The last lines, without their times."""

    def take(self, piece: bytes) -> None:
        """Writes the lines that the piece completes."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._line(line)
        if len(self._rest) > LONGEST:
            self._line(self._rest)
            self._rest = b""
        self._file.flush()

    def __enter__(self) -> Self:
        """The journal itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Writes what is left and closes the file."""
        with suppress(OSError):
            if self._rest:
                self._line(self._rest)
            self._file.close()

    def _line(self, line: bytes) -> None:
        self.last.append(line.decode(errors="replace").strip())
        if self._file.tell() >= self._limit:
            self._turn_over()
        self._file.write(f"{self._clock().isoformat(timespec='milliseconds')} ".encode() + line + b"\n")

    def _turn_over(self) -> None:
        self._file.close()
        for age in range(KEPT, 0, -1):
            younger = self._path if age == 1 else self._path.with_name(f"{self._path.name}.{age - 1}")
            if younger.exists():
                younger.replace(self._path.with_name(f"{self._path.name}.{age}"))
        self._file = self._path.open("ab")
