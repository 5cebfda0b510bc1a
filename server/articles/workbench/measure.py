"""Asking judged queries of a search, and the figures of what it found."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.types import Hit, Query, SearchResult
from server.articles.workbench.judged import Expected, Judged

CUT = 10
Search = Callable[[Query], SearchResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article among the answers, by its best passage; ranks count from 1."""

    article_id: str
    title: str
    locale: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What one judged query found.

    `rank` is that of the first right article within the first ten, None without one; `ndcg` is None for a query that
    has no right answer.
    """

    query_id: str
    text: str
    expected: tuple[Expected, ...]
    found: tuple[Found, ...]
    rank: int | None
    ndcg: float | None
    recall: tuple[float, float, float]
    """Share of the right articles within the first 1, 5 and 10."""
    confident: bool

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is stored and shown."""
        return {
            "query_id": self.query_id,
            "text": self.text,
            "expected": [
                {"article_id": one.article_id, "heading": one.heading, "grade": one.grade} for one in self.expected
            ],
            "found": [
                {
                    "article_id": one.article_id,
                    "title": one.title,
                    "locale": one.locale,
                    "score": round(one.score, 4),
                    "rank": one.rank,
                }
                for one in self.found
            ],
            "rank": self.rank,
            "ndcg": None if self.ndcg is None else round(self.ndcg, 4),
            "confident": self.confident,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All rows of a measurement, and what they say together."""

    rows: tuple[Answered, ...]

    @property
    def numbers(self) -> dict[str, float | int | None]:
        """Return the means.

        Over the queries that have a right answer: `ndcg@10` (Järvelin and Kekäläinen 2002, gain = grade), `recall@1`,
        `recall@5`, `recall@10`, `mrr@10`, each 0 to 1, None without such queries. Over all: `queries` and `confident`,
        the share with a confident answer. `abstained_right` is the share of queries without a right answer where the
        search said that it has none.
        """
        answerable = [row for row in self.rows if row.expected]
        others = [row for row in self.rows if not row.expected]
        return {
            f"ndcg@{CUT}": _mean(row.ndcg or 0.0 for row in answerable),
            "recall@1": _mean(row.recall[0] for row in answerable),
            "recall@5": _mean(row.recall[1] for row in answerable),
            "recall@10": _mean(row.recall[2] for row in answerable),
            f"mrr@{CUT}": _mean(1 / row.rank if row.rank else 0.0 for row in answerable),
            "queries": len(self.rows),
            "confident": _mean(float(row.confident) for row in self.rows),
            "abstained_right": _mean(float(not row.confident) for row in others),
        }


def measure(search: Search, queries: Sequence[Judged]) -> Figures:
    """Ask every query; takes a few milliseconds each in the calling thread."""
    return Figures(rows=tuple(answer(search, query) for query in queries))


def answer(search: Search, judged: Judged) -> Answered:
    """Ask one query and judge what comes back."""
    result = search(judged.query)
    hits: dict[str, list[Hit]] = {}
    for hit in result.hits:
        hits.setdefault(hit.passage.article_id, []).append(hit)
    best = list(hits)[:CUT]
    grades = {article_id: _grade(judged.expected, hits[article_id]) for article_id in best}
    wanted = _ideal(judged.expected)
    return Answered(
        query_id=judged.id,
        text=judged.text,
        expected=judged.expected,
        found=tuple(
            Found(
                article_id=article_id,
                title=hits[article_id][0].title,
                locale=hits[article_id][0].passage.locale,
                score=hits[article_id][0].score,
                rank=rank,
            )
            for rank, article_id in enumerate(best, start=1)
        ),
        rank=next((rank for rank, article_id in enumerate(best, start=1) if grades[article_id]), None),
        ndcg=_gained([grades[article_id] for article_id in best]) / _gained(wanted) if wanted else None,
        recall=_recall([grades[article_id] for article_id in best], len(wanted)),
        confident=result.confident,
    )


def _grade(expected: Iterable[Expected], hits: Sequence[Hit]) -> int:
    """The best grade that these passages of one article earn, 0 for none."""
    headings = {heading.casefold() for hit in hits for heading in hit.passage.heading}
    earned = [
        one.grade
        for one in expected
        if one.article_id == hits[0].passage.article_id and (not one.heading or one.heading.casefold() in headings)
    ]
    return max(earned, default=0)


def _ideal(expected: Iterable[Expected]) -> list[int]:
    """The best grades that could be found, one an article, best first."""
    best: dict[str, int] = {}
    for one in expected:
        best[one.article_id] = max(one.grade, best.get(one.article_id, 0))
    return sorted(best.values(), reverse=True)[:CUT]


def _gained(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def _recall(grades: Sequence[int], wanted: int) -> tuple[float, float, float]:
    if not wanted:
        return (0.0, 0.0, 0.0)
    one, five, ten = (sum(1 for grade in grades[:cut] if grade) / wanted for cut in (1, 5, CUT))
    return (one, five, ten)


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else None


def row_of(data: Mapping[str, Any]) -> Answered:
    """Return a row as it was before it was stored; recalls are not stored and are 0."""
    return Answered(
        query_id=data["query_id"],
        text=data["text"],
        expected=tuple(Expected(**one) for one in data["expected"]),
        found=tuple(Found(**one) for one in data["found"]),
        rank=data["rank"],
        ndcg=data["ndcg"],
        recall=(0.0, 0.0, 0.0),
        confident=data["confident"],
    )
