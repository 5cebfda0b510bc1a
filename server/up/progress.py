"""One line a step, with the time it took: repainted on a terminal, now and then a new line elsewhere.

Standard library only; several steps may run at once, each in its own thread.
"""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPAINT = 0.2
"""Seconds between two paintings on a terminal."""
REMIND = 15.0
"""Seconds between two lines about one step where there is no terminal."""


class Line:
    """What one running step has to say about itself."""

    def __init__(self, name: str, began: float) -> None:
        """A line for the step of that name, begun at that time (seconds of the board's clock)."""
        self.name = name
        self.began = began
        self._detail: str | Callable[[], str] = ""
        self.reminded = began

    def say(self, detail: str | Callable[[], str]) -> None:
        """Replaces what stands behind the name: words, or something to ask for them whenever the line is shown."""
        self._detail = detail

    @property
    def detail(self) -> str:
        """What stands behind the name now."""
        return self._detail if isinstance(self._detail, str) else self._detail()


class Board:
    """Shows the running steps and keeps a line for each that ended."""

    def __init__(self, out: TextIO, *, clock: Callable[[], float] = time.monotonic, live: bool | None = None) -> None:
        """Paints on `out`; `live` repaints lines in place (default: when `out` is a terminal)."""
        self._out = out
        self._clock = clock
        self._live = out.isatty() if live is None else live
        self._lines: list[Line] = []
        self._painted = 0
        self._lock = threading.RLock()
        self._painter: threading.Thread | None = None
        self._quiet = threading.Event()

    @contextmanager
    def step(self, name: str) -> Iterator[Line]:
        """A running step: shown while it runs, then as one line with its seconds (or as failed)."""
        line = self._begin(name)
        ended = "failed"
        try:
            yield line
            ended = "done"
        finally:
            self._end(line, "✓" if ended == "done" else "✗")

    def note(self, text: str) -> None:
        """A line that stays, above the running ones."""
        with self._lock:
            self._wipe()
            self._write(text + "\n")
            self._paint()

    def done(self, name: str, detail: str) -> None:
        """A line for something that took no time."""
        self.note(_row("✓", name, detail, None))

    def _begin(self, name: str) -> Line:
        with self._lock:
            line = Line(name, self._clock())
            self._lines.append(line)
            if not self._live:
                self._write(_row("…", name, "", None) + "\n")
            if self._painter is None:
                self._quiet.clear()
                self._painter = threading.Thread(target=self._keep_painting, daemon=True)
                self._painter.start()
            return line

    def _end(self, line: Line, mark: str) -> None:
        with self._lock:
            self._wipe()
            self._lines.remove(line)
            self._write(_row(mark, line.name, line.detail, self._clock() - line.began) + "\n")
            self._paint()
            if not self._lines:
                self._quiet.set()
                self._painter = None

    def _keep_painting(self) -> None:
        quiet = self._quiet
        while not quiet.wait(REPAINT):
            with self._lock:
                if quiet.is_set():
                    return
                self.tick()

    def tick(self) -> None:
        """Shows where the running steps are now."""
        with self._lock:
            if self._live:
                self._wipe()
                self._paint()
                return
            now = self._clock()
            for line in self._lines:
                if now - line.reminded >= REMIND:
                    line.reminded = now
                    self._write(_row("…", line.name, line.detail, now - line.began) + "\n")

    def _paint(self) -> None:
        if not self._live:
            return
        width = shutil.get_terminal_size().columns
        now = self._clock()
        for line in self._lines:
            self._write(_row("…", line.name, line.detail, now - line.began)[: width - 1] + "\n")
        self._painted = len(self._lines)

    def _wipe(self) -> None:
        if self._live and self._painted:
            self._write(f"\x1b[{self._painted}F\x1b[J")
            self._painted = 0

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _row(mark: str, name: str, detail: str, seconds: float | None) -> str:
    took = "" if seconds is None else f"{seconds:6.1f} s"
    return f" {mark} {name:<22} {took:>9}  {detail}".rstrip()
