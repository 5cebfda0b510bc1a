"""Judged queries from a file with one JSON object a line."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from server.articles.workbench.errors import NotJsonLines
from server.articles.workbench.shapes import JudgedQueryDraft
from server.kit.errors import HouseError

MOST_LINES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a file holds: queries with their line, and lines that are none."""

    queries: tuple[tuple[int, JudgedQueryDraft], ...]
    problems: tuple[tuple[int, str], ...]


def read(data: bytes) -> Read:
    """Return the judged queries of a file; raise `NotJsonLines` when it is no such file at all.

    A row is a judged query as the API takes it, or short: `{"q": ..., "article": id or ids, "locale": ...}`; an
    `article` of null or [] says that there is no answer.
    """
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise NotJsonLines(data.count(b"\n", 0, error.start) + 1, "it is not UTF-8 text.") from error
    if len(lines) > MOST_LINES:
        raise NotJsonLines(MOST_LINES, f"at most {MOST_LINES} lines are read.")
    queries: list[tuple[int, JudgedQueryDraft]] = []
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise NotJsonLines(number, "it is no JSON object.") from error
        try:
            queries.append((number, _draft(row)))
        except ValidationError as error:
            problems.append((number, "; ".join(_words(error))))
        except (HouseError, TypeError) as error:
            problems.append((number, str(error)))
    return Read(queries=tuple(queries), problems=tuple(problems))


def _draft(row: Any) -> JudgedQueryDraft:
    if not isinstance(row, Mapping):
        message = "it is no JSON object."
        raise TypeError(message)
    if "q" not in row:
        return JudgedQueryDraft.model_validate(dict(row))
    articles = row.get("article") or row.get("articles") or []
    named = [articles] if isinstance(articles, str) else list(articles)
    expected = [{"article_id": one} if isinstance(one, str) else one for one in named]
    rest = {name: value for name, value in row.items() if name not in {"q", "article", "articles"}}
    return JudgedQueryDraft.model_validate({**rest, "text": row["q"], "expected": expected})


def _words(error: ValidationError) -> Iterable[str]:
    for at in error.errors():
        yield f"{'.'.join(map(str, at['loc']))}: {at['msg']}"
