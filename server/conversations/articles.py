"""Reading articles as they were shown: one revision, as Markdown and as HTML, for whom it may be shown."""

import asyncio

from pydantic import BaseModel

from knowledge.errors import ArticleMissing, KnowledgeError, ReleaseBroken, ReleaseMissing
from knowledge.library import Library
from knowledge.parsing.markdown import ARTICLE_LINK
from knowledge.types import Article, Scope
from server.conversations.errors import KnowledgeUnavailable
from server.conversations.past import seen_before
from server.conversations.reading import Address, found, reading
from server.kit.errors import NotFound
from server.store.session import Store

TOP = 3
"""The outermost heading inside an article: the panel around it has the first two."""


class ArticleNotFound(NotFound):
    """There is no such article, or the asker may not see it."""

    code = "article_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such article.")


class DisclaimerOut(BaseModel):
    """What must be shown with an article where its reader is."""

    title: str
    html: str


class ArticleOut(BaseModel):
    """An article in one revision: its body as Markdown and as sanitised HTML, whose headings begin at `h3`.

    In `html` a link to another article is `article:<id>`; whoever shows it opens that article in the same place.
    """

    article_id: str
    revision: int
    release: str
    title: str
    locale: str
    markdown: str
    html: str
    disclaimers: list[DisclaimerOut]
    outdated: bool
    """Whether it is a translation of an older revision than its source has now."""
    notice: str | None
    """`locale_fallback` when there is none in the language that was asked for."""
    updated: str | None


async def article_out(
    library: Library,
    store: Store,
    article_id: str,
    *,
    revision: int | None,
    scope: Scope,
) -> ArticleOut:
    """Return an article that this scope allows, in the first of its locales.

    What was shown once stays readable: a revision that has been replaced is read from the database, where files of its
    release may be gone, and for releases from before there was one, from those that are kept. Raises `ArticleNotFound`,
    and `KnowledgeUnavailable` while the files of what is served cannot be read.
    """
    try:
        served = await asyncio.to_thread(_served, library, article_id, revision, scope)
    except KnowledgeError:
        raise KnowledgeUnavailable from None
    if served is None and revision is not None:
        async with store.reading() as connection:
            served = await seen_before(connection, article_id, revision, scope)
        served = served or await asyncio.to_thread(_kept, library, article_id, revision, scope)
    if served is None:
        raise ArticleNotFound
    return await asyncio.to_thread(_out, library, *served, scope)


def _out(library: Library, article: Article, release: str, scope: Scope) -> ArticleOut:
    # What is said beside an article, and where its links lead, is what holds now.
    serving = library.serving()
    now = serving.id if serving else release
    made = reading(library, article, scope, release=now, link=_inside(library, scope, now), top=TOP)
    return ArticleOut(
        article_id=article.id,
        revision=article.revision,
        release=release,
        title=article.title,
        locale=article.locale,
        markdown=article.text,
        html=made.html,
        disclaimers=[DisclaimerOut(title=one.title, html=one.html) for one in made.disclaimers],
        outdated=made.outdated,
        notice=made.notice,
        updated=article.updated.isoformat() if article.updated else None,
    )


def _served(library: Library, article_id: str, revision: int | None, scope: Scope) -> tuple[Article, str] | None:
    serving = library.serving()
    return None if serving is None else _in(library, serving.id, article_id, revision, scope)


def _kept(library: Library, article_id: str, revision: int, scope: Scope) -> tuple[Article, str] | None:
    for info in library.releases():
        if (read := _in(library, info.id, article_id, revision, scope)) is not None:
            return read
    return None


def _in(
    library: Library, release: str, article_id: str, revision: int | None, scope: Scope
) -> tuple[Article, str] | None:
    try:
        return found(library, article_id, scope, release=release, revision=revision), release
    except (ArticleMissing, ReleaseMissing, ReleaseBroken):
        return None


def _inside(library: Library, scope: Scope, release: str) -> Address:
    def link(article_id: str) -> str | None:
        try:
            return f"{ARTICLE_LINK}{found(library, article_id, scope, release=release).id}"
        except ArticleMissing:
            return None

    return link
