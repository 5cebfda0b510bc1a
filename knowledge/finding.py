"""From a question to hits that explain themselves."""

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from knowledge.asking import ask
from knowledge.content import Key
from knowledge.embedding.choice import Embedders
from knowledge.embedding.remembering import Remembering
from knowledge.errors import EmbedderFailed
from knowledge.index.port import Rows
from knowledge.languages import language
from knowledge.query import LONGEST, Asked
from knowledge.ranking import Ranking, rank, weights_of
from knowledge.snapshot import Snapshot
from knowledge.snippet import excerpt, matched
from knowledge.types import ANY, Hit, Passage, Query, SearchResult, Why

# Two passages of one article may both help; more would crowd the other articles out.
PASSAGES_PER_ARTICLE = 2

WORDS_ONLY, LOCALE_FALLBACK, DEGRADED = "words_only", "locale_fallback", "degraded"


class Finder:
    """Searches releases in memory; may be used by several threads."""

    def __init__(self, embedders: Embedders, floor: float) -> None:
        """`floor` is the calibrated score, 0 to 1, below which a hit is not confident."""
        self._embedders = {one.fingerprint: Remembering(one) for one in embedders.all()}
        self._floor = floor

    def found(self, query: Query, snapshot: Snapshot) -> SearchResult:
        """The passages of a release that answer best."""
        began = time.perf_counter()
        asked = ask(query, snapshot, self._embedders)
        said = bool(query.text.strip())
        hits = self._hits(query, asked, snapshot) if said else ()
        degraded = said and not snapshot.embedders() <= asked.vectors.keys()
        return SearchResult(
            release=snapshot.info.id,
            hits=hits,
            confident=bool(hits) and hits[0].confident,
            took_ms=(time.perf_counter() - began) * 1000,
            terms=tuple(term.stem for term in asked.main),
            degraded=degraded,
            language=asked.language,
            notices=_notices(query, hits, snapshot, degraded=degraded) if said else (),
        )

    def heard(self, text: str, snapshot: Snapshot) -> None:
        """Make the vectors of a turn, as a later query will ask for them."""
        for fingerprint in snapshot.embedders() & self._embedders.keys() if text.strip() else ():
            with suppress(EmbedderFailed):
                self._embedders[fingerprint].embed([text[:LONGEST]])

    def ordered(self, query: Query, snapshot: Snapshot) -> dict[str, list[Passage]]:
        """The candidates of one search as `lexical`, `vector`, and `fused` order them."""
        ranking = rank(snapshot, ask(query, snapshot, self._embedders), query)
        sides = {"lexical": ranking.by_words, "vector": ranking.by_vector, "fused": ranking.rows}
        return {side: [snapshot.passage(row)[0] for row in rows.tolist()] for side, rows in sides.items()}

    def _hits(self, query: Query, asked: Asked, snapshot: Snapshot) -> tuple[Hit, ...]:
        ranking = rank(snapshot, asked, query)
        weights = {one: weights_of(snapshot, terms) for one, terms in asked.terms.items()}
        word_ranks, vector_ranks = _ranks(ranking.by_words), _ranks(ranking.by_vector)
        hits: list[Hit] = []
        taken: Counter[Key] = Counter()
        for place, row in enumerate(ranking.rows.tolist()):
            if len(hits) >= query.limit:
                break
            passage, title = snapshot.passage(row)
            key = (passage.article_id, passage.locale)
            if taken[key] >= PASSAGES_PER_ARTICLE:
                continue
            taken[key] += 1
            sought = weights.get(language(passage.locale), {})
            above = " ".join((title, *passage.heading))
            shown = excerpt(passage.text, passage.locale, sought, above=above)
            terms = shown.matched
            if taken[key] == 1 and terms and set(terms) <= set(matched(title, passage.locale, sought)):
                # The title alone says what was asked for, so the question is about the article and not about a
                # corner of it: its beginning is the answer.
                passage = snapshot.beginning(row)
                shown = excerpt(passage.text, passage.locale, sought)
            hits.append(
                Hit(
                    release=snapshot.info.id,
                    passage=passage,
                    title=title,
                    snippet=shown.text,
                    score=float(ranking.likely[place]),
                    confident=float(ranking.likely[place]) >= self._floor,
                    why=Why(
                        terms=terms,
                        lexical_rank=word_ranks.get(row),
                        vector_rank=vector_ranks.get(row),
                        cosine=float(ranking.cosines[place]),
                        coverage=float(ranking.coverage[place]),
                        fused=float(ranking.fused[place]),
                        exact=_exact(asked, ranking, place, snapshot),
                        corrected=asked.corrected,
                    ),
                    disclaimers=snapshot.disclaimers_at(row, query),
                    outdated=snapshot.outdated(row),
                )
            )
        return tuple(hits)


def _exact(asked: Asked, ranking: Ranking, place: int, snapshot: Snapshot) -> tuple[str, ...]:
    """The codes and names of the last turn that a candidate holds, as they were typed."""
    found = [typed for typed, holds in zip(asked.names.values(), ranking.named[place].tolist(), strict=True) if holds]
    if ranking.exact[place]:
        held = snapshot.lexical.held(list(asked.codes), ranking.rows[place : place + 1])[0]
        codes = [typed for typed, holds in zip(asked.codes.values(), held.tolist(), strict=True) if holds]
        found = [*codes, *(name for name in found if not any(code in name for code in codes))]
    return tuple(found)


def _notices(query: Query, hits: tuple[Hit, ...], snapshot: Snapshot, *, degraded: bool) -> tuple[str, ...]:
    """What the reader should know of how this was found."""
    if query.locale == ANY:
        return (DEGRADED,) if degraded else ()
    own = language(query.locale)
    found = {
        LOCALE_FALLBACK: bool(hits) and language(hits[0].passage.locale) != own,
        WORDS_ONLY: not snapshot.has_vectors(own),
        DEGRADED: degraded,
    }
    return tuple(notice for notice, holds in found.items() if holds)


def _ranks(rows: Rows) -> Mapping[int, int]:
    return {row: rank for rank, row in enumerate(rows.tolist(), start=1)}
