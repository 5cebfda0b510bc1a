"""From rows to what is answered: articles, translations with what one may do, revisions with their HTML."""

import asyncio
import html
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles import comments, images, repository, workflow
from server.articles.content import FIELDS
from server.articles.people import Editor
from server.articles.shapes import (
    Article,
    ArticleLine,
    Comment,
    Person,
    Revision,
    RevisionLine,
    Translation,
    TranslationLine,
)
from server.store.base import Row
from server.store.session import Store


def owner_of(row: Row) -> Person | None:
    """Return who answers for an article."""
    return None if row["owner"] is None else Person(id=row["owner_id"], name=row["owner"])


def line_of(row: Row, *, today: date) -> ArticleLine:
    """Return a line of the list."""
    return ArticleLine(
        **{name: row[name] for name in ArticleLine.model_fields if name in row and name not in {"id", "owner"}},
        id=row["article_id"],
        owner=owner_of(row),
        overdue=row["review_by"] is not None and row["review_by"] < today,
        withheld=row["withheld_at"] is not None,
    )


async def article_out(connection: AsyncConnection, article_id: str) -> Article:
    """Return an article with its translations in short; raise `ArticleNotFound`."""
    row = await repository.needed_article(connection, article_id)
    rows = await repository.translations_of(connection, article_id)
    source = next((one for one in rows if one["locale"] == row["source_locale"]), None)
    return Article(
        **{name: row[name] for name in Article.model_fields if name in row and name != "owner"},
        owner=owner_of(row),
        old_slugs=await repository.old_slugs(connection, article_id),
        translations=[
            TranslationLine(
                **{name: one[name] for name in TranslationLine.model_fields if name in one},
                outdated=repository.is_outdated(one, row, source),
            )
            for one in rows
        ],
    )


async def translation_out(store: Store, article_id: str, locale: str, me: Editor) -> Translation:
    """Return a translation with its newest revision and what this person may do; raise what is not there."""
    async with store.reading() as db:
        row = await repository.needed_translation(db, article_id, locale)
        article = await repository.needed_article(db, article_id)
        source = await repository.translation(db, article_id, article["source_locale"])
        newest = await repository.needed_revision(db, article_id, locale, row["latest"])
        writers = await repository.writers(db, row)
        shown = await _rendering(db, newest)
    may, why_not = workflow.may(row, me, writers)
    is_source = locale == article["source_locale"]
    return Translation(
        **{name: row[name] for name in Translation.model_fields if name in row},
        outdated=repository.is_outdated(row, article, source),
        source_published=None if is_source or source is None else source["published"] or source["latest"],
        may=may,
        why_not=why_not,
        revision=_revision(newest, await asyncio.to_thread(shown)),
    )


async def revision_out(store: Store, article_id: str, locale: str, number: int) -> Revision:
    """Return one revision; raise what is not there."""
    async with store.reading() as db:
        row = await repository.needed_revision(db, article_id, locale, number)
        shown = await _rendering(db, row)
    return _revision(row, await asyncio.to_thread(shown))


def _revision(row: Row, shown: str) -> Revision:
    return Revision.model_construct(
        **{name: row[name] for name in (*FIELDS, "number", "parent", "restored_from", "source_revision", "note")},
        author=Person(id=row["author_id"], name=row["author"]),
        at=row["at"],
        digest=row["digest"],
        html=shown,
    )


async def history_out(connection: AsyncConnection, article_id: str, locale: str) -> list[RevisionLine]:
    """Return every revision of a translation in short, newest first; raise what is not there."""
    row = await repository.needed_translation(connection, article_id, locale)
    held: dict[int, list[str | None]] = {}
    for one in await repository.releases_of(connection, article_id, locale):
        spans = held.setdefault(one["revision"], [one["first"], one["last"]])
        spans[1] = one["last"]
    return [
        RevisionLine(
            number=one["number"],
            state=_state_of(one["number"], row, held),
            title=one["title"],
            author=Person(id=one["author_id"], name=one["author"]),
            at=one["at"],
            note=one["note"],
            restored_from=one["restored_from"],
            releases=held.get(one["number"], []),
        )
        for one in await repository.history(connection, article_id, locale)
    ]


def _state_of(number: int, row: Row, held: Mapping[int, Any]) -> Any:
    if number == row["published"]:
        return "published"
    if number == row["latest"]:
        return row["state"]
    return "superseded" if number in held else "draft"


async def comments_out(connection: AsyncConnection, article_id: str, locale: str) -> list[Comment]:
    """Return what was said about a translation; raise what is not there."""
    await repository.needed_translation(connection, article_id, locale)
    return [
        Comment(
            **{name: row[name] for name in Comment.model_fields if name != "author"},
            author=Person(id=row["author_id"], name=row["author"]),
        )
        for row in await comments.listed(connection, article_id, locale)
    ]


async def addresses(
    connection: AsyncConnection, locale: str, links: Collection[str], pictures: Collection[str]
) -> tuple[Callable[[str], str | None], Callable[[str], str | None]]:
    """Return what gives articles and images their addresses on a page, None for those that are not there."""
    slugs = await repository.slugs_of(connection, links)
    there = await images.known(connection, pictures)
    return (
        lambda name: f"/help/{locale}/{slugs[name]}" if name in slugs else None,
        lambda name: images.url(name) if name in there else None,
    )


async def _rendering(connection: AsyncConnection, row: Row) -> Callable[[], str]:
    """Return what makes a revision's HTML, away from the database and the loop."""
    text, locale, title = row["text"], row["locale"], row["title"]
    links, pictures = images.named_in(text)
    link, image = await addresses(connection, locale, links, pictures)

    def shown() -> str:
        from knowledge.errors import KnowledgeError
        from knowledge.rendering import render

        try:
            return render(text, link=link, image=image, title=title, locale=locale).html
        except KnowledgeError:
            # Nobody writes such a text; what there is of it must be readable all the same.
            return f"<pre>{html.escape(text)}</pre>"

    return shown
