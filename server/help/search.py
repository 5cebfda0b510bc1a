"""Searching the help centre: whole questions through the library, beginnings of words through the titles."""

import re
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from knowledge.library import Library
from knowledge.types import Article, Query, SearchResult
from server.help.shelf import Shelf

SHOWN = 20
SUGGESTED = 6
PASSAGES = 24
PASSAGES_TYPING = 12
"""Passages asked for, several of one article among them; each costs an excerpt."""
LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article that was found; `snippet` is safe HTML with the words that matched marked."""

    article: Article
    snippet: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search gave, best first."""

    items: list[Item] = field(default_factory=list)
    confident: bool = False
    result: SearchResult | None = None
    """The library's own answer, None when nothing was asked."""


def searched(
    library: Library, shelf: Shelf, locale: str, text: str, *, exclude: frozenset[str], passages: int = PASSAGES
) -> Found:
    """Return the articles that answer a question, each once. Raises what `Library.search` raises."""
    if not text.strip():
        return Found()
    scope = shelf.reach.scope(locale, shelf.fallback)
    query = Query(
        text=text[:LONGEST],
        locale=scope.locale,
        region=scope.region,
        account=scope.account,
        fallback=scope.fallback,
        exclude=exclude,
        limit=passages,
    )
    result = library.search(query, release=shelf.reach.release)
    view = shelf.view(locale)
    items: dict[str, Item] = {}
    for hit in result.hits:
        article = view.articles.get(hit.passage.article_id)
        # The shelf has the last word on what may be seen.
        if article is not None and article.id not in items:
            items[article.id] = Item(article=article, snippet=marked(hit.snippet, hit.why.terms))
    return Found(items=list(items.values())[:SHOWN], confident=result.confident, result=result)


def suggested(library: Library, shelf: Shelf, locale: str, text: str, *, exclude: frozenset[str]) -> Found:
    """Return what to offer while somebody still types: titles that begin so, then what the library finds."""
    if not text.strip():
        return Found()
    titled = [one for one in shelf.view(locale).titled(text, SUGGESTED) if one.id not in exclude]
    items = [Item(article=one, snippet=escape(one.summary)) for one in titled]
    found = searched(library, shelf, locale, text, exclude=exclude, passages=PASSAGES_TYPING)
    have = {one.id for one in titled}
    items += [one for one in found.items if one.article.id not in have]
    return replace(found, items=items[:SUGGESTED])


def marked(snippet: str, terms: tuple[str, ...]) -> Markup:
    """Return a snippet as HTML with the words that matched in `mark`."""
    wanted = [re.escape(term) for term in sorted(terms, key=len, reverse=True) if term]
    if not wanted:
        return escape(snippet)
    parts = re.split(rf"(?<!\w)({'|'.join(wanted)})(?!\w)", snippet, flags=re.IGNORECASE)
    # Every second part is a word that matched.
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )
