"""Publishing one changed article of a large library, until a second process shows it.

What is real: cutting, embedding the change with the embedder of the setting, counting words, writing, forcing to disk,
reading back, serving, and another process that searches all the while and says when it first found the new text. What
is made up: the articles (`corpus`), and the vectors of all that does not change. These are random unit vectors of the
same length, because embedding 100,000 passages takes most of an hour and their direction plays no part in the time.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

import numpy as np

from knowledge.library import Library
from knowledge.types import Article
from server.bench.corpus import articles
from server.bench.stuffed import Stuffed
from server.kit.clock import system_clock


def measure(*, passages: int, changes: int, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Return the figures: seconds until a change is seen, of what they are made, memory and disk."""
    from server.settings import Settings
    from server.wiring import open_embedder

    embedder = Stuffed(open_embedder(Settings()))
    with tempfile.TemporaryDirectory(prefix="warmline-publish-") as folder:
        home = Path(folder)
        library = Library(home, embedder, system_clock)
        say(f"building {passages} passages")
        embedder.filling = True
        began = perf_counter()
        info = library.build(articles(passages))
        library.serve(info.id)
        index_seconds = perf_counter() - began
        embedder.filling = False
        say("publishing")
        with Follower(home) as follower:
            rows = [_publish(library, follower, number) for number in range(changes)]
        say("measuring memory")
        memory_mb, raw_mb = _measured(home), _raw(passages, embedder.dimensions)
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        segments = len(list((home / "segments").iterdir()))
    return {
        "visible_seconds": _percentile(rows, "visible", 95),
        "visible_p50_seconds": _percentile(rows, "visible", 50),
        **{f"{part}_p95_seconds": _percentile(rows, part, 95) for part in ("build", "serve", "other_process")},
        "embedded_passages": max(int(row["embedded"]) for row in rows),
        "passages": info.passages,
        "articles": info.articles,
        "changes": changes,
        "segments_on_disk": segments,
        "disk_mb": round(size / 1e6, 1),
        "index_seconds": round(index_seconds, 1),
        "raw_mb": round(raw_mb, 1),
        "memory_mb": round(memory_mb, 1),
        "memory_ratio": round(memory_mb / raw_mb, 3),
    }


class Follower:
    """A second process that searches until it finds what it is told."""

    def __init__(self, home: Path) -> None:
        """Start it, and wait until it serves."""
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            _command("follow", home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Follower":
        """Wait until it can search."""
        self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def look_for(self, text: str) -> None:
        """Say what to find next."""
        self._ask(text)
        self._answer()

    def seen(self) -> float:
        """When it was found, on the clock that all processes share."""
        return float(self._answer())

    def _ask(self, text: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(text + "\n")
            self._process.stdin.flush()

    def _answer(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line.strip() or line.startswith("lost"):
            message = "The second process did not see the change."
            raise RuntimeError(message)
        return line


def _publish(library: Library, follower: Follower, number: int) -> dict[str, float]:
    """Change one passage of one article and wait until the other process finds it."""
    serving = library.serving()
    if serving is None:
        message = "Nothing is served."
        raise RuntimeError(message)
    word = f"zebrafinch{number:03d}"
    before = library.article(f"article-{(number * 97) % serving.articles:06d}")
    changed: Article = replace(before, text=f"{before.text}\n{word} is new.", revision=before.revision + 1)
    follower.look_for(word)
    began = monotonic()
    info = library.change(serving.id, put=[changed], number=number + 2)
    built = monotonic()
    library.serve(info.id)
    served = monotonic()
    seen = follower.seen()
    return {
        "visible": seen - began,
        "build": built - began,
        "serve": served - built,
        "other_process": max(0.0, seen - served),
        "embedded": info.embedded,
    }


def _command(what: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "server.bench.publish_child", what, str(home)]


def _measured(home: Path) -> float:
    """The MB that a release in memory adds to a fresh process."""
    done = subprocess.run(_command("memory", home), stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603  # ours
    return float(done.stdout)


def _raw(passages: int, dimensions: int) -> float:
    """The MB of the vectors as float32 and of the passages' texts as UTF-8, and nothing else."""
    texts = (part for article in articles(passages) for part in article.text.split("\n\n") if part[0] != "#")
    return (4 * dimensions * passages + sum(len(text.encode()) for text in texts)) / 1e6


def _percentile(rows: Sequence[Mapping[str, float]], name: str, percent: int) -> float:
    return round(float(np.percentile([row[name] for row in rows], percent)), 3)
