"""Cursors of paged lists: what a page ended with, so that the next one goes on behind it whatever came meanwhile."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import ColumnElement, and_, or_

from server.kit.errors import Invalid

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=1000)]
NO_CURSOR = "This cursor is not one of ours."


def cursor_of(values: Sequence[Any]) -> str:
    """Return the cursor of a page that ended with these values: texts, numbers and times."""
    plain = [["t", value.isoformat()] if isinstance(value, datetime) else ["v", value] for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def opened(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """Return the values of a cursor; raise `Invalid` unless they are of these kinds (`datetime`, `str`, `int`)."""
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        values = [datetime.fromisoformat(value) if kind == "t" else value for kind, value in read]
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise Invalid(NO_CURSOR) from error
    fits = len(values) == len(kinds) and all(type(value) is kind for value, kind in zip(values, kinds, strict=True))
    if not fits or any(isinstance(value, datetime) and value.tzinfo is None for value in values):
        raise Invalid(NO_CURSOR)
    return values


def behind(columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, down: bool) -> ColumnElement[bool]:
    """Return the condition for rows behind these values in the order of the columns, the first one downwards if wanted.

    The other columns go upwards; together the columns must be unique.
    """
    first, *others = columns
    steps = [first < values[0] if down else first > values[0]]
    equal = [first == values[0]]
    for column, value in zip(others, values[1:], strict=True):
        steps.append(and_(*equal, column > value))
        equal.append(column == value)
    return or_(*steps)
