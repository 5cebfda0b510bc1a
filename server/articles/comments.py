"""What reviewers and editors say to each other about a revision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.content import Words
from server.articles.errors import CommentNotFound
from server.articles.people import Editor
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import ArticleComment

COMMENTS = rows_of(ArticleComment)
MOST = 1_000
"""Comments of one translation that are shown; the oldest fall away."""


class CommentIn(BaseModel):
    """Something to say about a revision; `quote` is the passage that it is about."""

    revision: int = Field(ge=1, lt=2**31)
    text: Annotated[Words, Field(min_length=1, max_length=4_000)]
    quote: Annotated[Words, Field(max_length=2_000)] | None = None
    reply_to: UUID | None = None


async def add(
    connection: AsyncConnection,
    *,
    id: UUID,
    article_id: str,
    locale: str,
    said: CommentIn,
    by: Editor,
    now: datetime,
) -> None:
    """Store a comment; raise `CommentNotFound` when it answers one that is not of this translation."""
    if said.reply_to is not None:
        await needed(connection, article_id, locale, said.reply_to)
    await connection.execute(
        insert(COMMENTS).values(
            id=id,
            article_id=article_id,
            locale=locale,
            revision=said.revision,
            reply_to=said.reply_to,
            quote=said.quote,
            text=said.text,
            author_id=by.id,
            author=by.name,
            at=now,
        )
    )


async def needed(connection: AsyncConnection, article_id: str, locale: str, comment_id: UUID) -> Row:
    """Return one comment of a translation; raise `CommentNotFound`."""
    query = select(COMMENTS).where(
        COMMENTS.c.id == comment_id, COMMENTS.c.article_id == article_id, COMMENTS.c.locale == locale
    )
    row = one_row(await connection.execute(query))
    if row is None:
        raise CommentNotFound
    return row


async def listed(connection: AsyncConnection, article_id: str, locale: str) -> Sequence[Row]:
    """Return the comments of a translation, oldest first."""
    query = (
        select(COMMENTS)
        .where(COMMENTS.c.article_id == article_id, COMMENTS.c.locale == locale)
        .order_by(COMMENTS.c.id.desc())
        .limit(MOST)
    )
    return all_rows(await connection.execute(query))[::-1]


async def resolve(connection: AsyncConnection, comment_id: UUID, *, by: Editor | None, now: datetime) -> None:
    """Say that a comment is done with, or (`by` None) that it is not."""
    await connection.execute(
        update(COMMENTS)
        .where(COMMENTS.c.id == comment_id)
        .values(resolved_at=now if by else None, resolved_by=by.name if by else None)
    )
