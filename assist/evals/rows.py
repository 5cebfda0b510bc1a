"""Reads labelled rows from CSV, TSV, JSON lines or a JSON list."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any


class DataFileWrong(ValueError):
    """A data file that cannot be read as rows; the message names file and line."""


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file as mappings; raises DataFileWrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise DataFileWrong(f"{path.name} is not UTF-8 text.") from wrong
    if text.lstrip().startswith("["):
        return _checked(_json(text, f"{path.name}"), path.name)
    if text.lstrip().startswith("{"):
        return _checked(list(_lines(text, path.name)), path.name)
    first = text.split("\n", 1)[0]
    try:
        if "\t" in first:
            return list(csv.DictReader(StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
        return list(csv.DictReader(StringIO(text, newline="")))
    except csv.Error as wrong:
        raise DataFileWrong(f"{path.name} is not a table: {wrong}.") from wrong


def _lines(text: str, name: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _json(line, f"{name}:{number}")


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as wrong:
        raise DataFileWrong(f"{where} is not JSON: {wrong}.") from wrong


def _checked(rows: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataFileWrong(f"{name} does not hold rows of named values.")
    return rows
