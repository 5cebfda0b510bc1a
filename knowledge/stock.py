"""The releases that are in memory: the served one and a few others, sharing their segments."""

from collections.abc import Collection, Sequence
from threading import Lock
from weakref import WeakValueDictionary

from knowledge.errors import ReleaseBroken
from knowledge.index.port import VectorIndexes
from knowledge.segment import Segment
from knowledge.shelf import Shelf
from knowledge.snapshot import Snapshot
from knowledge.types import ReleaseInfo

# How many releases stay in memory for searches "as of". Segments that the served release has too cost nothing more.
KEPT_IN_MEMORY = 4


class Stock:
    """Loads each release and each segment once; may be asked by several threads."""

    def __init__(self, shelf: Shelf, indexes: VectorIndexes) -> None:
        """Nothing is loaded yet."""
        self._shelf = shelf
        self._indexes = indexes
        self._lock = Lock()
        self._kept: dict[str, Snapshot] = {}
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()

    def load(self, release_id: str) -> Snapshot:
        """A release, read from disk unless it is in memory; `ReleaseMissing` or `ReleaseBroken`."""
        found = self._kept.get(release_id)
        if found is not None:
            return found
        with self._lock:
            found = self._kept.get(release_id)
            if found is None:
                release = self._shelf.release(release_id)
                found = self._put_together(release.info, release.segments)
                self._remember(found)
        return found

    def put_together(self, info: ReleaseInfo, segments: Sequence[tuple[str, Sequence[int]]]) -> Snapshot:
        """These segments of the shelf as one release, which is not remembered; `ReleaseBroken`."""
        with self._lock:
            return self._put_together(info, segments)

    def remember(self, snapshot: Snapshot) -> None:
        """Keep a release in memory."""
        with self._lock:
            self._remember(snapshot)

    def forget(self, left: Collection[str]) -> None:
        """Let go of all releases but these."""
        with self._lock:
            self._kept = {release_id: one for release_id, one in self._kept.items() if release_id in left}

    def _put_together(self, info: ReleaseInfo, segments: Sequence[tuple[str, Sequence[int]]]) -> Snapshot:
        try:
            return Snapshot(info, [(self._segment(segment_id), without) for segment_id, without in segments])
        except ReleaseBroken as problem:
            raise ReleaseBroken(info.id, problem.why) from problem
        except IndexError as problem:
            raise ReleaseBroken(info.id, "it leaves out articles that its segments do not have") from problem

    def _segment(self, segment_id: str) -> Segment:
        segment = self._segments.get(segment_id)
        if segment is None:
            segment = Segment.load(self._shelf.segment(segment_id), self._indexes)
            self._segments[segment_id] = segment
        return segment

    def _remember(self, snapshot: Snapshot) -> None:
        # Readers look without the lock, so they are given a new dictionary and never a changing one.
        others = [(key, one) for key, one in self._kept.items() if key != snapshot.info.id]
        self._kept = {**dict(others[-(KEPT_IN_MEMORY - 1) :]), snapshot.info.id: snapshot}
