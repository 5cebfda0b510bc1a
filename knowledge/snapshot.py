"""One release in memory: never changed, so any number of searches may run on it at once."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from knowledge.errors import ArticleMissing
from knowledge.index.calibration import WITH_VECTORS, WORDS_ONLY
from knowledge.index.fusion import Scores, fuse
from knowledge.index.lexical import LexicalIndex, Term, edit_distance
from knowledge.index.port import Mask, Rows
from knowledge.index.words import is_code, is_name_of_thing, words_of
from knowledge.query import Asked
from knowledge.segment import Key, Segment, key_of
from knowledge.snippet import matched, snippet
from knowledge.types import Article, Hit, Passage, ReleaseInfo, Scope, Why

# How many candidates each side names.
CANDIDATES = 50

# Two passages of one article may both help; more would crowd the other articles out.
PASSAGES_PER_ARTICLE = 2

# How many letters a word may change when its spelling is put right for the embedder.
SPELLED_AT_MOST = 2

# How many different scopes keep their filter ready: locales x regions x brands x audiences of a busy deployment.
SCOPES_KEPT = 256


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, where its passages and articles begin in the snapshot's numbering, and which articles live."""

    segment: Segment
    passages_from: int
    articles_from: int
    living: Mask


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

    def __init__(self, info: ReleaseInfo, segments: Sequence[tuple[Segment, frozenset[Key]]]) -> None:
        """Put segments together, each without the articles named beside it."""
        self.info = info
        self.parts: list[Part] = []
        passages = articles = 0
        for segment, dropped in segments:
            living = np.array([key_of(article) not in dropped for article in segment.articles], dtype=np.bool_)
            self.parts.append(Part(segment, passages, articles, living))
            passages += len(segment.passages)
            articles += len(segment.articles)
        self._alive = _mask_of([part.living[part.segment.owners] for part in self.parts])
        self._lexical = LexicalIndex(
            [
                (part.segment.postings, None if part.living.all() else part.living[part.segment.owners])
                for part in self.parts
            ]
        )
        self._articles = {
            key_of(article): article
            for part in self.parts
            for article, lives in zip(part.segment.articles, part.living, strict=True)
            if lives
        }
        self._allowed = lru_cache(SCOPES_KEPT)(self._mask)

    def count(self) -> int:
        """How many passages can be found."""
        return int(np.count_nonzero(self._alive))

    def articles(self, scope: Scope | None = None) -> tuple[Article, ...]:
        """Every article that the scope allows, by id and locale."""
        found = (self._articles[key] for key in sorted(self._articles))
        return tuple(article for article in found if scope is None or scope.allows(article))

    def article(self, article_id: str, locale: str, revision: int | None, scope: Scope | None) -> Article:
        """One article; `ArticleMissing` also when the scope does not allow it, so that nobody learns that it exists."""
        article = self._articles.get((article_id, locale))
        if (
            article is None
            or (revision is not None and article.revision != revision)
            or (scope is not None and not scope.allows(article))
        ):
            raise ArticleMissing(article_id, locale=locale, release=self.info.id, revision=revision)
        return article

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
        allowed = self._allowed(_bare(scope))
        words = self._lexical.scores(asked.terms)
        words[~allowed] = 0.0
        by_words = _best(words, CANDIDATES)
        by_vector = np.empty(0, dtype=np.int64) if asked.vector is None else self._nearest(asked.vector, allowed)
        rows = np.union1d(by_words, by_vector)
        cosines = None if asked.vector is None else self._cosines(asked.vector, rows)
        fused = fuse(cosines, words[rows], self._exact(asked.terms, rows))
        order = np.lexsort((rows, -fused))
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
        owners = part.segment.owners
        return part.segment.passages[int(np.flatnonzero(owners == owners[row - part.passages_from])[0])]

    def _mask(self, scope: Scope) -> Mask:
        masks = [
            part.living & np.array([scope.allows(article) for article in part.segment.articles], dtype=np.bool_)
            for part in self.parts
        ]
        return _mask_of([mask[part.segment.owners] for mask, part in zip(masks, self.parts, strict=True)])

    def _nearest(self, vector: Scores, allowed: Mask) -> Rows:
        found: list[Rows] = []
        for part in self.parts:
            size = len(part.segment.passages)
            mask = allowed[part.passages_from : part.passages_from + size]
            if size:
                found.append(part.segment.vectors.search(vector, CANDIDATES, mask) + part.passages_from)
        rows = np.concatenate([np.empty(0, dtype=np.int64), *found])
        nearest: Rows = rows[np.argsort(-self._cosines(vector, rows), kind="stable")[:CANDIDATES]]
        return nearest

    def _cosines(self, vector: Scores, rows: Rows) -> Scores:
        cosines = np.zeros(len(rows), dtype=np.float32)
        for part in self.parts:
            mine = (rows >= part.passages_from) & (rows < part.passages_from + len(part.segment.passages))
            if mine.any():
                cosines[mine] = part.segment.vectors.vectors(rows[mine] - part.passages_from) @ vector
        return cosines

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
