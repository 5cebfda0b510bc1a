"""Where an article stands among others: which conversations met it, what it links to, and what links to it."""

import re

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles import checks, repository
from server.articles.pages import behind, cursor_of, opened
from server.articles.repository import REVISIONS, TRANSLATIONS
from server.articles.shapes import CitedBy, CitingConversation, LinkedArticle, LinkedImage, Links
from server.store.base import Row, all_rows, rows_of
from server.store.models import ArticleUse

USES = rows_of(ArticleUse)
KINDS = ("cited", "suggested", "used", "dismissed", "opened")


async def cited_by(
    connection: AsyncConnection, article_id: str, *, revision: int | None, limit: int, cursor: str | None
) -> CitedBy:
    """Return the conversations that met an article (or one revision of it), newest first."""
    await repository.needed_article(connection, article_id)
    mine = USES.c.article_id == article_id
    if revision is not None:
        mine &= USES.c.revision == revision
    query = select(USES).where(mine)
    if cursor is not None:
        query = query.where(behind((USES.c.id,), opened(cursor, (int,)), down=True))
    rows = all_rows(await connection.execute(query.order_by(USES.c.id.desc()).limit(limit + 1)))
    counted = await connection.execute(
        select(USES.c.kind, func.count().label("times")).where(mine).group_by(USES.c.kind)
    )
    counts = dict.fromkeys(KINDS, 0) | {row.kind: row.times for row in counted}
    return CitedBy(
        items=[
            CitingConversation(**{name: row[name] for name in CitingConversation.model_fields}) for row in rows[:limit]
        ],
        next_cursor=cursor_of((rows[limit - 1]["id"],)) if len(rows) > limit else None,
        counts=counts,
    )


async def texts_of(connection: AsyncConnection, article_id: str) -> list[Row]:
    """Return locale and text of each of an article's newest revisions; raise `ArticleNotFound`."""
    await repository.needed_article(connection, article_id)
    query = (
        select(TRANSLATIONS.c.locale, REVISIONS.c.text)
        .select_from(repository.newest_revisions())
        .where(TRANSLATIONS.c.article_id == article_id)
        .order_by(TRANSLATIONS.c.locale)
    )
    return all_rows(await connection.execute(query))


async def leading_to(connection: AsyncConnection, article_id: str) -> list[LinkedArticle]:
    """Return the translations whose newest text links to an article, retired ones marked as not ok."""
    columns = (TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale, TRANSLATIONS.c.title, TRANSLATIONS.c.state)
    query = (
        select(*columns, REVISIONS.c.text)
        .select_from(repository.newest_revisions())
        .where(REVISIONS.c.text.contains(f"article:{article_id}", autoescape=True))
        .order_by(TRANSLATIONS.c.article_id, TRANSLATIONS.c.locale)
    )
    # The id may be the beginning of a longer one; a dot or a dash behind it may also end a sentence.
    exact = re.compile(rf"\barticle:{re.escape(article_id)}(?![a-z0-9_]|[.-]+[a-z0-9_])")
    return [
        LinkedArticle(
            article_id=row["article_id"], title=row["title"], locale=row["locale"], ok=row["state"] != "retired"
        )
        for row in all_rows(await connection.execute(query))
        if row["article_id"] != article_id and exact.search(row["text"])
    ]


async def links(connection: AsyncConnection, article_id: str, named: dict[str, tuple[list[str], list[str]]]) -> Links:
    """Return the links of an article both ways; `named` says what the text in each locale links to."""
    to: list[LinkedArticle] = []
    pictures: dict[str, LinkedImage] = {}
    there = await repository.known_articles(connection, {name for ids, _ in named.values() for name in ids})
    for locale, (ids, shown) in named.items():
        checked, seen = await checks.links_of(connection, article_id, ids, shown)
        to += [
            LinkedArticle(
                article_id=link.target, title=there.get(link.target, {}).get("title"), locale=locale, ok=link.ok
            )
            for link in checked
        ]
        pictures |= {image.id: image for image in seen}
    return Links.model_validate(
        {"to": to, "from": await leading_to(connection, article_id), "images": list(pictures.values())}
    )
