"""Reading articles as they were shown: one revision, as Markdown and as HTML, for whom it may be shown."""

import asyncio

from pydantic import BaseModel

from knowledge.errors import ArticleMissing, ReleaseMissing
from knowledge.library import Library
from knowledge.parsing.markdown import ARTICLE_LINK
from knowledge.types import Article, Scope
from server.conversations.reading import Address, found, reading
from server.kit.errors import NotFound

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
    article_id: str,
    *,
    revision: int | None,
    scope: Scope,
) -> ArticleOut:
    """Return an article that this scope allows, in the first of its locales; raise `ArticleNotFound`."""
    return await asyncio.to_thread(_out, library, article_id, revision, scope)


def _out(library: Library, article_id: str, revision: int | None, scope: Scope) -> ArticleOut:
    article, release = _found(library, article_id, revision, scope)
    made = reading(library, article, scope, release=release, link=_inside(library, scope, release), top=TOP)
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


def _found(library: Library, article_id: str, revision: int | None, scope: Scope) -> tuple[Article, str]:
    serving = library.serving()
    # What was cited stays readable: a revision that has been replaced is looked for in the kept releases.
    kept = [info.id for info in library.releases()] if revision is not None else []
    for release in dict.fromkeys((*([serving.id] if serving else []), *kept)):
        try:
            return found(library, article_id, scope, release=release, revision=revision), release
        except (ArticleMissing, ReleaseMissing):
            continue
    raise ArticleNotFound


def _inside(library: Library, scope: Scope, release: str) -> Address:
    def link(article_id: str) -> str | None:
        try:
            return f"{ARTICLE_LINK}{found(library, article_id, scope, release=release).id}"
        except ArticleMissing:
            return None

    return link
