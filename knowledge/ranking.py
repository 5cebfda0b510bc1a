"""The candidates of a search in their order: two sides name them, and both have their say on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.index.calibration import WITH_VECTORS, WORDS_ONLY
from knowledge.index.fusion import Scores, fuse, telling
from knowledge.index.lexical import Term, in_front
from knowledge.index.port import Mask, Rows
from knowledge.index.words import is_code
from knowledge.languages import language
from knowledge.names import holding
from knowledge.query import Asked
from knowledge.snapshot import Snapshot
from knowledge.types import Scope

# How many candidates each side names.
CANDIDATES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The candidates of a search: `rows` in their joint order, with what is known of each.

    `by_words` and `by_vector` are the orders that each side alone gives; every other array goes with `rows`.
    """

    rows: Rows
    fused: Scores
    cosines: Scores
    """The cosine of query and passage; 0 where `compared` says that there is none."""
    compared: Mask
    coverage: Scores
    exact: Mask
    """Which hold a code of the last turn."""
    named: Mask
    """Which hold which name of the last turn, [rows, names]."""
    likely: Scores
    """The calibrated probability that each one answers."""
    by_words: Rows
    by_vector: Rows


def rank(snapshot: Snapshot, asked: Asked, scope: Scope) -> Ranking:
    """The candidates of both sides that the scope allows, best first."""
    allowed = snapshot.findable(scope, asked.order)
    words = _words(snapshot, asked)
    words *= allowed
    by_words = _best(words, CANDIDATES)
    by_vector = snapshot.nearest(asked.vectors, allowed, CANDIDATES)
    rows = np.union1d(by_words, by_vector)
    cosines, compared = snapshot.cosines(asked.vectors, rows)
    coverage = _coverage(snapshot, asked, rows)
    exact: Mask = np.any(snapshot.lexical.held(list(asked.codes), rows), axis=1)
    named = _named(snapshot, asked, rows)
    names = telling(named)
    fused = np.zeros(len(rows), dtype=np.float32)
    likely = np.zeros(len(rows), dtype=np.float32)
    ties = snapshot.ties(rows)
    groups = []
    for group in (np.flatnonzero(~compared), np.flatnonzero(compared)):
        if not len(group):
            continue
        by_meaning = bool(compared[group[0]])
        fused[group] = fuse(
            cosines[group] if by_meaning else None,
            words[rows[group]],
            exact[group],
            named=names[group],
            coverage=coverage[group],
            words=len(asked.main),
        )
        order = group[np.lexsort((ties[group], -fused[group]))]
        calibration = WITH_VECTORS if by_meaning else WORDS_ONLY
        # Nothing is said to be likelier than what is shown above it.
        likely[order] = np.minimum.accumulate(calibration.scores(cosines[order], coverage[order]))
        groups.append(order)
    order = np.concatenate([np.empty(0, dtype=np.int64), *groups])
    if len(groups) > 1:
        # Their scores have nothing in common, but how likely each answers can be compared.
        order = order[np.argsort(-likely[order], kind="stable")]
    return Ranking(
        rows=rows[order],
        fused=fused[order],
        cosines=cosines[order],
        compared=compared[order],
        coverage=coverage[order],
        exact=exact[order],
        named=named[order],
        likely=likely[order],
        by_words=by_words,
        by_vector=by_vector,
    )


def weights_of(snapshot: Snapshot, terms: Sequence[Term]) -> dict[str, float]:
    """Each word's share of what the query asks, heaviest first; numbers that nobody wrote are names of things."""
    lexical = snapshot.lexical
    weights = {
        term.stem: term.weight * lexical.idf(term.stem)
        for term in terms
        if not (is_code(term.stem) and not lexical.frequency(term.stem))
    }
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))


def _named(snapshot: Snapshot, asked: Asked, rows: Rows) -> Mask:
    """Which of these passages hold which of the query's names, [rows, names]; they are read only when it has any."""
    if not asked.names:
        return np.zeros((len(rows), 0), dtype=np.bool_)
    return holding(asked.names, (snapshot.written(row) for row in rows.tolist()))


def _words(snapshot: Snapshot, asked: Asked) -> Scores:
    """The BM25 score of every passage for the words in its own language."""
    if snapshot.single_language:
        return snapshot.lexical.scores(asked.main)
    scores = np.zeros(snapshot.size, dtype=np.float32)
    for one, terms in asked.terms.items():
        here = snapshot.in_language(one)
        scores += snapshot.lexical.scores(terms) * here
    return scores


def _coverage(snapshot: Snapshot, asked: Asked, rows: Rows) -> Scores:
    """The share of the query's weight that the words of each passage hold, 0 to 1."""
    if snapshot.single_language:
        return _covered(snapshot, asked.main, weights_of(snapshot, asked.main), rows)
    spoken = [language(snapshot.locale_of(row)) for row in rows.tolist()]
    coverage = np.zeros(len(rows), dtype=np.float32)
    for one in set(spoken):
        mine = np.array([place for place, other in enumerate(spoken) if other == one], dtype=np.int64)
        terms = asked.terms.get(one, asked.main)
        coverage[mine] = _covered(snapshot, terms, weights_of(snapshot, terms), rows[mine])
    return coverage


def _covered(snapshot: Snapshot, terms: Sequence[Term], weights: Mapping[str, float], rows: Rows) -> Scores:
    counted = [term for term in terms if term.stem in weights]
    held = snapshot.lexical.held([term.stem for term in counted], rows).astype(np.float32)
    for place, term in enumerate(counted):
        if term.also:
            # Half of a compound says half of it.
            parts = snapshot.lexical.held([stem for stem, _ in term.also], rows)
            shares = np.array([share for _, share in term.also], dtype=np.float32)
            held[:, place] = np.maximum(held[:, place], np.minimum(parts @ shares, 1.0))
    values = np.array([weights[term.stem] for term in counted], dtype=np.float32)
    covered: Scores = held @ values / max(float(values.sum()), 1e-9)
    return covered


def _best(scores: Scores, limit: int) -> Rows:
    """The rows with the highest scores above zero, best first; equal ones by row."""
    front = in_front(scores, limit)
    found = np.flatnonzero(scores > 0) if front is None else front
    if len(found) > limit:
        held = scores[found]
        # Every row that is as good as the last one stays until rows decide between equals.
        found = found[held >= np.partition(held, -limit)[-limit]]
    rows: Rows = found[np.lexsort((found, -scores[found]))][:limit].astype(np.int64)
    return rows
