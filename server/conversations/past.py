"""Revisions that readers saw once, read from the database: files of old releases may be gone."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.types import PUBLIC, Scope
from knowledge.types import Article as Shown
from server.conversations.reading import spellings
from server.store.base import Row, all_rows, rows_of
from server.store.models import Article, ArticleRevision, KnowledgeRelease, ReleaseItem

ARTICLES = rows_of(Article)
REVISIONS = rows_of(ArticleRevision)
ITEMS = rows_of(ReleaseItem)
RELEASES = rows_of(KnowledgeRelease)


async def seen_before(
    connection: AsyncConnection, article_id: str, revision: int, scope: Scope
) -> tuple[Shown, str] | None:
    """Return a revision that was in a release, and the first such release; None when the scope does not allow it.

    A draft that was in no release is nobody's to read here.
    """
    query = (
        select(REVISIONS, ARTICLES.c.type, ARTICLES.c.slug, ARTICLES.c.source_locale, RELEASES.c.id.label("release"))
        .join(ARTICLES, ARTICLES.c.id == REVISIONS.c.article_id)
        .join(
            ITEMS,
            (ITEMS.c.article_id == REVISIONS.c.article_id)
            & (ITEMS.c.locale == REVISIONS.c.locale)
            & (ITEMS.c.revision == REVISIONS.c.number),
        )
        .join(RELEASES, RELEASES.c.number == ITEMS.c.from_number)
        .where(REVISIONS.c.article_id == article_id, REVISIONS.c.number == revision, RELEASES.c.served_at.is_not(None))
        .order_by(ITEMS.c.from_number.desc())
    )
    rows = {row["locale"]: row for row in all_rows(await connection.execute(query))}
    for locale in spellings(scope):
        row = rows.get(locale)
        if row is not None and replace(scope, locale=locale).allows(shown := _article(row)):
            return shown, row["release"]
    return None


def _article(row: Row) -> Shown:
    translated = row["locale"] != row["source_locale"]
    return Shown(
        id=row["article_id"],
        title=row["title"],
        text=row["text"],
        locale=row["locale"],
        regions=tuple(row["regions"]),
        accounts=tuple(row["accounts"]),
        audience=tuple(row["audience"]) or (PUBLIC,),
        type=row["type"],
        tags=tuple(row["tags"]),
        summary=row["summary"],
        updated=row["at"].date(),
        revision=row["number"],
        slug=row["slug"],
        source_locale=row["source_locale"] if translated else "",
        source_revision=(row["source_revision"] or 0) if translated else 0,
    )
