"""The help centre's pages: what stands on each, put into its template."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from knowledge.languages import language
from knowledge.library import Library
from knowledge.types import Article
from server.conversations.reading import Reading, reading
from server.help.centre import Account, Known
from server.help.colours import accent_style
from server.help.search import Found
from server.help.shelf import Shelf, View
from server.help.words import REASONS, counted, direction, words

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
TOPICS_SHOWN = 24
LISTED = 6
CONTENTS_FROM = 3
"""Headings from which on an article gets a table of contents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in a list; `lang` is set where it is not the page's language."""

    href: str
    text: str
    note: str = ""
    lang: str | None = None
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class Site:
    """What all pages of one reader share."""

    account: Account
    shelf: Shelf
    locale: str
    named: str | None
    """The account as it was asked for in the address; it is kept in every link."""
    regions: Sequence[str]
    version: str
    """Changes with the style sheet and script, so that browsers may keep those for ever."""
    base: str = ""
    """The site's address as the world sees it, empty when it is not set."""
    chat: bool = False
    """Whether the widget is built and so can be asked from here."""
    known: Known = field(default_factory=Known)

    @cached_property
    def view(self) -> View:
        """The shelf in the reader's language."""
        return self.shelf.view(self.locale)

    @cached_property
    def said(self) -> Mapping[str, str]:
        """The words of the page itself."""
        return words(self.locale)

    def href(self, *parts: str, **query: str) -> str:
        """Return the address of a page below /help."""
        asked = {**({"account": self.named} if self.named else {}), **query}
        path = "/".join(("/help", *(quote(part, safe="") for part in parts)))
        return f"{path}?{urlencode(asked)}" if asked else path

    def home(self, locale: str | None = None) -> str:
        """Return the address of the first page."""
        return self.href(locale or self.locale)

    def article(self, article_id: str, locale: str | None = None) -> str | None:
        """Return the address of an article in a language, None when it is not on the shelf."""
        if not self.shelf.translations(article_id):
            return None
        return self.href(locale or self.locale, self.shelf.slug(article_id))

    def topic(self, tag: str, locale: str | None = None) -> str:
        """Return the address of a topic."""
        return self.href(locale or self.locale, "topics", tag)

    def label(self, tag: str) -> str:
        """Return what a topic is called."""
        return self.known.labels.get(tag) or tag.replace("-", " ").replace("_", " ").strip().capitalize()

    def links(self, articles: Iterable[Article]) -> list[Link]:
        """Return links to articles with their summaries; another language than the page's is named."""
        return [
            Link(
                href=self.article(one.id) or self.home(),
                text=one.title,
                note=one.summary,
                lang=None if language(one.locale) == language(self.locale) else one.locale,
            )
            for one in articles
        ]

    def day(self, day: date | None) -> str:
        """Return a day as it is written in the reader's language."""
        from babel.dates import format_date

        return "" if day is None else format_date(day, format="long", locale=_known_locale(self.locale))


def render(site: Site, template: str, **context: Any) -> str:
    """Return a page as HTML; `path` in the context gives its address in another language."""
    path: Callable[[str], str] = context.pop("path", site.home)
    only: Iterable[str] | None = context.pop("translated", None)
    there = set(site.shelf.locales if only is None else only)
    page = {
        "site": site,
        "t": site.said,
        "locale": site.locale,
        "dir": direction(site.locale),
        "style": accent_style(
            str(site.account.brand.get("accent", "")), str(site.account.brand.get("accent_dark", ""))
        ),
        "languages": [
            Link(href=path(one), text=own_name(one), lang=one, current=one == site.locale) for one in site.shelf.locales
        ],
        "alternates": [(one, site.base + path(one)) for one in site.shelf.locales if one in there],
        "canonical": site.base + path(context.pop("canonical_locale", site.locale)),
        "regions": [(code, region_name(code, site.locale)) for code in site.regions],
        "here": path(site.locale),
        "noindex": False,
        "description": "",
        "query": "",
        "crumbs": (),
    }
    return _templates().get_template(template).render({**page, **context})


def home(site: Site) -> str:
    """Return the first page."""
    view = site.view
    helped = [
        view.articles[one]
        for one, score in sorted(site.known.helped.items(), key=lambda item: (-item[1], item[0]))
        if score > 0 and one in view.articles
    ]
    topics = list(view.topics.items())[:TOPICS_SHOWN]
    return render(
        site,
        "home.html",
        title=f"{site.account.name}: {site.said['help_centre']}",
        topics=[
            Link(href=site.topic(tag), text=site.label(tag), note=counted(site.said, "article", len(articles)))
            for tag, articles in topics
        ],
        helped=site.links(helped[:LISTED]),
        newest=site.links(view.newest[:LISTED]),
        everything=site.links(view.sorted(view.articles.values())) if not topics else [],
    )


