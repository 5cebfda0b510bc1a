"""One release in memory: never changed, so any number of searches may run on it at once."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from knowledge.content import Key, key_of
from knowledge.errors import ArticleMissing
from knowledge.index.calibration import WITH_VECTORS, WORDS_ONLY
from knowledge.index.fusion import Scores, fuse
from knowledge.index.lexical import LexicalIndex, Term, edit_distance
from knowledge.index.port import Mask, Rows
from knowledge.index.words import is_code, is_name_of_thing, words_of
from knowledge.packed import Recent
from knowledge.query import Asked
from knowledge.segment import Segment
from knowledge.snippet import matched, snippet
from knowledge.types import Article, Hit, Passage, ReleaseInfo, Scope, Why

# How many candidates each side names.
CANDIDATES = 50

# Two passages of one article may both help; more would crowd the other articles out.
PASSAGES_PER_ARTICLE = 2

# How many letters a word may change when its spelling is put right for the embedder.
SPELLED_AT_MOST = 2

# How many different scopes keep their filter ready; each takes a byte a passage.
SCOPES_KEPT = 64

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The candidates of a search: `rows` in their joint order, and the order that each side alone gives."""

    rows: Rows
    fused: Scores
    cosines: Scores | None
    by_words: Rows
    by_vector: Rows


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
        self._lexical = LexicalIndex(
            [
                (part.segment.postings, None if part.living.all() else part.living[part.segment.owners])
                for part in self.parts
            ]
        )
        self._allowed: Recent[Scope, Mask] = Recent(SCOPES_KEPT)

    def count(self) -> int:
        """How many passages the release holds."""
        return int(np.count_nonzero(self._alive))

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

    def corrected(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        """The words to look for with typing errors put right by the words of this release."""
        best: dict[str, Term] = {}
        for term in map(self._lexical.corrected, terms):
            if term.stem not in best or term.weight > best[term.stem].weight:
                best[term.stem] = term
        return tuple(best.values())

    def spelled(self, text: str, locale: str) -> str:
        """The text with typing errors put right, so that the embedder reads the word that was meant."""
        for word in words_of(text, locale):
            meant = self._lexical.corrected(Term(word.stem)).stem
            written = self._lexical.surface(meant)
            # "pakcage" is not to become "packaging", only because that is how this library mostly writes the stem.
            if meant != word.stem and edit_distance(word.surface, written, SPELLED_AT_MOST) <= SPELLED_AT_MOST:
                wrong = re.compile(rf"\b{re.escape(word.surface)}\b", re.IGNORECASE)
                text = wrong.sub(written, text)
        return text

    def rank(self, asked: Asked, scope: Scope) -> Ranking:
        """The candidates of both sides that the scope allows, in their joint order."""
        allowed = self._allowed.get(_bare(scope), self._mask)
        words = self._lexical.scores(asked.terms)
        words[~allowed] = 0.0
        by_words = _best(words, CANDIDATES)
        by_vector = np.empty(0, dtype=np.int64) if asked.vector is None else self._nearest(asked.vector, allowed)
        rows = np.union1d(by_words, by_vector)
        cosines = None if asked.vector is None else self._cosines(asked.vector, rows)
        fused = fuse(cosines, words[rows], self._exact(asked.terms, rows))
        order = np.lexsort((self._ties(rows), -fused))
        return Ranking(
            rows=rows[order],
            fused=fused[order],
            cosines=None if cosines is None else cosines[order],
            by_words=by_words,
            by_vector=by_vector,
        )

    def search(self, asked: Asked, scope: Scope, limit: int, floor: float) -> tuple[Hit, ...]:
        """The best passages that the scope allows, best first."""
        ranking = self.rank(asked, scope)
        weights = self._weights(asked.terms)
        word_ranks, vector_ranks = _ranks(ranking.by_words), _ranks(ranking.by_vector)
        hits: list[Hit] = []
        taken: Counter[Key] = Counter()
        score = 1.0
        for place, row in enumerate(ranking.rows.tolist()):
            if len(hits) >= limit:
                break
            passage, title = self.passage(row)
            key = (passage.article_id, passage.locale)
            if taken[key] >= PASSAGES_PER_ARTICLE:
                continue
            taken[key] += 1
            found = matched(" ".join((title, *passage.heading, passage.text)), passage.locale, weights)
            if taken[key] == 1 and found and set(found) <= set(matched(title, passage.locale, weights)):
                # The title alone says what was asked for, so the question is about the article and not about a
                # corner of it: its beginning is the answer.
                passage = self._beginning(row)
            cosine = 0.0 if ranking.cosines is None else float(ranking.cosines[place])
            coverage = self._coverage(weights, row)
            calibration = WORDS_ONLY if ranking.cosines is None else WITH_VECTORS
            # A hit is never said to be likelier than one that is shown above it.
            score = min(score, calibration.score(cosine=cosine, coverage=coverage))
            why = Why(
                terms=found,
                lexical_rank=word_ranks.get(row),
                vector_rank=vector_ranks.get(row),
                cosine=cosine,
                coverage=coverage,
                fused=float(ranking.fused[place]),
            )
            hits.append(
                Hit(
                    release=self.info.id,
                    passage=passage,
                    title=title,
                    snippet=snippet(passage.text, passage.locale, weights),
                    score=score,
                    confident=score >= floor,
                    why=why,
                )
            )
        return tuple(hits)

    def passage(self, row: int) -> tuple[Passage, str]:
        """A passage by its row, and the title of its article."""
        part = next(part for part in reversed(self.parts) if part.passages_from <= row)
        local = row - part.passages_from
        return part.segment.passages[local], part.segment.titles[local]

    def _beginning(self, row: int) -> Passage:
        """The first passage of the article that a row belongs to."""
        part = next(part for part in reversed(self.parts) if part.passages_from <= row)
        segment = part.segment
        return segment.passages[int(segment.firsts[int(segment.owners[row - part.passages_from])])]

    def _mask(self, scope: Scope) -> Mask:
        """Which passages a search in this scope may find."""
        masks = []
        for part in self.parts:
            findable = part.living & part.segment.allowed(scope)
            findable[part.segment.of_type(DISCLAIMER)] = False
            masks.append(findable[part.segment.owners])
        return _mask_of(masks)

    def _nearest(self, vector: Scores, allowed: Mask) -> Rows:
        found: list[Rows] = []
        for part in self.parts:
            segment = part.segment
            size = len(segment.pieces)
            mask = allowed[part.passages_from : part.passages_from + size]
            if size and segment.vectors is not None:
                found.append(segment.vectors.search(vector, CANDIDATES, mask) + part.passages_from)
        rows = np.concatenate([np.empty(0, dtype=np.int64), *found])
        nearest: Rows = rows[np.argsort(-self._cosines(vector, rows), kind="stable")[:CANDIDATES]]
        return nearest

    def _cosines(self, vector: Scores, rows: Rows) -> Scores:
        cosines = np.zeros(len(rows), dtype=np.float32)
        for part in self.parts:
            mine = (rows >= part.passages_from) & (rows < part.passages_from + len(part.segment.pieces))
            if part.segment.vectors is not None and mine.any():
                cosines[mine] = part.segment.vectors.vectors(rows[mine] - part.passages_from) @ vector
        return cosines

    def _ties(self, rows: Rows) -> NDArray[np.uint64]:
        """What decides between equals: the same in every release, however its passages are numbered."""
        ties = np.zeros(len(rows), dtype=np.uint64)
        for part in self.parts:
            mine = (rows >= part.passages_from) & (rows < part.passages_from + len(part.segment.pieces))
            keys = part.segment.pieces.keys[rows[mine] - part.passages_from, :8]
            ties[mine] = np.ascontiguousarray(keys).view(np.uint64).ravel()
        return ties

    def _exact(self, terms: Sequence[Term], rows: Rows) -> Mask | None:
        """Which rows hold a code of the last turn; None when it has no code that anybody wrote down."""
        codes = [
            term.stem
            for term in terms
            if term.weight >= 1 and is_name_of_thing(term.stem) and self._lexical.frequency(term.stem)
        ]
        if not codes:
            return None
        return np.array(
            [any(self._lexical.holds(code, row) for code in codes) for row in rows.tolist()], dtype=np.bool_
        )

    def _weights(self, terms: Sequence[Term]) -> dict[str, float]:
        """Each word's share of what the query asks, heaviest first; numbers that nobody wrote are names of things."""
        weights = {
            term.stem: term.weight * self._lexical.idf(term.stem)
            for term in terms
            if not (is_code(term.stem) and not self._lexical.frequency(term.stem))
        }
        return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))

    def _coverage(self, weights: Mapping[str, float], row: int) -> float:
        """The share of the query's weight that the words of one passage hold, 0 to 1."""
        held = sum(weight for stem, weight in weights.items() if self._lexical.holds(stem, row))
        return held / max(sum(weights.values()), 1e-9)


def _bare(scope: Scope) -> Scope:
    """The filter alone: a query with its text would never be asked twice."""
    return Scope(**{one.name: getattr(scope, one.name) for one in fields(Scope)})


def _best(scores: Scores, limit: int) -> Rows:
    found = np.flatnonzero(scores > 0)
    if len(found) > limit:
        found = found[np.argpartition(-scores[found], limit - 1)[:limit]]
    rows: Rows = found[np.lexsort((found, -scores[found]))].astype(np.int64)
    return rows


def _ranks(rows: Rows) -> dict[int, int]:
    return {int(row): rank for rank, row in enumerate(rows, start=1)}


def _mask_of(masks: Sequence[Mask]) -> Mask:
    return np.concatenate([np.empty(0, dtype=np.bool_), *masks])
