"""Retrieval measured on a corpus, queries and judgements in the BEIR file formats (Thakur et al. 2021).

`corpus.jsonl` has `_id`, `title`, `text`; `queries.jsonl` has `_id`, `text` and may have `context`, the turns of the
conversation with the query last; `qrels.tsv` has `query-id`, `corpus-id`, `score` under one header line.
"""

import json
import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.port import Embedder
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from knowledge.types import ANY, Article, Query

SIDES = ("fused", "lexical", "vector")
CUT = 10
RECALL_CUT = 5

# Timing every query of a large set again would say the same; these many give a steady 95th percentile.
TIMED = 300

SPEAKER = re.compile(r"^[A-Z]{1,2}: ")
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&>=])")


class JudgedFileBroken(KnowledgeError):
    """A file to measure on cannot be read; says in which file, on which line, and why."""

    code = "judged_file_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One judged query; `relevant` holds the score of each relevant document."""

    query: Query
    relevant: Mapping[str, float]


def evaluate(
    corpus: Path,
    queries: Path,
    qrels: Path,
    embedder: Embedder,
    *,
    locale: str = "en",
    history: bool = True,
    most_queries: int | None = None,
) -> dict[str, Any]:
    """Build a library of the corpus aside, ask every judged query, and give the figures.

    The result has `fused`, `lexical`, `vector`, each with `ndcg@10`, `recall@5`, `hit@5`, `mrr@10`, and
    `query_p50_ms`, `query_p95_ms`, `documents`, `queries`. `history=False` asks the last turn alone. Raises
    JudgedFileBroken.
    """
    documents = [_document(row, locale) for row in _rows(corpus)]
    asked = list(_asked(queries, qrels, locale=locale, history=history))[:most_queries]
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), embedder, _never)
        library.serve(library.build(documents).id)
        return {**measure(library, asked), "documents": len(documents)}


def measure(library: Library, asked: Sequence[Asked]) -> dict[str, Any]:
    """The figures of `evaluate` for queries on the release that a library serves; documents are articles by id."""
    figures: dict[str, list[list[float]]] = {side: [] for side in SIDES}
    for one in asked:
        orders = library.orders(one.query)
        for side in SIDES:
            found = list(dict.fromkeys(passage.article_id for passage in orders[side]))
            figures[side].append(_figures(found, one.relevant))
    times = [library.search(one.query).took_ms for one in asked[:TIMED]]
    names = (f"ndcg@{CUT}", f"recall@{RECALL_CUT}", f"hit@{RECALL_CUT}", f"mrr@{CUT}")
    means = {side: np.mean(rows, axis=0) if rows else np.zeros(len(names)) for side, rows in figures.items()}
    return {
        **{side: {name: round(float(mean[i]), 4) for i, name in enumerate(names)} for side, mean in means.items()},
        "query_p50_ms": round(float(np.percentile(times, 50)), 2) if times else None,
        "query_p95_ms": round(float(np.percentile(times, 95)), 2) if times else None,
        "queries": len(asked),
    }


def _figures(found: Sequence[str], relevant: Mapping[str, float]) -> list[float]:
    """NDCG (Jaervelin and Kekaelaeinen 2002, gain = judged score), recall, hit rate, and reciprocal rank."""
    gains = [relevant.get(document, 0.0) for document in found[:CUT]]
    best = sorted(relevant.values(), reverse=True)[:CUT]
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, start=1))
    gained = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
    early = sum(1 for gain in gains[:RECALL_CUT] if gain)
    first = next((rank for rank, gain in enumerate(gains, start=1) if gain), None)
    return [gained / ideal, early / len(relevant), float(early > 0), 1 / first if first else 0.0]


def _asked(queries: Path, qrels: Path, *, locale: str, history: bool) -> Iterator[Asked]:
    judged: dict[str, dict[str, float]] = {}
    for query_id, document, score in _judgements(qrels):
        if score > 0:
            judged.setdefault(query_id, {})[document] = score
    for row in _rows(queries):
        if row["_id"] in judged:
            turns = [SPEAKER.sub("", turn) for turn in row.get("context") or ()]
            before = tuple(turns[:-1]) if history else ()
            query = Query(text=row["text"], history=before, locale=locale, region=ANY, account=ANY)
            yield Asked(query=query, relevant=judged[row["_id"]])


def _document(row: Mapping[str, Any], locale: str) -> Article:
    # The corpora hold plain text, so whatever looks like Markdown in them is meant as it stands.
    text = MARKUP.sub(r"\\\1", row["text"]) or "\\-"
    return Article(id=row["_id"], title=row.get("title") or "", text=text, locale=locale)


def _judgements(path: Path) -> Iterator[tuple[str, str, float]]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if number == 1 or not line.strip():
            continue
        try:
            query_id, document, score = line.split("\t")
            yield query_id, document, float(score)
        except ValueError as wrong:
            message = f"{path.name}:{number}: query-id, corpus-id and score are needed, parted by tabs."
            raise JudgedFileBroken(message) from wrong


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as wrong:
            raise JudgedFileBroken(f"{path.name}:{number}: not JSON ({wrong}).") from wrong
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("_id", "text")):
            raise JudgedFileBroken(f"{path.name}:{number}: _id and text are needed, as words.")
        yield row


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise JudgedFileBroken(f"{path.name} is not UTF-8 text.") from wrong


def _never() -> datetime:
    """The time of a release that nobody keeps."""
    return datetime(1970, 1, 1, tzinfo=UTC)
