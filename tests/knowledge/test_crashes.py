"""A process that dies in the middle leaves the old release serving, and the next build cleans up."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.knowledge import LAMP, PASSWORD, REFUND, library, serving

ALL = (REFUND, PASSWORD, LAMP)
NEXT = (REFUND, PASSWORD, replace(LAMP, text=LAMP.text + "\n\nIt hums."))


class Killed(BaseException):
    """The process is gone: nothing after it runs, no clean-up either."""


def kill_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Die at that operation on the disk; gives how many there were."""
    done = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def operation(*arguments: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done >= step:
                raise Killed
            return real(*arguments, **named)

        return operation

    for name in ("rename", "replace", "mkdir", "unlink"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    monkeypatch.setattr("shutil.rmtree", counted(__import__("shutil").rmtree))
    return lambda: done


def test_serving_that_dies_at_any_step_serves_the_old_or_the_new(tmp_path: Path) -> None:
    for step in range(1, 6):
        home = tmp_path / str(step)
        shelf = serving(home, ALL)
        before = shelf.serving()
        second = shelf.build(NEXT)
        with pytest.MonkeyPatch.context() as patch:
            kill_at(step, patch)
            try:
                shelf.serve(second.id)
                done = True
            except Killed:
                done = False
        after = library(home).serving()
        assert after == second if done else after in (before, second), step


CHILD = """
import sys, threading
from pathlib import Path
from tests.support.knowledge import *
from dataclasses import replace

class Stuck(CountingEmbedder):
    def embed(self, texts):
        print("embedding", flush=True)
        threading.Event().wait()

made = library(Path(sys.argv[1]), embedder=Stuck())
made.build([REFUND, PASSWORD, replace(LAMP, text="It hums now.")])
"""


def test_a_killed_builder_holds_no_lock_and_leaves_no_litter(tmp_path: Path) -> None:
    before = serving(tmp_path, ALL).serving()
    with subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "embedding\n"
        assert list(tmp_path.glob("aside-*"))
        child.send_signal(signal.SIGKILL)
    shelf = library(tmp_path)
    assert shelf.serving() == before
    shelf.serve(shelf.build(NEXT).id)
    assert not list(tmp_path.glob("aside-*"))
    assert shelf.article("lumen-lamp").revision == 2


def test_a_second_builder_waits_until_the_first_has_ended(tmp_path: Path) -> None:
    before = serving(tmp_path, ALL).serving()
    shelf = library(tmp_path)
    with (
        ThreadPoolExecutor(1) as pool,
        subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child,
    ):
        assert child.stdout is not None
        assert child.stdout.readline() == "embedding\n"
        second = pool.submit(shelf.build, NEXT)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        # While both are at it, everybody reads.
        assert library(tmp_path).serving() == before
        child.send_signal(signal.SIGKILL)
        assert second.result(timeout=20).id.startswith("r0002-")
    assert not list(tmp_path.glob("aside-*"))
