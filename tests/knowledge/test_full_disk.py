"""A disk that is full, or refuses to write, leaves the old release serving and nothing half."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.errors import StorageFailed
from knowledge.index.faiss import FaissIndexes
from knowledge.types import Query
from tests.support.knowledge import LAMP, PASSWORD, REFUND, library, serving

ALL = (REFUND, PASSWORD, LAMP)
NEXT = (REFUND, PASSWORD, replace(LAMP, text=LAMP.text + "\n\nIt hums."))
MOST_STEPS = 80


def full_from(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From that write on there is no space left; what is removed is removed."""
    done = 0

    def full(real: Callable[..., Any], *, writes: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
        def operation(*arguments: Any, **named: Any) -> Any:
            nonlocal done
            if writes(*arguments):
                done += 1
                if done >= step:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **named)

        return operation

    for name in ("rename", "replace", "mkdir"):
        monkeypatch.setattr(Path, name, full(getattr(Path, name)))
    monkeypatch.setattr(Path, "open", full(Path.open, writes=lambda _, mode="r", *__: "w" in mode))
    monkeypatch.setattr(os, "fsync", full(os.fsync))
    monkeypatch.setattr(np, "savez", full(np.savez))


def test_a_disk_that_fills_at_any_write_leaves_the_old_release(tmp_path: Path) -> None:
    succeeded, said = False, ""
    for step in range(1, MOST_STEPS):
        home = tmp_path / str(step)
        shelf = serving(home, ALL)
        before = shelf.serving()
        files = sorted(home.rglob("*"))
        with pytest.MonkeyPatch.context() as patch:
            full_from(step, patch)
            try:
                shelf.serve(shelf.build(NEXT).id)
                succeeded = True
            except StorageFailed as problem:
                said = str(problem)
        assert succeeded or "No space left on device" in said
        for one in (shelf, library(home)):
            # Only the very last write, which makes the pointer safe, may fail when the new release is served already.
            served = one.serving()
            assert served == before or served == shelf.releases()[0], step
            one.verify("" if served is None else served.id)
            assert one.search(Query(text="refund")).hits, step
        left = [path for path in sorted(home.rglob("*")) if path not in files]
        # A release that is whole and only could not be pointed at may stay.
        assert not left or len(shelf.releases()) == 2, (step, left)
        assert not [path for path in left if "aside" in path.name], (step, left)
        shelf.serve(shelf.build(NEXT).id)
        assert library(home).article("lumen-lamp").revision == 2, step
        if succeeded:
            break
    assert succeeded, "more steps than were tried"
    assert step > 10


CHILD = """
import resource, sys
from pathlib import Path
from knowledge.errors import StorageFailed
from knowledge.index.faiss import FaissIndexes
from tests.support.knowledge import *

shelf = library(Path(sys.argv[1]), vectors=FaissIndexes())
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
many = [replace(LAMP, id=f"lamp-{number}") for number in range(40)]
try:
    shelf.build([REFUND, PASSWORD, *many])
except StorageFailed as problem:
    print(problem.code)
"""


@pytest.mark.parametrize("bytes_a_file", [0, 100, 3000, 30_000])
def test_a_system_that_cuts_files_short_is_noticed(tmp_path: Path, bytes_a_file: int) -> None:
    before = serving(tmp_path, ALL, vectors=FaissIndexes()).serving()
    command = [sys.executable, "-c", "from dataclasses import replace\n" + CHILD, str(tmp_path), str(bytes_a_file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "storage_failed"
    after = library(tmp_path, vectors=FaissIndexes())
    assert after.serving() == before
    assert len(list(tmp_path.glob("segments/*"))) == 1
    assert not list(tmp_path.glob("aside-*"))
    assert after.search(Query(text="refund")).hits


def test_a_trial_on_a_full_disk_says_so(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    with pytest.MonkeyPatch.context() as patch:
        full_from(3, patch)
        with pytest.raises(StorageFailed), shelf.trial(None, put=ALL):
            pytest.fail("nothing could be written")
