"""Reading articles as they were shown: the Markdown of one revision, for whom it may be shown."""

import asyncio
from dataclasses import replace

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
    scope = Scope(region=region, account=account, audience=audience)
    return await asyncio.to_thread(_found, library, article_id, locale, revision, scope)


def _found(library: Library, article_id: str, locale: str, revision: int | None, scope: Scope) -> ArticleOut:
    serving = library.serving()
    # What was cited stays readable: a revision that has been replaced is looked for in the kept releases.
    kept = [info.id for info in library.releases()] if revision is not None else []
    for release in dict.fromkeys((serving.id if serving else None, *kept)):
        for tried in dict.fromkeys((locale, locale.split("-", 1)[0], "en")):
            wanted = replace(scope, locale=tried)
            try:
                found = library.article(article_id, locale=tried, revision=revision, release=release, scope=wanted)
            except (ArticleMissing, ReleaseMissing):
                continue
            return ArticleOut(
                article_id=found.id,
                revision=found.revision,
                release=release or "",
                title=found.title,
                locale=found.locale,
                markdown=found.text,
                updated=found.updated.isoformat() if found.updated else None,
            )
    raise ArticleNotFound
