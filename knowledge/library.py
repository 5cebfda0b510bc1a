"""The one class that others use: build a release aside, swap it in, search the served or any kept one."""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

from knowledge.base import Base
from knowledge.embedding.port import Embedder
from knowledge.errors import EmbedderFailed, LinksBroken, ReleaseBroken, ReleaseMissing
from knowledge.index.calibration import ABSTAIN_FLOOR
from knowledge.index.faiss import FaissIndexes
from knowledge.index.port import VectorIndexes
from knowledge.parsing.markdown import ARTICLE_LINK, links
from knowledge.query import LONGEST, Asked, language_of, terms_of, vector_of
from knowledge.segment import Key, Progress, Segment, content_of, key_of, recipe, write_segment
from knowledge.shelf import Release, Shelf, Stamp, number_of
from knowledge.snapshot import Snapshot
from knowledge.types import Article, Passage, Query, ReleaseInfo, Scope, SearchResult

# How many releases other than the served one stay in memory for searches "as of".
OLDER_KEPT_IN_MEMORY = 4


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
    ) -> None:
        """`abstain_floor` is the calibrated score, 0 to 1, below which a hit is not confident."""
        self._embedder = embedder
        self._clock = clock
        self._indexes = vectors or FaissIndexes()
        self._floor = abstain_floor
        self._shelf = Shelf(home)
        self._served = _Served(None, None)
        # Guards loading only; a search on a loaded release takes no lock.
        self._loading = Lock()
        self._older: dict[str, Snapshot] = {}
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()

    def build(
        self,
        articles: Iterable[Article],
        *,
        note: str = "",
        number: int | None = None,
        progress: Progress | None = None,
    ) -> ReleaseInfo:
        """Build and keep a release of exactly these articles, without serving it.

        `number` is the release's own; without one it is the next, or the newest release comes back, marked
        `unchanged`, when it holds exactly these articles already. An article with a revision keeps it; for the others
        unchanged ones keep theirs and changed ones get the next. `progress` is told (passages embedded, to embed).
        Raises `LinksBroken`, `EmbedderFailed`, and `ValueError` when two articles share id and locale; then nothing
        has changed.
        """
        wanted = _by_key(articles)
        _check_links(wanted)
        with self._shelf.building():
            self._shelf.sweep()
            newest = next(reversed(self._shelf.ids()), None)
            return self._build(newest, wanted, note, number, progress)

    def change(
        self,
        base: str | None,
        *,
        put: Iterable[Article] = (),
        drop: Iterable[Key] = (),
        note: str = "",
        number: int | None = None,
        progress: Progress | None = None,
    ) -> ReleaseInfo:
        """Build and keep the release that is `base` with some articles put in or replaced and others taken out.

        What it costs goes by the size of the change. `base` None begins with nothing; dropping what is not there does
        nothing. Everything else is as in `build`; raises `ReleaseMissing` and `ReleaseBroken` for the base as well.
        """
        wanted = _by_key(put)
        dropped = set(drop)
        with self._shelf.building():
            self._shelf.sweep()
            with self._loading:
                before = () if base is None else self._load(base).articles()
            kept = {key_of(article): article for article in before if key_of(article) not in dropped}
            merged = {**kept, **wanted}
            _check_links(merged)
            return self._build(base, merged, note, number, progress)

    def serve(self, release_id: str) -> ReleaseInfo:
        """Serve a kept release from now on, in every process; an older one is a rollback.

        It is read whole first, so a broken release is never pointed at (`ReleaseMissing`, `ReleaseBroken`).
        """
        with self._loading:
            snapshot = self._load(release_id)
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
        with self._loading:
            stamp = self._shelf.stamp()
            if stamp == self._served.stamp:
                return False
            pointed = self._shelf.pointed()
            try:
                snapshot = None if pointed is None else self._load(pointed)
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
        return {key_of(article): article.revision for article in self._snapshot(release_id).articles()}

    def search(self, query: Query, *, release: str | None = None) -> SearchResult:
        """The passages that answer best, from the served release or any kept one.

        Runs for a few milliseconds in the calling thread. When the embedder fails, or is not the one that the release
        was built with, words alone are compared and the result says `degraded`. `ReleaseMissing` without a release.
        """
        began = time.perf_counter()
        snapshot = self._snapshot(release)
        asked = self._asked(query, snapshot)
        hits = snapshot.search(asked, query, query.limit, self._floor) if query.text.strip() else ()
        return SearchResult(
            release=snapshot.info.id,
            hits=hits,
            confident=bool(hits) and hits[0].confident,
            took_ms=(time.perf_counter() - began) * 1000,
            terms=tuple(term.stem for term in asked.terms),
            degraded=asked.vector is None and bool(query.text.strip()),
        )

    def orders(self, query: Query, *, release: str | None = None) -> dict[str, list[Passage]]:
        """The candidates of one search as `lexical`, `vector`, and `fused` order them; for measuring and explaining."""
        snapshot = self._snapshot(release)
        ranking = snapshot.rank(self._asked(query, snapshot), query)
        sides = {"lexical": ranking.by_words, "vector": ranking.by_vector, "fused": ranking.rows}
        return {side: [snapshot.passage(int(row))[0] for row in rows] for side, rows in sides.items()}

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

    def articles(self, *, release: str | None = None, scope: Scope | None = None) -> tuple[Article, ...]:
        """All articles of a release that `scope` allows (all when None), by id and locale."""
        return self._snapshot(release).articles(scope)

    def _asked(self, query: Query, snapshot: Snapshot) -> Asked:
        vector = None
        if query.text.strip() and snapshot.info.embedder == self._embedder.fingerprint:
            spelled = replace(query, text=snapshot.spelled(query.text[:LONGEST], language_of(query)))
            # Without vectors the words still find something, and that is better than an error page.
            with suppress(EmbedderFailed):
                vector = vector_of(spelled, self._embedder)
        return Asked(snapshot.corrected(terms_of(query)), vector)

    def _snapshot(self, release: str | None) -> Snapshot:
        served = self._followed()
        if served is not None and release in {None, served.info.id}:
            return served
        if release is None:
            raise ReleaseMissing("")
        older = self._older.get(release)
        if older is None:
            with self._loading:
                older = self._load(release)
        return older

    def _followed(self) -> Snapshot | None:
        """What is served now, or what was served before if the pointer moved to something broken."""
        try:
            self.refresh()
        except (ReleaseMissing, ReleaseBroken):
            # A customer's question is no moment to fail while the old release is still in memory.
            if self._served.snapshot is None:
                raise
        return self._served.snapshot

    def _load(self, release_id: str) -> Snapshot:
        """Read a release, with the segments that are in memory already; call it with the lock held."""
        if release_id in self._older:
            return self._older[release_id]
        release = self._shelf.release(release_id)
        try:
            segments = [(self._segment(one), without) for one, without in release.segments]
        except ReleaseBroken as problem:
            raise ReleaseBroken(release_id, problem.why) from problem
        snapshot = Snapshot(release.info, segments)
        kept = list(self._older.items())[-(OLDER_KEPT_IN_MEMORY - 1) :]
        self._older = {**dict(kept), release_id: snapshot}
        return snapshot

    def _segment(self, segment_id: str) -> Segment:
        segment = self._segments.get(segment_id)
        if segment is None:
            segment = Segment.load(self._shelf.segment(segment_id), self._indexes)
            self._segments[segment_id] = segment
        return segment

    def _build(
        self,
        base_id: str | None,
        wanted: Mapping[Key, Article],
        note: str,
        number: int | None,
        progress: Progress | None,
    ) -> ReleaseInfo:
        ids = self._shelf.ids()
        base = None if base_id is None else self._shelf.release(base_id)
        made_by = recipe(self._embedder, self._indexes)
        contents = {key: content_of(article) for key, article in wanted.items()}
        with self._loading:
            old = Base() if base is None else Base(base, self._load(base.info.id))
        numbered = {
            key: article if article.revision else replace(article, revision=old.revision(key, contents[key]))
            for key, article in wanted.items()
        }
        revisions = {key: article.revision for key, article in numbered.items()}
        fingerprint = _fingerprint(made_by, contents, revisions)
        if number is None and base is not None and base.info.fingerprint == fingerprint:
            return replace(base.info, unchanged=True)
        plan = old.plan(contents, revisions, made_by)
        segments = list(plan.keep)
        embedded = 0
        if plan.write:
            segment_id, embedded = self._write([numbered[key] for key in sorted(plan.write)], old, progress)
            segments.append((segment_id, frozenset()))
        info = ReleaseInfo(
            id=f"r{(number_of(ids[-1]) + 1 if ids else 1) if number is None else number:04d}-{fingerprint[:8]}",
            fingerprint=fingerprint,
            built_at=self._clock(),
            note=note,
            articles=len(wanted),
            passages=0,
            embedded=embedded,
            embedder=self._embedder.fingerprint,
            changes=old.changes(contents),
        )
        # Everything is read back before the release exists: what cannot be read is never offered for serving.
        with self._loading:
            parts = [(self._segment(one), without) for one, without in segments]
        draft = Snapshot(info, parts)
        info = replace(info, passages=draft.count())
        self._shelf.publish(Release(info=info, segments=tuple(segments), retired=old.retired(contents)))
        return info

    def _write(self, articles: Sequence[Article], old: Base, progress: Progress | None) -> tuple[str, int]:
        aside = self._shelf.aside()
        try:
            segment_id, embedded = write_segment(
                aside,
                articles,
                embedder=self._embedder,
                indexes=self._indexes,
                reuse=old.vectors(self._embedder, {key_of(article) for article in articles}),
                progress=progress,
            )
            self._shelf.keep(aside, segment_id)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        return segment_id, embedded


def _by_key(articles: Iterable[Article]) -> dict[Key, Article]:
    found: dict[Key, Article] = {}
    for article in articles:
        if key_of(article) in found:
            raise ValueError(f"The article {article.id} ({article.locale}) was given twice.")
        found[key_of(article)] = article
    return found


def _check_links(articles: Mapping[Key, Article]) -> None:
    ids = {article_id for article_id, _ in articles}
    broken = [
        (article.id, target)
        for article in articles.values()
        if ARTICLE_LINK in article.text
        for target in links(article.text)
        if target not in ids
    ]
    if broken:
        raise LinksBroken(broken)


def _fingerprint(made_by: str, contents: Mapping[Key, str], revisions: Mapping[Key, int]) -> str:
    lines = [made_by, *(f"{key[0]}|{key[1]}|{revisions[key]}|{contents[key]}" for key in sorted(contents))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
