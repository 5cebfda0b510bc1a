"""What all tables share: names of constraints, times in UTC, JSON columns."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy
from sqlalchemy import JSON, CursorResult, DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from typing_extensions import override

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A time with its zone, always UTC; SQLite forgets zones, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "A time without a zone cannot be stored."
            raise ValueError(message)
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Document = JSON().with_variant(JSONB(), "postgresql")
"""A JSON column: `jsonb` on PostgreSQL."""


class Table(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads this class attribute
        datetime: Moment,
        dict[str, Any]: Document,
        list[Any]: Document,
        list[str]: Document,
    }


def rows_of(model: type[Table]) -> sqlalchemy.Table:
    """Return the table behind a model, for statements that need no objects (the turn's hot path)."""
    return cast("sqlalchemy.Table", model.__table__)


Row = Mapping[str, Any]
"""A row by its columns' names."""


def one_row(result: CursorResult[Any]) -> Row | None:
    """Return the only row of a result, or None."""
    row = result.mappings().one_or_none()
    return None if row is None else dict(row)


def all_rows(result: CursorResult[Any]) -> list[Row]:
    """Return every row of a result."""
    return [dict(row) for row in result.mappings()]
