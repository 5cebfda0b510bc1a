"""The one class that others use: build a release aside, swap it in, search the served or any kept one."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from knowledge.content import Key
from knowledge.embedding.choice import Embedders
from knowledge.embedding.port import Embedder
from knowledge.errors import ReleaseBroken, ReleaseMissing
from knowledge.finding import Finder
from knowledge.index.calibration import ABSTAIN_FLOOR
from knowledge.index.faiss import FaissIndexes
from knowledge.index.port import VectorIndexes
from knowledge.press import Press
from knowledge.shelf import Shelf, Stamp
from knowledge.snapshot import Snapshot
from knowledge.stock import Stock
from knowledge.types import Article, Disclaimer, Passage, Query, ReleaseInfo, Scope, SearchResult
from knowledge.writing import Progress


@dataclass(frozen=True, slots=True)
class _Served:
    stamp: Stamp | None
    snapshot: Snapshot | None


class Library:
    """Articles in, hits out. Searches may run in many threads; one process at a time builds.

    Nothing is opened when it is made: the first search, or `refresh`, reads the served release from `home`.
    """

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        clock: Callable[[], datetime],
        *,
        vectors: VectorIndexes | None = None,
        abstain_floor: float = ABSTAIN_FLOOR,
        embedders: Mapping[str, Embedder | None] | None = None,
    ) -> None:
        """`abstain_floor` is the calibrated score, 0 to 1, below which a hit is not confident.

        `embedder` reads every locale but those that `embedders` names: a locale or a language with an embedder of its
        own, or with None, when its passages are to be found by words alone.
        """
        indexes = vectors or FaissIndexes()
        reading = Embedders(embedder, embedders)
        self._finder = Finder(reading, abstain_floor)
        self.abstain_floor = abstain_floor
        """The calibrated score below which a hit is not confident."""
        self._shelf = Shelf(home)
        self._stock = Stock(self._shelf, indexes)
        self._press = Press(self._shelf, self._stock, reading, indexes, clock)
        self._served = _Served(None, None)
        # Guards the swap only; a search on a loaded release takes no lock.
        self._swapping = Lock()

    def build(
        self,
        articles: Iterable[Article],
        *,
        note: str = "",
        number: int | None = None,
        progress: Progress | None = None,
        links: bool = True,
    ) -> ReleaseInfo:
        """Build and keep a release of exactly these articles, without serving it.

        `number` is the release's own; without one it is the next, or the newest release comes back, marked
        `unchanged`, when it holds exactly these articles already. An article with a revision keeps it; for the others
        unchanged ones keep theirs and changed ones get the next. `progress` is told (passages embedded, to embed).
        `links` False leaves links that lead nowhere as they are, for what was in a release before.
        While another process builds, this one waits. Raises `LinksBroken`, `EmbedderFailed`, `StorageFailed`, and
        `ValueError` when two articles share id and locale; then nothing has changed.
        """
        return self._press.build(articles, note, number, progress, links=links)

    def change(
        self,
        base: str | None,
        *,
        put: Iterable[Article] = (),
        drop: Iterable[Key] = (),
        note: str = "",
        number: int | None = None,
        progress: Progress | None = None,
        links: bool = True,
        expired: Collection[Key] = (),
    ) -> ReleaseInfo:
        """Build and keep the release that is `base` with some articles put in or replaced and others taken out.

        What it costs goes by the size of the change. `base` None begins with nothing; dropping what is not there does
        nothing. What of `drop` is `expired` goes whatever links to it; readers see those links as plain words.
        Everything else is as in `build`; raises `ReleaseMissing` and `ReleaseBroken` for the base as well.
        """
        return self._press.change(base, put, drop, note, number, progress, expired, links=links)

    @contextmanager
    def trial(self, base: str | None, *, put: Iterable[Article] = (), drop: Iterable[Key] = ()) -> "Iterator[Trial]":
        """What `change` would make, for searching while the context is open; it takes no number and is never kept.

        Only what was put in is embedded. Links are not checked: a draft may be measured before what it links to is
        there. Raises what `change` raises.
        """
        yield Trial(self, self._press.trial(base, put, drop))

    def serve(self, release_id: str) -> ReleaseInfo:
        """Serve a kept release from now on, in every process; an older one is a rollback.

        It is read whole first, so a broken release is never pointed at (`ReleaseMissing`, `ReleaseBroken`).
        """
        with self._swapping:
            snapshot = self._stock.load(release_id)
            # What is in memory may be broken on disk, where every other process reads it. What is served now is not
            # read again: publishing one article is not to cost reading all.
            served = self._served.snapshot
            self._press.verify(release_id, but=() if served is None else served.segments())
            self._shelf.point(release_id)
            self._served = _Served(self._shelf.stamp(), snapshot)
        return snapshot.info

    def serving(self) -> ReleaseInfo | None:
        """The release that this process serves, None before the first."""
        snapshot = self._followed()
        return None if snapshot is None else snapshot.info

    def refresh(self) -> bool:
        """Follow the pointer if another process moved it; costs one `stat` when it did not. True when swapped.

        If the release it points at cannot be read, that is raised once (`ReleaseMissing`, `ReleaseBroken`), and the old
        release goes on being served until the pointer moves again.
        """
        if self._shelf.stamp() == self._served.stamp:
            return False
        with self._swapping:
            stamp = self._shelf.stamp()
            if stamp == self._served.stamp:
                return False
            pointed = self._shelf.pointed()
            try:
                snapshot = None if pointed is None else self._stock.load(pointed)
            except (ReleaseMissing, ReleaseBroken):
                if self._served.snapshot is not None:
                    self._served = _Served(stamp, self._served.snapshot)
                raise
            self._served = _Served(stamp, snapshot)
        return True

    def pointed(self) -> str | None:
        """The id of the release that the files say is served, None before the first; nothing is loaded."""
        return self._shelf.pointed()

    def releases(self) -> tuple[ReleaseInfo, ...]:
        """Every kept release, newest first."""
        return tuple(self._shelf.release(release_id).info for release_id in reversed(self._shelf.ids()))

    def release(self, release_id: str) -> ReleaseInfo:
        """What a kept release says about itself; `ReleaseMissing` or `ReleaseBroken`."""
        return self._shelf.release(release_id).info

    def members(self, release_id: str) -> dict[Key, int]:
        """The revision of every article in a kept release."""
        return self._snapshot(release_id).keys()

    def verify(self, release_id: str) -> None:
        """Read every file of a release against its checksum; `ReleaseMissing`, `ReleaseBroken` with what is wrong."""
        self._press.verify(release_id)

    def restore(self, release_id: str, articles: Iterable[Article]) -> ReleaseInfo:
        """Write a missing or broken release again from its articles: the same id and the same members.

        The articles must have the revisions that they had. Segments that can still be read stay; only what was in the
        others is embedded. Serve it again afterwards, so that other processes look. Raises `EmbedderChanged` when
        today's embedder would make another release, `ValueError` when these are not the articles of the release, and
        what `build` raises.
        """
        return self._press.restore(release_id, articles)

    def prune(self, keep: Collection[str], *, up_to: int | None = None) -> None:
        """Forget all kept releases but these and the served one, with the segments that only they use.

        Releases with a higher number than `up_to` stay as well: somebody may be about to serve them.
        """
        self._press.prune(keep, up_to)

    def search(self, query: Query, *, release: str | None = None) -> SearchResult:
        """The passages that answer best, from the served release or any kept one.

        Runs for a few milliseconds in the calling thread. When the embedder fails, or is not the one that the release
        was built with, words alone are compared and the result says `degraded`. `ReleaseMissing` without a release.
        """
        return self.found(query, self._snapshot(release))

    def found(self, query: Query, snapshot: Snapshot) -> SearchResult:
        """`search` on a release in memory."""
        return self._finder.found(query, snapshot)

    def heard(self, text: str) -> None:
        """Make the vectors of a turn that has just been said, for the searches that will have it in their history.

        Takes as long as one text takes to encode; does nothing where nothing is served or the embedder fails.
        """
        snapshot = self._followed()
        if snapshot is not None:
            self._finder.heard(text, snapshot)

    def orders(self, query: Query, *, release: str | None = None) -> dict[str, list[Passage]]:
        """The candidates of one search as `lexical`, `vector`, and `fused` order them; for measuring and explaining."""
        return self.ordered(query, self._snapshot(release))

    def ordered(self, query: Query, snapshot: Snapshot) -> dict[str, list[Passage]]:
        """`orders` on a release in memory."""
        return self._finder.ordered(query, snapshot)

    def article(
        self,
        article_id: str,
        *,
        locale: str = "en",
        revision: int | None = None,
        release: str | None = None,
        scope: Scope | None = None,
    ) -> Article:
        """One article of a release; `ArticleMissing` also when `scope` does not allow it."""
        return self._snapshot(release).article(article_id, locale, revision, scope)

    def disclaimers_for(self, article: Article, scope: Scope, *, release: str | None = None) -> tuple[Disclaimer, ...]:
        """What must be shown beside an article to who asks: disclaimers of their region, audience, brand and tags.

        One with tags belongs to articles that share one of them, one without to every article; each comes once, in the
        best of the reader's languages.
        """
        return self._snapshot(release).disclaimers(article, scope)

    def articles(self, *, release: str | None = None, scope: Scope | None = None) -> tuple[Article, ...]:
        """All articles of a release that `scope` allows (all when None), by id and locale."""
        return self._snapshot(release).articles(scope)

    def _snapshot(self, release: str | None) -> Snapshot:
        served = self._followed()
        if served is not None and release in {None, served.info.id}:
            return served
        if release is None:
            raise ReleaseMissing("")
        return self._stock.load(release)

    def _followed(self) -> Snapshot | None:
        """What is served now, or what was served before if the pointer moved to something broken."""
        try:
            self.refresh()
        except (ReleaseMissing, ReleaseBroken):
            # A customer's question is no moment to fail while the old release is still in memory.
            if self._served.snapshot is None:
                raise
        return self._served.snapshot


class Trial:
    """A release that nobody keeps: the base with a draft in it, for measuring what the draft would do."""

    def __init__(self, library: Library, snapshot: Snapshot) -> None:
        """Take the release in memory, and the library whose search is asked."""
        self._library = library
        self._snapshot = snapshot

    @property
    def info(self) -> ReleaseInfo:
        """What the trial says about itself; its id begins with `trial-`."""
        return self._snapshot.info

    def search(self, query: Query) -> SearchResult:
        """As `Library.search`, on the trial."""
        return self._library.found(query, self._snapshot)

    def orders(self, query: Query) -> dict[str, list[Passage]]:
        """As `Library.orders`, on the trial."""
        return self._library.ordered(query, self._snapshot)
