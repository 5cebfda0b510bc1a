"""Retrieval measured on a corpus, queries and judgements in the BEIR file formats (Thakur et al. 2021).

The files are read by `judged`; everything is asked through the very `Library` that serves.
"""

import math
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from knowledge.embedding.port import Embedder
from knowledge.evals.judged import Asked, read, read_queries
from knowledge.library import Library
from knowledge.types import Query, SearchResult

SIDES = ("fused", "lexical", "vector")
CUT = 10
RECALL_CUTS = (1, 5, 10)
HIT_CUT = 5

# Timing every query of a large set again would say the same; these many give a steady 95th percentile.
TIMED = 300


def evaluate(
    corpus: Path,
    queries: Path,
    qrels: Path,
    embedder: Embedder,
    *,
    locale: str = "en",
    history: bool = True,
    most_queries: int | None = None,
    no_answer: Path | None = None,
) -> dict[str, Any]:
    """Build a library of the corpus aside, ask every judged query, and give the figures.

    The result has `fused`, `lexical`, `vector`, each with `ndcg@10`, `recall@1`, `recall@5`, `recall@10`, `hit@5`,
    `mrr@10`, and `query_p50_ms`, `query_p95_ms`, `index_seconds`, `index_bytes`, `documents`, `passages`, `queries`,
    and in `ignored` how many rows were left out and why. With queries that nothing answers (`no_answer`), `abstain` has
    `auroc`, `accuracy`, `floor`, `answered_share`, `false_answers`. `history=False` asks the last turn alone. Raises
    `JudgedFileBroken`.
    """
    judged = read(corpus, queries, qrels, locale=locale, history=history)
    asked = judged.queries[:most_queries]
    strangers = [] if no_answer is None else read_queries(no_answer, locale=locale, history=history)
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), embedder, _never)
        began = perf_counter()
        info = library.build(judged.documents)
        library.serve(info.id)
        took = perf_counter() - began
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        return {
            **measure(library, asked),
            "documents": len(judged.documents),
            "passages": info.passages,
            "index_seconds": round(took, 2),
            "index_bytes": size,
            "ignored": dict(judged.ignored),
            **({} if no_answer is None else {"abstain": abstention(library, asked, strangers)}),
        }


def measure(library: Library, asked: Sequence[Asked]) -> dict[str, Any]:
    """The figures of `evaluate` for queries on the release that a library serves; documents are articles by id."""
    figures: dict[str, list[list[float]]] = {side: [] for side in SIDES}
    for one in asked:
        orders = library.orders(one.query)
        for side in SIDES:
            found = list(dict.fromkeys(passage.article_id for passage in orders[side]))
            figures[side].append(_figures(found, one.relevant))
    times = [library.search(one.query).took_ms for one in asked[:TIMED]]
    names = (f"ndcg@{CUT}", *(f"recall@{cut}" for cut in RECALL_CUTS), f"hit@{HIT_CUT}", f"mrr@{CUT}")
    means = {side: np.mean(rows, axis=0) if rows else np.zeros(len(names)) for side, rows in figures.items()}
    return {
        **{side: {name: round(float(mean[i]), 4) for i, name in enumerate(names)} for side, mean in means.items()},
        "query_p50_ms": round(float(np.percentile(times, 50)), 2) if times else None,
        "query_p95_ms": round(float(np.percentile(times, 95)), 2) if times else None,
        "queries": len(asked),
    }


def abstention(library: Library, asked: Sequence[Asked], strangers: Sequence[Query]) -> dict[str, Any]:
    """How well the best hit's score tells the queries that have an answer from those that have none.

    `auroc` is the chance that one of the former scores higher than one of the latter; at the floor that is served,
    `accuracy` is the mean of the shares of both that are decided rightly, `answered_share` that of the former with a
    confident hit, `right_share` that of these whose best hit is a right one, `false_answers` the share of the latter
    with a confident hit.
    """
    ours = [library.search(one.query) for one in asked]
    theirs = [library.search(query) for query in strangers]
    answered = [bool(result.confident) for result in ours]
    wrong = [bool(result.confident) for result in theirs]
    right = [
        result.hits[0].passage.article_id in one.relevant
        for one, result in zip(asked, ours, strict=True)
        if result.confident
    ]
    share = _mean(answered)
    false = _mean(wrong)
    return {
        "auroc": auroc([_best(result) for result in ours], [_best(result) for result in theirs]),
        "accuracy": None if share is None or false is None else round((share + 1 - false) / 2, 4),
        "floor": library.abstain_floor,
        "answered_share": share,
        "right_share": _mean(right),
        "false_answers": false,
        "no_answer_queries": len(theirs),
    }


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """The chance that one of the first is higher than one of the second, ties half; None when either is empty."""
    if not higher or not lower:
        return None
    ordered = np.sort(np.asarray(lower, dtype=np.float64))
    below = np.searchsorted(ordered, higher, side="left")
    up_to = np.searchsorted(ordered, higher, side="right")
    return round(float(np.mean((below + up_to) / 2)) / len(ordered), 4)


def _best(result: SearchResult) -> float:
    return result.hits[0].score if result.hits else 0.0


def _mean(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _figures(found: Sequence[str], relevant: Mapping[str, float]) -> list[float]:
    """NDCG (Jaervelin and Kekaelaeinen 2002, gain = judged score), recalls, hit rate, and reciprocal rank."""
    gains = [relevant.get(document, 0.0) for document in found[:CUT]]
    best = sorted(relevant.values(), reverse=True)[:CUT]
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, start=1))
    gained = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
    recalls = [sum(1 for gain in gains[:cut] if gain) / len(relevant) for cut in RECALL_CUTS]
    first = next((rank for rank, gain in enumerate(gains, start=1) if gain), None)
    return [gained / ideal, *recalls, float(any(gains[:HIT_CUT])), 1 / first if first else 0.0]


def _never() -> datetime:
    """The time of a release that nobody keeps."""
    return datetime(1970, 1, 1, tzinfo=UTC)
