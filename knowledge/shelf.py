"""The library on disk: segments, releases, and the pointer to the one that is served.

    segments/<id>/      written once, shared by releases
    releases/<id>.json  which segments, without which of their articles
    current             the id of the served release
    aside-*/            a build that runs, or one that was killed

Everything is written aside and renamed, so a process that dies leaves either the old state or the new one.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge.content import Key
from knowledge.errors import ReleaseBroken, ReleaseMissing, StorageFailed
from knowledge.files import alone, move_in, write_whole
from knowledge.segment import check_files
from knowledge.types import ReleaseInfo

ASIDE = "aside-"
Stamp = tuple[int, int, int]
"""Changes whenever the pointer is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a release's file holds."""

    info: ReleaseInfo
    segments: tuple[tuple[str, tuple[int, ...]], ...]
    """Segment ids, each with the rows of the articles in it that this release does not hold."""
    recipes: tuple[str, ...]
    """How its articles were cut, counted and embedded."""
    retired: Mapping[Key, int]
    """The last revision of articles that were in an earlier release, so that a number is never given twice."""


class Shelf:
    """Reads and writes the folder; knows nothing of searching."""

    def __init__(self, home: Path) -> None:
        """Name the folder; nothing is opened or made yet."""
        self._home = home
        self._releases = home / "releases"
        self._segments = home / "segments"
        self._pointer = home / "current"

    @contextmanager
    def building(self) -> Iterator[None]:
        """Make the folders, wait for other builders to end, and clear away what a killed one left behind.

        `StorageFailed` when the disk is full or refuses to write, here or in what is done meanwhile.
        """
        try:
            for folder in (self._releases, self._segments):
                folder.mkdir(parents=True, exist_ok=True)
            with alone(self._home / "build.lock"):
                self._sweep()
                yield
        except OSError as problem:
            raise StorageFailed(self._home, problem) from problem

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """A new empty folder for what is in the making; call it only while `building`.

        It is there until all is in its place, so the next builder knows by it that segments may lie about that no
        release holds.
        """
        folder = Path(tempfile.mkdtemp(prefix=ASIDE, dir=self._home))
        try:
            yield folder
        except BaseException:
            self._forget_unused()
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, aside: Path, segment_id: str) -> None:
        """Move a finished segment to its place; if it is there already, and whole, the new copy goes."""
        place = self.segment(segment_id)
        if place.is_dir():
            try:
                check_files(place)
            except (OSError, ValueError, KeyError, TypeError):
                shutil.rmtree(place)
            else:
                shutil.rmtree(aside)
                return
        move_in(aside, place)

    def discard(self, segment_id: str) -> None:
        """Remove a segment that cannot be read."""
        shutil.rmtree(self.segment(segment_id), ignore_errors=True)

    def prune(self, keep: Collection[str]) -> None:
        """Remove all releases but these and the served one, and the segments only they have; while `building`."""
        with self.aside():
            for release_id in self.ids():
                if release_id not in keep and release_id != self.pointed():
                    (self._releases / f"{release_id}.json").unlink()
            self._forget_unused()

    def segment(self, segment_id: str) -> Path:
        """Where a segment lies."""
        return self._segments / segment_id

    def ids(self) -> list[str]:
        """The ids of all kept releases, oldest first."""
        return sorted((path.stem for path in self._releases.glob("r*-*.json")), key=number_of)

    def release(self, release_id: str) -> Release:
        """Read a release's file; `ReleaseMissing` or `ReleaseBroken`."""
        path = self._releases / f"{release_id}.json"
        if path.parent != self._releases or not path.is_file():
            raise ReleaseMissing(release_id)
        try:
            return _release(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError as problem:
            raise ReleaseMissing(release_id) from problem
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise ReleaseBroken(release_id, f"its file cannot be read ({problem!r})") from problem

    def publish(self, release: Release) -> None:
        """Write a release's file; from then on it exists."""
        write_whole(self._releases / f"{release.info.id}.json", json.dumps(_plain(release)).encode())

    def point(self, release_id: str) -> None:
        """Make a release the served one, for every process that looks; `StorageFailed`."""
        try:
            write_whole(self._pointer, release_id.encode())
        except OSError as problem:
            raise StorageFailed(self._home, problem) from problem

    def pointed(self) -> str | None:
        """The id of the served release, if any."""
        try:
            return self._pointer.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def stamp(self) -> Stamp | None:
        """What changes when the pointer does; one `stat`."""
        try:
            state = os.stat(self._pointer)  # noqa: PTH116 - this runs before every search, and Path.stat costs twice
        except FileNotFoundError:
            return None
        return state.st_ino, state.st_mtime_ns, state.st_size

    def _sweep(self) -> None:
        # The folder goes last: while it is there, somebody may have been killed between a segment and its release.
        left = [*self._home.glob(f"{ASIDE}*")]
        if left:
            self._forget_unused()
        for path in (*left, *self._releases.glob(".*.aside"), *self._home.glob(".*.aside")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _forget_unused(self) -> None:
        try:
            used = {segment for release in self.ids() for segment, _ in self.release(release).segments}
        except ReleaseBroken:
            # Nobody can say what a broken release needs, and it may be restored.
            return
        for folder in self._segments.iterdir():
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)


def number_of(release_id: str) -> int:
    """The running number in a release id."""
    return int(release_id.removeprefix("r").split("-")[0])


def _plain(release: Release) -> dict[str, Any]:
    info = release.info
    return {
        "id": info.id,
        "fingerprint": info.fingerprint,
        "built_at": info.built_at.isoformat(),
        "note": info.note,
        "articles": info.articles,
        "passages": info.passages,
        "embedded": info.embedded,
        "embedder": info.embedder,
        "changes": dict(info.changes),
        "segments": [{"id": segment, "without": list(rows)} for segment, rows in release.segments],
        "recipes": list(release.recipes),
        "retired": [[*key, revision] for key, revision in sorted(release.retired.items())],
    }


def _release(row: Mapping[str, Any]) -> Release:
    info = ReleaseInfo(
        id=row["id"],
        fingerprint=row["fingerprint"],
        built_at=datetime.fromisoformat(row["built_at"]),
        note=row["note"],
        articles=row["articles"],
        passages=row["passages"],
        embedded=row["embedded"],
        embedder=row["embedder"],
        changes=row["changes"],
    )
    segments = tuple((segment["id"], tuple(segment["without"])) for segment in row["segments"])
    if not all(isinstance(place, int) for _, rows in segments for place in rows):
        message = "it was written by an older version"
        raise ValueError(message)
    return Release(
        info=info,
        segments=segments,
        recipes=tuple(row["recipes"]),
        retired={(key[0], key[1]): key[2] for key in row["retired"]},
    )
