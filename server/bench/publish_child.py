"""The second process of `publish`: it follows, or it says how much memory a release takes."""

import gc
import sys
import tempfile
from functools import cache
from pathlib import Path
from time import monotonic

import psutil

from knowledge.library import Library
from knowledge.types import Article, Query
from server.bench.stuffed import Stuffed
from server.kit.clock import system_clock
from server.settings import Settings
from server.wiring import open_embedder

PATIENCE = 60.0
"""Seconds until a change that is not seen counts as lost."""


def follow(home: Path) -> None:
    """The second process: search for each line of its input until it is found, and say when."""
    library = _opened(home)
    library.search(Query(text="warm"))
    print("ready", flush=True)  # noqa: T201 - the other process reads it
    for line in sys.stdin:
        query = Query(text=line.strip())
        print("looking", flush=True)  # noqa: T201
        until = monotonic() + PATIENCE
        while monotonic() < until:
            if any(query.text in hit.passage.text for hit in library.search(query).hits):
                print(monotonic(), flush=True)  # noqa: T201
                break
        else:
            print("lost", flush=True)  # noqa: T201


def memory(home: Path) -> None:
    """A fresh process: what the served release adds to the memory that belongs to it alone."""
    with tempfile.TemporaryDirectory() as folder:
        # All that is loaded whatever the size: the model, FAISS, stemmers.
        small = _opened(Path(folder))
        small.serve(small.build([Article(id="a", title="A lamp", text="It is warm.")]).id)
        small.search(Query(text="warm lamp"))
    process = psutil.Process()
    gc.collect()
    before = process.memory_full_info().uss
    library = _opened(home)
    for text in ("warm", "article", "new"):
        library.search(Query(text=text))
    gc.collect()
    # USS: the pages that this process shares with nobody, and that would be free without it.
    print((process.memory_full_info().uss - before) / 1e6)  # noqa: T201 - the other process reads it


@cache
def _embedder() -> Stuffed:
    return Stuffed(open_embedder(Settings()))


def _opened(home: Path) -> Library:
    return Library(home, _embedder(), system_clock)


if __name__ == "__main__":
    {"follow": follow, "memory": memory}[sys.argv[1]](Path(sys.argv[2]))
