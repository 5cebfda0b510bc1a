"""Releases are swapped under running searches: each search sees one release, whole."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

from knowledge.types import Query
from tests.support.knowledge import LAMP, REFUND, library, serving

SWAPS = 30
READERS = 4


def test_no_search_sees_a_mix_of_two_releases(tmp_path: Path) -> None:
    writer = serving(tmp_path, [REFUND, LAMP])
    reader = library(tmp_path)
    names = {}
    for number in range(6):
        title = f"Refund of edition {number}"
        info = writer.build([replace(REFUND, title=title), replace(LAMP, title=title)])
        names[info.id] = title
    writer.serve(next(iter(names)))
    stop = Event()

    def read() -> int:
        done = 0
        while not stop.is_set() or not done:
            result = reader.search(Query(text="refund lamp", limit=10))
            assert {hit.title for hit in result.hits} == {names[result.release]}
            assert {hit.release for hit in result.hits} == {result.release}
            done += 1
        return done

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        try:
            for swap in range(SWAPS):
                writer.serve(sorted(names)[swap % len(names)])
        finally:
            stop.set()
        assert all(one.result() > 0 for one in readers)
    last = writer.serving()
    assert last is not None
    assert reader.search(Query(text="refund")).release == last.id
