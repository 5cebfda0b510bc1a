"""Reading articles as they were shown: the Markdown of one revision, for whom it may be shown."""

import asyncio

from pydantic import BaseModel

from knowledge.errors import ArticleMissing, ReleaseMissing
from knowledge.library import Library
from knowledge.types import Scope
from server.kit.errors import NotFound


class ArticleNotFound(NotFound):
    """There is no such article, or the asker may not see it."""

    code = "article_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such article.")


class ArticleOut(BaseModel):
    """An article in one revision; `markdown` is its body."""

    article_id: str
    revision: int
    release: str
    title: str
    locale: str
    markdown: str
    updated: str | None


async def article_out(
    library: Library,
    article_id: str,
    *,
    locale: str,
    revision: int | None,
    account: str | None,
    region: str | None,
    audience: frozenset[str],
) -> ArticleOut:
    """Return an article that this scope allows, in English where the locale has none; raise `ArticleNotFound`."""
    for tried in dict.fromkeys((locale, locale.split("-", 1)[0], "en")):
        scope = Scope(locale=tried, region=region, account=account, audience=audience)
        try:
            found = await asyncio.to_thread(library.article, article_id, locale=tried, revision=revision, scope=scope)
        except (ArticleMissing, ReleaseMissing):
            continue
        serving = library.serving()
        return ArticleOut(
            article_id=found.id,
            revision=found.revision,
            release=serving.id if serving else "",
            title=found.title,
            locale=found.locale,
            markdown=found.text,
            updated=found.updated.isoformat() if found.updated else None,
        )
    raise ArticleNotFound
