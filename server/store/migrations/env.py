"""Alembic's entry: migrates the database that it is handed a connection to."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from server.store.base import Document, Moment, Table
from server.store.models import Conversation

# The import above makes every table known to the metadata.
KNOWN = Conversation.__tablename__


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types in SQLAlchemy's words, so that a migration stays true when ours change."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Document:
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    """Run the migrations on one connection, each in a transaction."""
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
