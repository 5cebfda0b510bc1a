"""The library on disk: segments, releases, and the pointer to the one that is served.

    segments/<id>/      written once, shared by releases
    releases/<id>.json  which segments, without which of their articles
    current             the id of the served release

Everything is written aside and renamed, so a process that dies leaves either the old state or the new one.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge.errors import ReleaseBroken, ReleaseMissing
from knowledge.files import alone, move_in, write_whole
from knowledge.segment import Key
from knowledge.types import ReleaseInfo

ASIDE = "aside-"
Stamp = tuple[int, int, int]
"""Changes whenever the pointer is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a release's file holds."""

    info: ReleaseInfo
    segments: tuple[tuple[str, frozenset[Key]], ...]
    """Segment ids, each with the articles in it that this release does not hold."""
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

    def building(self) -> AbstractContextManager[None]:
        """Make the folders and hold the lock that lets one process at a time build."""
        for folder in (self._releases, self._segments):
            folder.mkdir(parents=True, exist_ok=True)
        return alone(self._home / "build.lock")

    def sweep(self) -> None:
        """Remove what a killed build left behind; call it only while `building`."""
        for left in (*self._home.glob(f"{ASIDE}*"), *self._releases.glob(".*.aside")):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        used = {segment for release in self.ids() for segment, _ in self.release(release).segments}
        for folder in self._segments.iterdir():
            if folder.name not in used:
                shutil.rmtree(folder)

    def aside(self) -> Path:
        """A new empty folder for a segment in the making."""
        return Path(tempfile.mkdtemp(prefix=ASIDE, dir=self._home))

    def keep(self, aside: Path, segment_id: str) -> None:
        """Move a finished segment to its place; if it is there already, the new copy goes."""
        if self.segment(segment_id).is_dir():
            shutil.rmtree(aside)
        else:
            move_in(aside, self.segment(segment_id))

    def segment(self, segment_id: str) -> Path:
        """Where a segment lies."""
        return self._segments / segment_id

    def ids(self) -> list[str]:
        """The ids of all kept releases, oldest first."""
        return sorted((path.stem for path in self._releases.glob("r*.json")), key=number_of)

    def release(self, release_id: str) -> Release:
        """Read a release's file; `ReleaseMissing` or `ReleaseBroken`."""
        path = self._releases / f"{release_id}.json"
        if path.parent != self._releases or not path.is_file():
            raise ReleaseMissing(release_id)
        try:
            return _release(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError) as problem:
            raise ReleaseBroken(release_id, f"its file cannot be read ({problem})") from problem

    def publish(self, release: Release) -> None:
        """Write a release's file; from then on it exists."""
        write_whole(self._releases / f"{release.info.id}.json", json.dumps(_plain(release)).encode())

    def point(self, release_id: str) -> None:
        """Make a release the served one, for every process that looks."""
        write_whole(self._pointer, release_id.encode())

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


def number_of(release_id: str) -> int:
    """The running number in a release id."""
    return int(release_id.removeprefix("r").split("-")[0])


def _pairs(keys: Iterable[Key]) -> list[list[str]]:
    return [list(key) for key in sorted(keys)]


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
        "segments": [{"id": segment, "without": _pairs(without)} for segment, without in release.segments],
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
    return Release(
        info=info,
        segments=tuple(
            (segment["id"], frozenset((key[0], key[1]) for key in segment["without"])) for segment in row["segments"]
        ),
        retired={(key[0], key[1]): key[2] for key in row["retired"]},
    )
