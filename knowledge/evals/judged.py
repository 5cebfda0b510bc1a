"""Reads corpora, queries and judgements in the BEIR file formats, as they come.

`corpus.jsonl` has `_id`, `title`, `text`; `queries.jsonl` has `_id`, `text` and may have `context`, the turns of the
conversation with the query last; `qrels.tsv` has `query-id`, `corpus-id`, `score`, with or without a header line, or
the four columns of TREC (query, iteration, document, score). Line ends of any system and a byte order mark are read.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import KnowledgeError
from knowledge.types import ANY, Article, Query

SPEAKER = re.compile(r"^[A-Z]{1,2}: ")
TREC_COLUMNS = 4
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&>=])")


class JudgedFileBroken(KnowledgeError):
    """A file to measure on cannot be read; says in which file, on which line, and why."""

    code = "judged_file_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One judged query; `relevant` holds the score of each relevant document."""

    query: Query
    relevant: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was read; `ignored` counts rows that were left out: judgements of unknown queries or documents, queries
    without a relevant document, documents or queries whose id came before.
    """

    documents: tuple[Article, ...]
    queries: tuple[Asked, ...]
    ignored: Mapping[str, int]


def read(corpus: Path, queries: Path, qrels: Path, *, locale: str = "en", history: bool = True) -> Judged:
    """Read all three files; `JudgedFileBroken` in one line when that cannot be done."""
    documents = {row["_id"]: row for row in reversed(list(_rows(corpus)))}
    asked = {row["_id"]: row for row in reversed(list(_rows(queries)))}
    ignored = {
        "repeated_documents": sum(1 for _ in _rows(corpus)) - len(documents),
        "repeated_queries": sum(1 for _ in _rows(queries)) - len(asked),
        "unknown_queries": 0,
        "unknown_documents": 0,
    }
    relevant: dict[str, dict[str, float]] = {}
    for query_id, document, score in _judgements(qrels):
        ignored["unknown_queries"] += query_id not in asked
        ignored["unknown_documents"] += document not in documents
        if score > 0 and query_id in asked and document in documents:
            relevant.setdefault(query_id, {})[document] = score
    ignored["unjudged_queries"] = len(asked) - len(relevant)
    return Judged(
        documents=tuple(_document(row, locale) for row in reversed(documents.values())),
        queries=tuple(
            Asked(query=_query(row, queries.name, locale=locale, history=history), relevant=relevant[row["_id"]])
            for row in reversed(asked.values())
            if row["_id"] in relevant
        ),
        ignored=ignored,
    )


def read_queries(path: Path, *, locale: str = "en", history: bool = True) -> list[Query]:
    """Queries alone, as those that nothing answers."""
    return [_query(row, path.name, locale=locale, history=history) for row in _rows(path)]


def _query(row: Mapping[str, Any], name: str, *, locale: str, history: bool) -> Query:
    context = row.get("context") or ()
    if isinstance(context, str) or not all(isinstance(turn, str) for turn in context):
        raise JudgedFileBroken(f"{name}: the context of {row['_id']} is no list of turns.")
    turns = [SPEAKER.sub("", turn) for turn in context]
    before = tuple(turns[:-1]) if history else ()
    return Query(text=row["text"], history=before, locale=locale, region=ANY, account=ANY)


def _document(row: Mapping[str, Any], locale: str) -> Article:
    # The corpora hold plain text, so whatever looks like Markdown in them is meant as it stands.
    text = MARKUP.sub(r"\\\1", row["text"]) or "\\-"
    return Article(id=row["_id"], title=str(row.get("title") or ""), text=text, locale=locale)


def _judgements(path: Path) -> Iterator[tuple[str, str, float]]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        # TREC's four columns may be parted by blanks; an id with a blank in it needs tabs.
        parts = line.split() if "\t" not in line and len(line.split()) == TREC_COLUMNS else line.split("\t")
        columns = [part.strip() for part in parts]
        try:
            yield _judgement(columns)
        except ValueError as wrong:
            if number == 1 and not _is_number(columns[-1]):
                continue
            message = f"{path.name}:{number}: query-id, corpus-id and score are needed, parted by tabs."
            raise JudgedFileBroken(message) from wrong


def _judgement(columns: Sequence[str]) -> tuple[str, str, float]:
    query_id, *iteration, document, score = columns
    if len(iteration) > 1:
        raise ValueError(columns)
    return query_id, document, float(score)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\d+(?:\.\d+)?", text))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as wrong:
            raise JudgedFileBroken(f"{path.name}:{number}: not JSON ({wrong}).") from wrong
        if isinstance(row, dict) and isinstance(row.get("_id"), int):
            row["_id"] = str(row["_id"])
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("_id", "text")):
            raise JudgedFileBroken(f"{path.name}:{number}: _id and text are needed, as words.")
        yield row


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise JudgedFileBroken(f"{path.name} is not UTF-8 text.") from wrong
    except OSError as wrong:
        raise JudgedFileBroken(f"{path.name} cannot be read ({wrong.strerror}).") from wrong
