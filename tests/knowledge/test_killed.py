"""A process that is killed at any operation on the disk leaves the old release or the new one, and both can be used."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.types import Query
from tests.knowledge.killed import ALL, NEW_LAMP, NEXT, newest
from tests.support.knowledge import library

MOST_STEPS = 120
CLEAN = ["build.lock", "current", "releases", "segments"]


def killed(action: str, model: Path, tmp_path: Path) -> Iterator[tuple[Path, bool]]:
    """A copy of the library for each operation at which the action was killed; the last one came to its end."""
    homes = [tmp_path / f"{action}-{step}" for step in range(1, MOST_STEPS + 1)]
    for home in homes:
        shutil.copytree(model, home)
    command = [sys.executable, "-m", "tests.knowledge.killed", action, *map(str, homes)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    ends = done.stdout.split("\n")[:-1]
    assert ends[-1] == "ended 0", ends
    assert len(ends) > 8, ends
    for home, end in zip(homes, ends, strict=False):
        yield home, end == "killed"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A library that serves its first release."""
    home = tmp_path / "model"
    shelf = library(home)
    shelf.serve(shelf.build(ALL, number=1).id)
    return home


def clean(home: Path) -> None:
    """Nothing but what belongs there, and no segment that no release holds."""
    assert sorted(path.name for path in home.iterdir()) == CLEAN
    assert not list(home.glob("releases/.*"))


def ready(shelf: Library) -> None:
    """The release that is served is whole and answers."""
    info = shelf.serving()
    assert info is not None
    shelf.verify(info.id)
    assert shelf.search(Query(text="refund money card")).hits[0].passage.article_id == "refund-times"


@pytest.mark.parametrize("action", ["change", "build"])
def test_a_builder_killed_at_any_step_leaves_the_old_or_the_new(action: str, model: Path, tmp_path: Path) -> None:
    first = library(model).serving()
    assert first is not None
    served = set()
    for home, died in killed(action, model, tmp_path):
        after = library(home)
        ready(after)
        info = after.serving()
        assert info is not None
        served.add((info.id[:5], died))
        assert (info == first) or info.id.startswith("r0002-")
        # A release that is on the shelf is whole, whether it was to be served or not.
        for kept in after.releases():
            after.verify(kept.id)
        again = after.change(first.id, put=[NEW_LAMP], number=2)
        after.serve(again.id)
        ready(library(home))
        assert after.article("lumen-lamp").revision == 2
        assert [one.id for one in after.releases()] == [again.id, first.id]
        clean(home)
        assert len(list(home.glob("segments/*"))) <= 2
    assert ("r0001", True) in served
    assert ("r0002", False) in served


def test_pruning_killed_at_any_step_takes_nothing_that_is_needed(model: Path, tmp_path: Path) -> None:
    shelf = library(model)
    for number in range(2, 5):
        shelf.serve(shelf.build(NEXT if number % 2 else ALL, number=number).id)
    shelf.serve(newest(shelf))
    for home, _ in killed("prune", model, tmp_path):
        after = library(home)
        ready(after)
        for kept in after.releases():
            after.verify(kept.id)
        after.prune([])
        ready(library(home))
        assert len(after.releases()) == 1
        clean(home)


def test_restoring_killed_at_any_step_can_be_done_again(model: Path, tmp_path: Path) -> None:
    shelf = library(model)
    broken = shelf.change(newest(shelf), put=[NEW_LAMP], number=2)
    for folder in model.glob("segments/*"):
        if b"It hums" in (folder / "articles.jsonl").read_bytes():
            (folder / "words.npz").unlink()
    for home, _ in killed("restore", model, tmp_path):
        after = library(home)
        ready(after)
        after.restore(broken.id, NEXT)
        after.verify(broken.id)
        assert after.search(Query(text="it hums"), release=broken.id).hits[0].passage.revision == 2
        clean(home)
