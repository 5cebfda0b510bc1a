"""One release in memory: never changed, so any number of searches may run on it at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.content import Key, key_of
from knowledge.errors import ArticleMissing
from knowledge.index.compounds import Compounds
from knowledge.index.fusion import Scores
from knowledge.index.lexical import LexicalIndex
from knowledge.index.port import Mask, Rows
from knowledge.index.words import stem_of
from knowledge.languages import language, plain
from knowledge.names import PARTED
from knowledge.packed import Recent, concatenated
from knowledge.segment import Segment
from knowledge.types import Article, Disclaimer, Passage, ReleaseInfo, Scope

# How many different scopes keep their filter ready; each takes a byte a passage.
SCOPES_KEPT = 64

# For how many words of a language it is remembered how common they are.
SHARES_KEPT = 4096
LANGUAGES_KEPT = 16

# Articles of this type are never found by a search: they are shown with the articles that they belong to.
DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, where its passages and articles begin in the snapshot's numbering, and which articles live."""

    segment: Segment
    passages_from: int
    articles_from: int
    living: Mask

    @property
    def rows(self) -> list[int]:
        """The rows of the articles that live."""
        found: list[int] = np.flatnonzero(self.living).tolist()
        return found


class Snapshot:
    """The passages of a release numbered through; searches name rows of that numbering."""

    def __init__(self, info: ReleaseInfo, segments: Sequence[tuple[Segment, Sequence[int]]]) -> None:
        """Put segments together, each without the articles whose rows are named beside it.

        `IndexError` when a row is named that a segment does not have.
        """
        self.info = info
        self.parts: list[Part] = []
        passages = articles = 0
        for segment, without in segments:
            living = np.ones(len(segment.table), dtype=np.bool_)
            living[np.array(without, dtype=np.int64)] = False
            self.parts.append(Part(segment, passages, articles, living))
            passages += len(segment.pieces)
            articles += len(segment.table)
        self._alive = _mask_of([part.living[part.segment.owners] for part in self.parts])
        self.lexical = LexicalIndex(
            [
                (part.segment.postings, None if part.living.all() else part.living[part.segment.owners])
                for part in self.parts
            ]
        )
        self.compounds = Compounds(self.lexical)
        self.names = [part.segment.names for part in self.parts]
        """What articles are called, by segment; gathered here, so that no search waits for it."""
        locales = [[plain(reach[0]) for reach in part.segment.table.reaches.values] for part in self.parts]
        self.size = passages
        """How many rows there are, dead ones included."""
        self.single_language = len({language(one) for named in locales for one in named}) < 2
        """Whether all passages are in one language, so that nobody needs to part them."""
        self._locales = sorted({locale for part in locales for locale in part})
        # The place in `_locales` of each passage's locale.
        self._locale_of = concatenated(
            [
                np.array([self._locales.index(one) for one in named], dtype=np.int64)[
                    part.segment.table.reaches.places[part.segment.owners]
                ]
                for part, named in zip(self.parts, locales, strict=True)
                if len(part.segment.owners)
            ],
            np.int16,
        )
        self._findable: Recent[tuple[Scope, tuple[str, ...]], Mask] = Recent(SCOPES_KEPT)
        self._spoken: Recent[str, Mask] = Recent(LANGUAGES_KEPT)
        self._languages: Recent[Scope, frozenset[str]] = Recent(SCOPES_KEPT)
        self._attached: Recent[Scope, tuple[Article, ...]] = Recent(SCOPES_KEPT)
        self._held: Recent[tuple[str, str], float] = Recent(SHARES_KEPT)

    def count(self) -> int:
        """How many passages the release holds."""
        return int(np.count_nonzero(self._alive))

    def segments(self) -> frozenset[str]:
        """The ids of its segments."""
        return frozenset(part.segment.id for part in self.parts)

    def keys(self) -> dict[Key, int]:
        """Every article of the release with its revision."""
        return {
            part.segment.table.key(row): int(part.segment.table.revisions[row])
            for part in self.parts
            for row in part.rows
        }

    def articles(self, scope: Scope | None = None) -> tuple[Article, ...]:
        """Every article that the scope allows, by id and locale."""
        found = [
            part.segment.articles[row]
            for part in self.parts
            for row in np.flatnonzero(
                part.living if scope is None else part.living & part.segment.allowed(scope)
            ).tolist()
        ]
        return tuple(sorted(found, key=key_of))

    def of_type(self, kind: str, scope: Scope | None = None) -> tuple[Article, ...]:
        """Every article of a type that the scope allows, by id and locale; quick while there are few of them."""
        found = [
            part.segment.articles[row]
            for part in self.parts
            for row in part.segment.of_type(kind).tolist()
            if part.living[row] and (scope is None or part.segment.allowed(scope)[row])
        ]
        return tuple(sorted(found, key=key_of))

    def article(self, article_id: str, locale: str, revision: int | None, scope: Scope | None) -> Article:
        """One article; `ArticleMissing` also when the scope does not allow it, so that nobody learns that it exists."""
        place = self._find((article_id, locale))
        if place is not None:
            article = place[0].segment.articles[place[1]]
            if (revision is None or article.revision == revision) and (scope is None or scope.allows(article)):
                return article
        raise ArticleMissing(article_id, locale=locale, release=self.info.id, revision=revision)

    def revision(self, key: Key) -> int | None:
        """The revision that the release holds of a translation, None when it has none."""
        place = self._find(key)
        return None if place is None else int(place[0].segment.table.revisions[place[1]])

    def rows_of(self, article_id: str) -> list[tuple[Part, int]]:
        """Where the translations of an article stand."""
        return [
            (part, row) for part in self.parts for row in part.segment.table.rows_of(article_id) if part.living[row]
        ]

    def _find(self, key: Key) -> tuple[Part, int] | None:
        for part in reversed(self.parts):
            row = part.segment.find(key)
            if row is not None and part.living[row]:
                return part, row
        return None

    def passage(self, row: int) -> tuple[Passage, str]:
        """A passage by its row, and the title of its article."""
        part, local = self._part(row)
        return part.segment.passages[local], part.segment.titles[local]

    def written(self, row: int) -> str:
        """All that is written on a passage, with `PARTED` between: title and tags of its article, headings, text."""
        part, local = self._part(row)
        pieces, table = part.segment.pieces, part.segment.table
        owner = int(pieces.owners[local])
        return PARTED.join((table.titles[owner], *table.tags[owner], *pieces.headings[local], pieces.texts[local]))

    def beginning(self, row: int) -> Passage:
        """The first passage of the article that a row belongs to."""
        part, local = self._part(row)
        segment = part.segment
        return segment.passages[int(segment.firsts[int(segment.owners[local])])]

    def findable(self, scope: Scope, order: tuple[str, ...] = ()) -> Mask:
        """Which passages a search in this scope may find.

        With an `order` of locales only one translation of each article is among them: in the first of these locales
        that has it.
        """
        return self._findable.get((_bare(scope), order), self._mask)

    def languages(self, scope: Scope) -> frozenset[str]:
        """The languages of the passages that a search in this scope may find."""
        return self._languages.get(_bare(scope), self._languages_in)

    def share(self, word: str, one: str) -> float:
        """The share, 0 to 1, of a language's passages that hold a word; dead ones are counted as well."""
        return self._held.get((word, one), self._share)

    def in_language(self, one: str) -> Mask:
        """Which passages are in a language."""
        return self._spoken.get(one, self._in_language)

    def has_vectors(self, one: str) -> bool:
        """Whether passages in a language have vectors; true when there are none in it, for then nothing is missing."""
        here = self.in_language(one)
        return not here.any() or any(
            part.segment.vectors is not None
            and bool(here[part.passages_from : part.passages_from + len(part.segment.pieces)].any())
            for part in self.parts
        )

    def embedders(self) -> frozenset[str]:
        """The fingerprints of the embedders that made the vectors."""
        return frozenset(part.segment.embedder for part in self.parts if part.segment.embedder)

    def disclaimers(self, article: Article, scope: Scope) -> tuple[Disclaimer, ...]:
        """What must be shown beside an article to who asks, by id, each in the best of their languages."""
        return self._beside(article.tags, scope)

    def _beside(self, tags: Collection[str], scope: Scope) -> tuple[Disclaimer, ...]:
        best: dict[str, Article] = {}
        order = {locale: place for place, locale in enumerate(scope.locales)}
        for one in self._disclaimers(replace(_bare(scope), tags=frozenset())):
            fits = not one.tags or not set(one.tags).isdisjoint(tags)
            known = best.get(one.id)
            if fits and (known is None or order.get(plain(one.locale), 0) < order.get(plain(known.locale), 0)):
                best[one.id] = one
        return tuple(
            Disclaimer(article_id=one.id, revision=one.revision, locale=one.locale, text=one.text)
            for _, one in sorted(best.items())
        )

    def outdated(self, row: int) -> bool:
        """Whether a passage stands in a translation of an older revision of its source than the release holds."""
        part, local = self._part(row)
        table = part.segment.table
        owner = int(part.segment.owners[local])
        made_from = int(table.sources[owner])
        if not made_from:
            return False
        now = self.revision((table.ids[owner], table.reaches[owner][2]))
        return now is not None and now > made_from

    def disclaimers_at(self, row: int, scope: Scope) -> tuple[Disclaimer, ...]:
        """`disclaimers` of the article that a passage stands in, by its tags alone."""
        part, local = self._part(row)
        return self._beside(part.segment.table.tags[int(part.segment.owners[local])], scope)

    def locale_of(self, row: int) -> str:
        """The locale of a passage, as locales are compared."""
        return self._locales[int(self._locale_of[row])]

    def _part(self, row: int) -> tuple[Part, int]:
        part = next(part for part in reversed(self.parts) if part.passages_from <= row)
        return part, row - part.passages_from

    def _mask(self, wanted: tuple[Scope, tuple[str, ...]]) -> Mask:
        scope, order = wanted
        masks = []
        for part in self.parts:
            findable = part.living & part.segment.allowed(scope)
            findable[part.segment.of_type(DISCLAIMER)] = False
            masks.append(findable)
        held = [place for place, locale in enumerate(order) if locale in self._locales]
        if len(held) > 1:
            self._keep_best(masks, [order[place] for place in held])
        return _mask_of([mask[part.segment.owners] for mask, part in zip(masks, self.parts, strict=True)])

    def _keep_best(self, masks: Sequence[Mask], order: Sequence[str]) -> None:
        """Take every translation out of the masks but each article's best."""
        # From the last locale to the first, so that the best one is what stays.
        best: dict[str, tuple[int, int]] = {}
        for locale in reversed(order):
            for which, (part, mask) in enumerate(zip(self.parts, masks, strict=True)):
                table = part.segment.table
                here = np.array([plain(reach[0]) == locale for reach in table.reaches.values] or [False])
                for row in np.flatnonzero(mask & here[table.reaches.places]).tolist():
                    worse = best.get(table.ids[row])
                    if worse is not None:
                        masks[worse[0]][worse[1]] = False
                    best[table.ids[row]] = which, row

    def _in_language(self, one: str) -> Mask:
        places = [place for place, locale in enumerate(self._locales) if language(locale) == one]
        return np.isin(self._locale_of, places)

    def _languages_in(self, scope: Scope) -> frozenset[str]:
        found = np.unique(self._locale_of[self.findable(scope)]) if len(self._locale_of) else ()
        return frozenset(language(self._locales[int(place)]) for place in found)

    def _share(self, name: tuple[str, str]) -> float:
        word, one = name
        here = self.in_language(one)
        holding = int(np.count_nonzero(here[self.lexical.rows_of(stem_of(word, one))]))
        return holding / max(int(np.count_nonzero(here)), 1)

    def _disclaimers(self, scope: Scope) -> tuple[Article, ...]:
        return self._attached.get(scope, lambda one: self.of_type(DISCLAIMER, one))

    def nearest(self, vectors: Mapping[str, Scores], allowed: Mask, limit: int) -> Rows:
        """The nearest allowed passages, nearest first, for the vectors of a query by embedder."""
        found: list[Rows] = []
        for part in self.parts:
            segment = part.segment
            size = len(segment.pieces)
            mask = allowed[part.passages_from : part.passages_from + size]
            vector = vectors.get(segment.embedder)
            if size and segment.vectors is not None and vector is not None:
                found.append(segment.vectors.search(vector, limit, mask) + part.passages_from)
        if len(found) == 1:
            return found[0]
        rows = concatenated(found, np.int64)
        cosines, _ = self.cosines(vectors, rows)
        nearest: Rows = rows[np.argsort(-cosines, kind="stable")[:limit]]
        return nearest

    def cosines(self, vectors: Mapping[str, Scores], rows: Rows) -> tuple[Scores, Mask]:
        """The cosine of the query with each passage, and which of them have one; 0 for the others."""
        cosines = np.zeros(len(rows), dtype=np.float32)
        known = np.zeros(len(rows), dtype=np.bool_)
        for part in self.parts:
            vector = vectors.get(part.segment.embedder)
            mine = (rows >= part.passages_from) & (rows < part.passages_from + len(part.segment.pieces))
            if part.segment.vectors is not None and vector is not None and mine.any():
                cosines[mine] = part.segment.vectors.vectors(rows[mine] - part.passages_from) @ vector
                known |= mine
        return cosines, known

    def ties(self, rows: Rows) -> NDArray[np.uint64]:
        """What decides between equals: the same in every release, however its passages are numbered."""
        ties = np.zeros(len(rows), dtype=np.uint64)
        for part in self.parts:
            mine = (rows >= part.passages_from) & (rows < part.passages_from + len(part.segment.pieces))
            keys = part.segment.pieces.keys[rows[mine] - part.passages_from, :8]
            ties[mine] = np.ascontiguousarray(keys).view(np.uint64).ravel()
        return ties


def _bare(scope: Scope) -> Scope:
    """The filter alone: a query with its text would never be asked twice."""
    return Scope(**{one.name: getattr(scope, one.name) for one in fields(Scope)})


def _mask_of(masks: Sequence[Mask]) -> Mask:
    return np.concatenate([np.empty(0, dtype=np.bool_), *masks])
