"""The next release in the making: what a change puts in and takes out, and what must be written for it.

All of it costs by the size of the change. The base is looked at through its tables, never article by article.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from knowledge.content import FULL_CIRCLE, Key, content_of, element, key_of, recipe, vectors_by
from knowledge.embedding.choice import Embedders
from knowledge.embedding.port import Embedder
from knowledge.errors import LinksBroken
from knowledge.index.port import Mask, VectorIndex, VectorIndexes
from knowledge.packed import Rows
from knowledge.parsing.markdown import ARTICLE_LINK, links
from knowledge.segment import Segment
from knowledge.snapshot import Part, Snapshot
from knowledge.types import Article
from knowledge.writing import Cut, Written

# A new segment takes in every older one that is at most this many times its own size, so there are few segments and
# each passage is rewritten only a few times in its life (the log-structured merge of O'Neil et al. 1996).
GROWTH = 2

# But never more passages than this in one publication, so that none takes long only because it is its turn.
MERGED_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment of the base and which of its articles the next release holds."""

    segment: Segment
    living: Mask

    @property
    def rows(self) -> Rows:
        """The rows of the articles that stay."""
        return np.flatnonzero(self.living)

    @property
    def without(self) -> tuple[int, ...]:
        """The rows of the articles that do not."""
        return tuple(np.flatnonzero(~self.living).tolist())

    @property
    def passages(self) -> int:
        """How many passages stay."""
        return int(np.diff(self.segment.firsts)[self.living].sum())


