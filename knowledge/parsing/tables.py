"""CSV files and files of one JSON object a line to articles."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from knowledge.parsing.archive import Unreadable, is_zip
from knowledge.parsing.drafts import FILE_LIMIT, TITLE_LIMIT, Defaults, Problem, Read
from knowledge.parsing.plain import NotText, lines, opened, written_as
from knowledge.parsing.records import FIELDS, KNOWN, Found, article_of

DELIMITERS = ",;\t|"
LARGEST_FIELD = FILE_LIMIT
TITLE_WORDS = 12
BROKEN_LIMIT = 100
"""So many lines in a row that are no JSON are no accident."""


def read_csv(path: Path, name: str, defaults: Defaults) -> Iterator[Read]:
    """Articles of a table with a header; `Unreadable` when it has none that names a title and a text."""
    _refuse_zip(path)
    with path.open("rb") as raw:
        file, encoding = opened(raw, defaults.encoding)
        header, delimiter = _header(file, name)
        csv.field_size_limit(LARGEST_FIELD)
        rows = csv.reader(_counted(file), delimiter=delimiter, strict=True)
        number = 1
        while True:
            number += 1
            begins = rows.line_num + 2
            source = f"{name}, row {number}"
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as problem:
                large = "field larger" in str(problem)
                why = "a field has more than 4 MB" if large else f"the row is no CSV: {problem}"
                yield Problem(
                    source=source, line=begins, why=why, code="article_too_large" if large else "not_readable"
                )
                continue
            if any(cell.strip() for cell in row):
                yield _row(row, header, Found(source=source, line=begins), encoding, defaults)


def _row(row: Sequence[str], header: Sequence[str], found: Found, encoding: str, defaults: Defaults) -> Read:
    if len(row) > len(header):
        why = f"it has {len(row)} fields, and the header has {len(header)}"
        return Problem(source=found.source, line=found.line, why=why, code="not_readable")
    try:
        fields = {name: written_as(cell, encoding) for name, cell in zip(header, row, strict=False)}
    except NotText as problem:
        return Problem(source=found.source, line=found.line + problem.line - 1, why=problem.why, code="not_text")
    return article_of(fields, found, defaults)


def _header(file: TextIOWrapper, name: str) -> tuple[list[str], str]:
    """The names of the columns and what parts them: that of which the most columns come out with known names."""
    line = file.readline(64 * 1024)
    if "\x00" in line:
        message = "it is not a table in UTF-8; a file in UTF-16 must begin with a byte order mark"
        raise Unreadable(message, source=name)
    candidates = []
    for delimiter in DELIMITERS:
        names = next(csv.reader([line], delimiter=delimiter), [])
        columns = [column.strip().lstrip("\ufeff").lower().replace(" ", "_") for column in names]
        candidates.append((sum(column in KNOWN for column in columns), columns, delimiter))
    _, columns, delimiter = max(candidates, key=lambda one: one[0])
    ours = {KNOWN[column] for column in columns if column in KNOWN}
    if not {"title", "text"} <= ours:
        wanted = " and ".join(f"`{field}` (or {', '.join(FIELDS[field][1:4])})" for field in ("title", "text"))
        message = f"the first row must name the columns, and among them {wanted}"
        raise Unreadable(message, source=name)
    if len(set(columns) - {""}) < len([column for column in columns if column]):
        message = "two columns have the same name"
        raise Unreadable(message, source=name)
    return columns, delimiter


def _counted(file: TextIOWrapper) -> Iterator[str]:
    """The lines of a file, none longer than a field may be; what is longer comes in pieces and fails as a field."""
    while line := file.readline(LARGEST_FIELD + 2):
        yield line


def read_jsonl(path: Path, name: str, defaults: Defaults) -> Iterator[Read]:
    """Articles of lines of JSON: our own export, BEIR's corpus (`_id`, `title`, `text`) and the like."""
    _refuse_zip(path)
    broken = 0
    with path.open("rb") as raw:
        file, encoding = opened(raw, defaults.encoding)
        for number, line in lines(file):
            found = Found(source=f"{name}, line {number}", line=number)
            if line is None:
                why = "the line has more than 4 MB"
                yield Problem(source=found.source, line=number, why=why, code="article_too_large")
            elif line.strip().lstrip("\ufeff"):
                read = _line(line, encoding, found, defaults)
                broken = broken + 1 if isinstance(read, Problem) and read.code == "not_readable" else 0
                if (number == 1 and broken) or broken > BROKEN_LIMIT:
                    message = read.why if isinstance(read, Problem) else ""
                    raise Unreadable(message, source=name, line=number)
                yield read


def _line(line: str, encoding: str, found: Found, defaults: Defaults) -> Read:
    try:
        fields: Any = json.loads(written_as(line, encoding).lstrip("\ufeff"))
    except NotText as problem:
        return Problem(source=found.source, line=found.line, why=problem.why, code="not_text")
    except (ValueError, RecursionError):
        return Problem(source=found.source, line=found.line, why="the line is not JSON", code="not_readable")
    if not isinstance(fields, dict):
        return Problem(source=found.source, line=found.line, why="the line is no JSON object", code="not_readable")
    if "_id" in fields and not str(fields.get("title") or "").strip():
        # Many of BEIR's passages have no title; their first words are what they are known by.
        fields["title"] = " ".join(str(fields.get("text") or "").split()[:TITLE_WORDS])[:TITLE_LIMIT]
    return article_of(fields, found, defaults)


def _refuse_zip(path: Path) -> None:
    if is_zip(path):
        message = "it is a zip archive; of this format only the file itself is read"
        raise Unreadable(message)
