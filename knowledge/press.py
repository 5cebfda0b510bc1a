"""Where releases are made: built aside, read back, and only then put on the shelf."""

import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from knowledge.content import Key, key_of
from knowledge.draft import Draft
from knowledge.embedding.choice import Embedders
from knowledge.errors import EmbedderChanged, ReleaseBroken, ReleaseMissing, StorageFailed
from knowledge.index.port import VectorIndexes
from knowledge.segment import Segment, check_files
from knowledge.shelf import Release, Shelf, number_of
from knowledge.snapshot import Snapshot
from knowledge.stock import Stock
from knowledge.types import Article, ReleaseInfo
from knowledge.writing import Counting, Progress, write_segment

RELEASE_ID = re.compile(r"r\d{4,}-[0-9a-f]{8}")


class Press:
    """Makes, restores and forgets releases; one process at a time, others wait."""

    def __init__(
        self,
        shelf: Shelf,
        stock: Stock,
        embedders: Embedders,
        indexes: VectorIndexes,
        clock: Callable[[], datetime],
    ) -> None:
        """Take what a library has."""
        self._shelf = shelf
        self._stock = stock
        self._embedders = embedders
        self._indexes = indexes
        self._clock = clock

    def build(
        self, articles: Iterable[Article], note: str, number: int | None, progress: Progress | None, *, links: bool
    ) -> ReleaseInfo:
        """`Library.build`."""
        wanted = by_key(articles)
        with self._shelf.building():
            base = self._newest()
            drop = () if base is None else base.keys().keys() - wanted.keys()
            draft = self._draft(base, wanted, drop)
            if links:
                draft.check_links()
            return self._next(draft, note, number, progress)

    def change(
        self,
        base: str | None,
        put: Iterable[Article],
        drop: Iterable[Key],
        note: str,
        number: int | None,
        progress: Progress | None,
        expired: Collection[Key],
        *,
        links: bool,
    ) -> ReleaseInfo:
        """`Library.change`."""
        wanted = by_key(put)
        with self._shelf.building():
            before = None if base is None else self._stock.load(base)
            draft = self._draft(before, wanted, drop)
            if links:
                draft.check_links(expired)
            return self._next(draft, note, number, progress)

    def trial(self, base: str | None, put: Iterable[Article], drop: Iterable[Key]) -> Snapshot:
        """The release that a change would make, in memory only."""
        before = None if base is None else self._stock.load(base)
        draft = self._draft(before, by_key(put), drop)
        stay, written = draft.plan(merge=False)
        counting = Counting(written)
        parts: list[tuple[Segment, Sequence[int]]] = [(one.segment, one.without) for one in stay]
        try:
            # A segment in memory keeps its file of articles open, so the names can go before anybody searches, and
            # nothing is left behind however the process ends.
            with tempfile.TemporaryDirectory(prefix="warmline-trial-") as folder:
                for number, one in enumerate(written):
                    place = Path(folder) / str(number)
                    place.mkdir()
                    write_segment(place, one.content(self._indexes, counting), self._indexes)
                    parts.append((Segment.load(place, self._indexes), ()))
        except OSError as problem:
            raise StorageFailed(Path(tempfile.gettempdir()), problem) from problem
        info = self._info(f"trial-{draft.fingerprint[:8]}", draft, "")
        snapshot = Snapshot(replace(info, embedded=counting.done), parts)
        snapshot.info = replace(snapshot.info, passages=snapshot.count())
        return snapshot

    def verify(self, release_id: str, but: Collection[str] = ()) -> None:
        """`Library.verify`; segments of `but` are taken to be whole."""
        release = self._shelf.release(release_id)
        counts = {
            segment_id: self._count_of(release_id, segment_id) - len(without)
            for segment_id, without in release.segments
            if segment_id not in but
        }
        articles = sum(counts.values())
        if len(counts) == len(release.segments) and articles != release.info.articles:
            raise ReleaseBroken(release_id, f"it has {articles} articles, not {release.info.articles}")

    def restore(self, release_id: str, articles: Iterable[Article]) -> ReleaseInfo:
        """`Library.restore`."""
        wanted = by_key(articles)
        if not RELEASE_ID.fullmatch(release_id):
            raise ReleaseMissing(release_id)
        with self._shelf.building():
            known = None
            with suppress(ReleaseMissing, ReleaseBroken):
                known = self._shelf.release(release_id)
            remains = self._remains(release_id, known)
            draft = Draft(remains, {} if known is None else known.retired, self._embedders, self._indexes)
            draft.drop(remains.keys().keys() - wanted.keys())
            draft.put(wanted)
            draft.renew()
            same = draft.fingerprint[:8] == release_id[-8:]
            if not same or (known is not None and known.info.fingerprint != draft.fingerprint):
                if known is not None and known.recipes == draft.recipes:
                    message = f"These are not the articles of the release {release_id}."
                    raise ValueError(message)
                raise EmbedderChanged(release_id)
            info = self._info(release_id, draft, "") if known is None else known.info
            return self._keep(info, draft, None, merge=False)

    def prune(self, keep: Collection[str], up_to: int | None) -> None:
        """`Library.prune`."""
        with self._shelf.building():
            later = [] if up_to is None else [one for one in self._shelf.ids() if number_of(one) > up_to]
            self._shelf.prune({*keep, *later})
            self._stock.forget(self._shelf.ids())

    def _newest(self) -> Snapshot | None:
        """The newest release that can be read; a broken one is no reason never to build again."""
        for release_id in reversed(self._shelf.ids()):
            with suppress(ReleaseBroken):
                return self._stock.load(release_id)
        return None

    def _draft(self, base: Snapshot | None, put: Mapping[Key, Article], drop: Iterable[Key]) -> Draft:
        retired = {} if base is None else self._shelf.release(base.info.id).retired
        draft = Draft(base, retired, self._embedders, self._indexes)
        draft.drop(set(drop) - put.keys())
        draft.put(put)
        draft.renew()
        return draft

    def _next(self, draft: Draft, note: str, number: int | None, progress: Progress | None) -> ReleaseInfo:
        if number is None:
            if draft.base is not None and draft.base.info.fingerprint == draft.fingerprint:
                return replace(draft.base.info, unchanged=True)
            number = 1 + max(map(number_of, self._shelf.ids()), default=0)
        return self._keep(self._info(f"r{number:04d}-{draft.fingerprint[:8]}", draft, note), draft, progress)

    def _keep(self, info: ReleaseInfo, draft: Draft, progress: Progress | None, *, merge: bool = True) -> ReleaseInfo:
        """Write what a draft needs, read it back, and then make it a release."""
        stay, written = draft.plan(merge=merge)
        counting = Counting(written, progress)
        segments: list[tuple[str, tuple[int, ...]]] = [(one.segment.id, one.without) for one in stay]
        with self._shelf.aside() as folder:
            for number, one in enumerate(written):
                place = folder / str(number)
                place.mkdir()
                segment_id = write_segment(place, one.content(self._indexes, counting), self._indexes)
                self._shelf.keep(place, segment_id)
                segments.append((segment_id, ()))
            # Everything is read back before the release exists: what cannot be read is never offered for serving.
            snapshot = self._stock.put_together(replace(info, embedded=info.embedded or counting.done), segments)
            snapshot.info = replace(snapshot.info, passages=snapshot.count())
            self._shelf.publish(
                Release(
                    info=snapshot.info,
                    segments=tuple(segments),
                    recipes=draft.recipes,
                    retired=draft.retiring(),
                )
            )
        self._stock.remember(snapshot)
        return snapshot.info

    def _info(self, release_id: str, draft: Draft, note: str) -> ReleaseInfo:
        """What a release says about itself, before it is known how many passages it has."""
        return ReleaseInfo(
            id=release_id,
            fingerprint=draft.fingerprint,
            built_at=self._clock(),
            note=note,
            articles=draft.articles,
            passages=0,
            embedded=0,
            embedder=self._embedders.main.fingerprint,
            changes=dict(draft.changes),
        )

    def _count_of(self, release_id: str, segment_id: str) -> int:
        """How many articles a segment has whose files are whole."""
        try:
            return int(check_files(self._shelf.segment(segment_id))["articles"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise ReleaseBroken(release_id, f"a file of its segment {segment_id} is not whole ({problem})") from problem

    def _remains(self, release_id: str, known: Release | None) -> Snapshot:
        """What can still be read of a broken release; segments that cannot be are removed."""
        parts: list[tuple[Segment, Sequence[int]]] = []
        for segment_id, without in () if known is None else known.segments:
            folder = self._shelf.segment(segment_id)
            try:
                parts.append((Segment.load(folder, self._indexes), without))
            except ReleaseBroken:
                self._shelf.discard(segment_id)
        blank = Draft(None, {}, self._embedders, self._indexes)
        return Snapshot(replace(self._info(release_id, blank, ""), fingerprint=""), parts)


def by_key(articles: Iterable[Article]) -> dict[Key, Article]:
    """Articles by id and locale; `ValueError` when two have the same."""
    found: dict[Key, Article] = {}
    for article in articles:
        if key_of(article) in found:
            message = f"The article {article.id} ({article.locale}) was given twice."
            raise ValueError(message)
        found[key_of(article)] = article
    return found
