"""One at a time: locks that the system takes back when their holder dies, however it dies. Standard library only."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.up.failures import SetupFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def only_run(home: Path) -> Iterator[Path]:
    """Holds the home for one run; gives the file in which that run may write where it is to be found.

    Raises SetupFailed with one line when another run holds it.
    """
    file = home / "run.json"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SetupFailed(_refusal(file)) from error
        os.truncate(descriptor, 0)
        yield file
        os.truncate(descriptor, 0)
    finally:
        os.close(descriptor)


def is_held(home: Path) -> bool:
    """Whether a run holds this home now."""
    try:
        descriptor = os.open(home / "run.json", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def refuse_second_run(home: Path) -> None:
    """Raises SetupFailed with one line when a run holds this home."""
    if is_held(home):
        raise SetupFailed(_refusal(home / "run.json"))


@contextmanager
def only_setup(checkout: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the checkout while its environments are built; waits for another set-up after calling `waiting`."""
    descriptor = os.open(checkout, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _refusal(file: Path) -> str:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        who = f" (pid {known['pid']}, {known['url']})"
    except (OSError, ValueError, KeyError, TypeError):
        who = ""
    return f"Warmline already runs in {file.parent}{who}. Stop it, or set WARMLINE_HOME to another folder."