def topic(site: Site, tag: str) -> str | None:
    """Return a topic's page, None when no article on the shelf has it."""
    articles = site.view.topics.get(tag)
    if not articles:
        return None
    label = site.label(tag)
    return render(
        site,
        "topic.html",
        title=label,
        heading=label,
        count=counted(site.said, "article", len(articles)),
        articles=site.links(articles),
        path=lambda locale: site.topic(tag, locale),
        translated=[one for one in site.shelf.locales if tag in site.shelf.view(one).topics],
    )


def article(site: Site, library: Library, article_id: str, *, said: str = "") -> str | None:
    """Return an article's page, None when it is not on the shelf in a language that the reader's chain has.

    `said` is what the reader just answered: `yes`, `no` (asks why) or `thanks`.
    """
    found = site.view.articles.get(article_id)
    if found is None:
        return None
    reach = site.shelf.reach
    scope = reach.scope(site.locale, site.shelf.fallback)
    made = reading(library, found, scope, release=reach.release, link=lambda other: _linked(site, other))
    sections = [heading for heading in made.headings if heading.level == 2]
    label = site.label(found.tags[0]) if found.tags else ""
    return render(
        site,
        "article.html",
        title=found.title,
        description=found.summary,
        article=found,
        reading=made,
        updated=site.day(found.updated),
        contents=sections if len(sections) >= CONTENTS_FROM else [],
        related=site.links(site.view.related(found)),
        crumbs=[Link(href=site.topic(found.tags[0]), text=label)] if found.tags else [],
        notice=site.said["other_language"].format(language=name_in(found.locale, site.locale)) if made.notice else "",
        original=site.article(found.id, site.shelf.offered(found.source_locale)) if made.outdated else None,
        content_dir=direction(found.locale),
        said=said,
        reasons=[(one, site.said["outdated_reason" if one == "outdated" else one]) for one in REASONS],
        action=site.href(site.locale, site.shelf.slug(found.id), "feedback"),
        noindex=bool(said),
        structured=_structured(site, found, made),
        path=lambda locale: site.article(found.id, locale) or site.home(locale),
        translated=[one for one in site.shelf.translations(found.id) if one in site.shelf.locales],
        canonical_locale=found.locale if found.locale in site.shelf.locales else site.locale,
    )


def search(site: Site, query: str, found: Found) -> str:
    """Return the page of a search."""
    return render(
        site,
        "search.html",
        title=site.said["results_for"].format(query=query) if query else site.said["search"],
        query=query,
        found=found,
        count=counted(site.said, "result", len(found.items)),
        path=lambda locale: site.href(locale, "search", **({"q": query} if query else {})),
        noindex=True,
    )


def problem(site: Site, heading: str, text: str) -> str:
    """Return a page that says what went wrong, with the search on it."""
    return render(site, "problem.html", title=heading, heading=heading, text=text, noindex=True)


def not_found(site: Site) -> str:
    """Return the page for what is not there."""
    return problem(site, site.said["not_found"], site.said["not_found_text"])


@cache
def own_name(locale: str) -> str:
    """Return a language's name in itself, as `Deutsch`."""
    return name_in(locale, locale)


@cache
def name_in(locale: str, reader: str) -> str:
    """Return a language's name for a reader, as `German` or `Deutsch`."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(locale.replace("-", "_")).get_display_name(_known_locale(reader)) or locale
    except (UnknownLocaleError, ValueError):
        return locale
    return name[:1].upper() + name[1:] if locale == reader else name


@cache
def region_name(code: str, reader: str) -> str:
    """Return a region's name for a reader; one that nobody knows is its code."""
    from babel import Locale

    return str(Locale.parse(_known_locale(reader)).territories.get(code.upper(), code))


@cache
def _known_locale(locale: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(locale.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en"


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _linked(site: Site, article_id: str) -> str | None:
    return site.article(article_id) if article_id in site.view.articles else None


def _structured(site: Site, found: Article, made: Reading) -> dict[str, Any]:
    """What search engines read, in the vocabulary of schema.org."""
    about = {
        "@context": "https://schema.org",
        "inLanguage": found.locale,
        **({"dateModified": found.updated.isoformat()} if found.updated else {}),
    }
    publisher = {"@type": "Organization", "name": site.account.name}
    if found.type == "faq":
        answer = {"@type": "Answer", "text": made.html}
        return {
            **about,
            "@type": "FAQPage",
            "mainEntity": [{"@type": "Question", "name": found.title, "acceptedAnswer": answer}],
        }
    return {
        **about,
        "@type": "Article",
        "headline": found.title[:110],
        "description": found.summary,
        "publisher": publisher,
    }
