"""Articles as readers get them: in a language that they read, with what must be said beside them.

The desk, the widget and the help centre read through this door, so an article is the same thing in all three.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from knowledge.errors import ArticleMissing, TextTooLarge, TextTooTangled
from knowledge.languages import language
from knowledge.library import Library
from knowledge.rendering import Heading, Rendered, plain, render
from knowledge.types import Article, Scope

DISCLAIMER = "disclaimer"
IMAGE_ID = re.compile(r"[0-9a-f]{16,64}")
LOCALE_FALLBACK = "locale_fallback"

Address = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A disclaimer with its title and its text as HTML."""

    article_id: str
    revision: int
    title: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One article for one reader."""

    article: Article
    html: str
    headings: tuple[Heading, ...]
    disclaimers: tuple[Said, ...]
    outdated: bool
    """Whether it translates an older revision of its source than the release holds."""
    notice: str | None
    """`locale_fallback` when it is not in the language that was asked for."""


def reading(library: Library, article: Article, scope: Scope, *, release: str, link: Address, top: int = 2) -> Reading:
    """Return an article for whom `scope` describes, HTML and all; `link` gives addresses of articles by id."""
    page = html_of(article.text, link=link, top=top, title=article.title, locale=article.locale)
    return Reading(
        article=article,
        html=page.html,
        headings=page.headings,
        disclaimers=tuple(
            Said(
                article_id=one.id,
                revision=one.revision,
                title=one.title,
                html=html_of(one.text, link=link, top=top + 1, title=one.title, locale=one.locale).html,
            )
            for one in disclaimers_of(library, article, scope, release=release)
        ),
        outdated=outdated(library, article, release=release),
        notice=None if language(article.locale) == language(scope.locale) else LOCALE_FALLBACK,
    )


def html_of(text: str, *, link: Address, top: int = 2, title: str = "", locale: str = "en") -> Rendered:
    """Return a text as HTML; one that is too tangled to be rendered is shown as it was written."""
    try:
        return render(text, link=link, image=image_address, top=top, title=title, locale=locale)
    except (TextTooLarge, TextTooTangled):
        return plain(text)


def image_address(image_id: str) -> str | None:
    """Return where a picture of an article is served; None for what can be no id."""
    return f"/help/images/{image_id}" if IMAGE_ID.fullmatch(image_id) else None


def found(
    library: Library, article_id: str, scope: Scope, *, release: str | None = None, revision: int | None = None
) -> Article:
    """Return an article in the first locale of the scope's chain that has it; raise `ArticleMissing`."""
    for tried in spellings(scope):
        try:
            return library.article(
                article_id, locale=tried, revision=revision, release=release, scope=replace(scope, locale=tried)
            )
        except ArticleMissing:
            continue
    raise ArticleMissing(article_id, locale=scope.locale, release=release or "", revision=revision)


def spellings(scope: Scope) -> tuple[str, ...]:
    """Return the locales of a scope as articles may write them, best first: `de-at` is also `de-AT`."""
    written = ((one, *_with_region(one)) for one in (scope.locale, *scope.locales))
    return tuple(dict.fromkeys(form for forms in written for form in forms))


def _with_region(locale: str) -> tuple[str, ...]:
    first, dash, region = locale.partition("-")
    return (f"{first}-{region.upper()}",) if dash and len(region) <= 3 else ()


def disclaimers_of(library: Library, article: Article, scope: Scope, *, release: str) -> list[Article]:
    """Return what must be said beside an article to this reader, each in the best of their languages."""
    if article.type == DISCLAIMER:
        return []
    return [
        library.article(one.article_id, locale=one.locale, release=release)
        for one in library.disclaimers_for(article, scope, release=release)
    ]


def outdated(library: Library, article: Article, *, release: str) -> bool:
    """Whether a translation is older than its source in a release."""
    if not article.source_revision or not article.source_locale or article.source_locale == article.locale:
        return False
    try:
        return (
            library.article(article.id, locale=article.source_locale, release=release).revision
            > article.source_revision
        )
    except ArticleMissing:
        return False
