"""Tiny processes, fake executables and a clock, for tests of the set-up and the supervisor."""

import asyncio
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from server.up.children import Child
from server.up.keeper import Surroundings

PYTHON = sys.executable


def script(path: Path, body: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def fake_python(path: Path, version: str) -> Path:
    """Something that answers like a Python of that version, such as `3.10`."""
    return script(path, f"echo {version}")


def broken_shim(path: Path) -> Path:
    """A pyenv shim of a version that is installed but not switched on: there, and failing."""
    return script(path, 'echo "pyenv: command not found" >&2; exit 127')


def child(folder: Path, code: str, name: str = "child") -> Child:
    """A child that runs a few lines of Python in that folder."""
    return Child(name=name, command=(PYTHON, "-I", "-S", "-c", code), cwd=folder)


class World:
    """Surroundings of a supervisor whose seconds pass only when somebody sleeps or a test says so."""

    def __init__(self, folder: Path) -> None:
        """Logs go into that folder."""
        self.folder = folder
        self.said: list[str] = []
        self.slept: list[float] = []
        self.seconds = 0.0
        self.up: Callable[[Child], bool] = lambda _: True
        self.lasts = 0.0
        """Seconds that each life of a child seems to take."""

    def around(self) -> Surroundings:
        """What a keeper or supervisor takes."""
        return Surroundings(
            logs=self.folder, say=self.said.append, clock=self._clock, sleep=self._sleep, trouble=self._trouble
        )

    async def until(self, true: Callable[[], bool]) -> None:
        """Waits for something that other processes do; the test's own time limit ends it."""
        while not true():  # noqa: ASYNC110  # files and processes, which send no event
            await asyncio.sleep(0.01)

    def _clock(self) -> float:
        self.seconds += self.lasts / 2
        return self.seconds

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def _trouble(self, asked: Child) -> str:
        return "" if self.up(asked) else "it answers 500"