@dataclass(slots=True)
class Draft:
    """The base as it becomes the next release."""

    base: Snapshot | None
    retired: Mapping[Key, int]
    """The last revisions of articles that are gone, as the base's file names them."""
    embedders: Embedders
    indexes: VectorIndexes
    changes: dict[str, int] = field(default_factory=lambda: {"added": 0, "changed": 0, "removed": 0})
    _living: list[Mask] = field(default_factory=list)
    _put: dict[Key, Article] = field(default_factory=dict)
    _put_ids: set[str] = field(default_factory=set)
    _gone: dict[Key, int] = field(default_factory=dict)
    _sum: int = 0

    def __post_init__(self) -> None:
        """Begin with what the base holds."""
        self._living = [part.living.copy() for part in self._parts]
        if self.base is not None and self.base.info.fingerprint:
            self._sum = int(self.base.info.fingerprint, 16)
        else:
            # What remains of a broken release has no fingerprint.
            self._sum = sum(self._element(part.segment, row) for part in self._parts for row in part.rows)

    @property
    def fingerprint(self) -> str:
        """Of the release as it stands, 64 hexadecimal digits."""
        return f"{self._sum % FULL_CIRCLE:064x}"

    @property
    def recipes(self) -> tuple[str, ...]:
        """How its articles are cut, counted and embedded, each way once."""
        kept = {part.segment.recipe for part, living in zip(self._parts, self._living, strict=True) if living.any()}
        return tuple(sorted(kept | {self._recipe(locale) for _, locale in self._put}))

    @property
    def articles(self) -> int:
        """How many articles the release will hold."""
        return sum(int(np.count_nonzero(living)) for living in self._living) + len(self._put)

    def put(self, articles: Mapping[Key, Article]) -> None:
        """Put articles in, or replace what is there; those without a revision get theirs."""
        for key, article in articles.items():
            content = content_of(article)
            place = self._find(key)
            if place is None:
                revision = article.revision or self.retired.get(key, 0) + 1
                self.changes["added"] += 1
            else:
                table, row = self._parts[place[0]].segment.table, place[1]
                before, same = int(table.revisions[row]), table.contents[row].tobytes() == content
                revision = article.revision or (before if same else before + 1)
                if same and revision == before:
                    continue
                self.changes["changed"] += not same
                self._kill(*place)
            self._write(article if article.revision == revision else replace(article, revision=revision), content)

    def drop(self, keys: Iterable[Key]) -> None:
        """Take articles out; those that are not there are no matter. Call it before `put`."""
        for key in keys:
            place = self._find(key)
            if place is not None:
                self._gone[key] = int(self._parts[place[0]].segment.table.revisions[place[1]])
                self._kill(*place)
                self.changes["removed"] += 1

    def renew(self) -> None:
        """Write again what was made by another embedder or another way of cutting; call it after `put`."""
        for number, part in enumerate(self._parts):
            table = part.segment.table
            locales = {reach[0] for reach in table.reaches.values}
            if all(self._recipe(locale) == part.segment.recipe for locale in locales):
                continue
            for row in np.flatnonzero(self._living[number]).tolist():
                if self._recipe(table.reaches[row][0]) != part.segment.recipe:
                    article = part.segment.articles[row]
                    self._kill(number, row)
                    self._write(article, table.contents[row].tobytes())

    def check_links(self, expired: Collection[Key] = ()) -> None:
        """Every link of what was put leads somewhere, and nothing leads to what was dropped; `LinksBroken`.

        Links to what has `expired` stay behind: readers see them as plain words.
        """
        broken: list[tuple[str, str]] = []
        for target in dict.fromkeys(article_id for article_id, _ in self._gone.keys() - set(expired)):
            if not self._holds(target):
                broken.extend((source, target) for source in self._linking(target))
        for article in self._put.values():
            if ARTICLE_LINK in article.text:
                broken.extend((article.id, target) for target in links(article.text) if not self._holds(target))
        if broken:
            raise LinksBroken(list(dict.fromkeys(broken)))

    def retiring(self) -> dict[Key, int]:
        """The last revision of every article that was in a release and is not in this one."""
        return {key: last for key, last in {**self.retired, **self._gone}.items() if key not in self._put}

    def plan(self, *, merge: bool = True) -> tuple[list[Kept], list[Written]]:
        """Which segments stay and which are to be written; `merge` False leaves all that are there alone."""
        groups: dict[str, list[Article]] = {}
        embedders: dict[str, Embedder | None] = {}
        for key in sorted(self._put):
            made_by = self._recipe(key[1])
            embedders[made_by] = self.embedders.of(key[1])
            groups.setdefault(made_by, []).append(self._put[key])
        fresh = {made_by: Cut(group, embedders[made_by], self._vectors(group, embedders[made_by]))
                 for made_by, group in groups.items()}  # fmt: skip
        kept = [Kept(part.segment, living) for part, living in zip(self._parts, self._living, strict=True)]
        stay: list[Kept] = []
        absorbed: dict[str, list[Kept]] = {}
        size = {made_by: len(cut.chunks) for made_by, cut in fresh.items()}
        for one in sorted(kept, key=lambda one: one.passages):
            made_by, passages = one.segment.recipe, one.passages
            little = passages <= GROWTH * size.get(made_by, 0) and passages + size.get(made_by, 0) <= MERGED_AT_MOST
            wasteful = 2 * passages < len(one.segment.pieces)
            if not one.living.any():
                continue
            if merge and (little or wasteful):
                absorbed.setdefault(made_by, []).append(one)
                size[made_by] = size.get(made_by, 0) + passages
            else:
                stay.append(one)
        written = [
            Written(absorbed=[(one.segment, one.rows) for one in absorbed.get(made_by, ())], fresh=fresh.get(made_by))
            for made_by in sorted(fresh.keys() | absorbed.keys())
        ]
        return stay, written

    @property
    def _parts(self) -> Sequence[Part]:
        return () if self.base is None else self.base.parts

    def _recipe(self, locale: str) -> str:
        return recipe(self.embedders.of(locale), self.indexes)

    def _find(self, key: Key) -> tuple[int, int] | None:
        for number in reversed(range(len(self._parts))):
            row = self._parts[number].segment.find(key)
            if row is not None and self._living[number][row]:
                return number, row
        return None

    def _holds(self, article_id: str) -> bool:
        if article_id in self._put_ids:
            return True
        return any(
            living[row]
            for part, living in zip(self._parts, self._living, strict=True)
            for row in part.segment.table.rows_of(article_id)
        )

    def _linking(self, target: str) -> Iterator[str]:
        for part, living in zip(self._parts, self._living, strict=True):
            for row in part.segment.table.linking(target).tolist():
                if living[row]:
                    yield part.segment.table.ids[row]

    def _kill(self, number: int, row: int) -> None:
        segment = self._parts[number].segment
        self._living[number][row] = False
        self._sum -= self._element(segment, row)

    @staticmethod
    def _element(segment: Segment, row: int) -> int:
        table = segment.table
        return element(table.key(row), int(table.revisions[row]), table.contents[row].tobytes(), segment.recipe)

    def _write(self, article: Article, content: bytes) -> None:
        key = key_of(article)
        self._put[key] = article
        self._put_ids.add(article.id)
        self._sum += element(key, article.revision, content, self._recipe(article.locale))

    def _vectors(self, articles: Iterable[Article], embedder: Embedder | None) -> dict[bytes, tuple[VectorIndex, int]]:
        """The vectors that this embedder made for earlier revisions of these articles, by what was embedded."""
        found: dict[bytes, tuple[VectorIndex, int]] = {}
        made_by = vectors_by(embedder)
        for article in articles:
            for part in self._parts:
                segment = part.segment
                row = segment.find(key_of(article))
                if row is not None and segment.vectors is not None and segment.vectors_by == made_by:
                    found |= {key: (segment.vectors, place) for key, place in segment.keys_of(row)}
        return found
