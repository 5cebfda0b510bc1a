"""What machines read: an Atom feed (RFC 4287) of each language, and the map of all pages (sitemaps.org)."""

import re
from datetime import UTC, date, datetime, time
from xml.sax.saxutils import escape, quoteattr

from server.help.pages import Site

NEWEST = 50
NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0 (2.2)."""
MOST_ADDRESSES = 50_000
"""The most that a sitemap may hold."""


def feed(site: Site, base: str, built_at: datetime) -> str:
    """Return the newest articles of a language as Atom; `base` is the site's address, `built_at` the release's time."""
    articles = site.view.newest[:NEWEST]
    own = base + site.href(site.locale, "feed.xml")
    title = f"{site.account.name}: {site.said['help_centre']}"
    newest = next((_moment(one.updated) for one in articles if one.updated), built_at.isoformat())
    entries = "".join(
        f"<entry><id>{escape(base + site.href(site.locale, one.id))}</id><title>{escape(one.title)}</title>"
        f"<link href={quoteattr(base + (site.article(one.id) or ''))}/>"
        f"<updated>{_moment(one.updated) if one.updated else built_at.isoformat()}</updated>"
        f"<summary>{escape(one.summary)}</summary></entry>"
        for one in articles
    )
    return _xml(
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(site.locale)}><id>{escape(own)}</id>'
        f"<title>{escape(title)}</title><updated>{newest}</updated><author><name>{escape(site.account.name)}</name></author>"
        f'<link rel="self" href={quoteattr(own)}/><link href={quoteattr(base + site.home())}/>{entries}</feed>'
    )


def sitemap(site: Site, base: str) -> str:
    """Return every article in every language, each with its other languages."""
    shelf = site.shelf
    addresses: list[str] = []
    for article_id in shelf.ids:
        there = {locale: one for locale, one in shelf.translations(article_id).items() if locale in shelf.locales}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(locale)} href={quoteattr(where)}/>'
            for locale, where in ((one, _address(site, base, article_id, one)) for one in sorted(there))
        )
        for locale, one in sorted(there.items()):
            changed = f"<lastmod>{one.updated.isoformat()}</lastmod>" if one.updated else ""
            addresses.append(
                f"<url><loc>{escape(_address(site, base, article_id, locale))}</loc>{changed}{others}</url>"
            )
    homes = [f"<url><loc>{escape(base + site.home(locale))}</loc></url>" for locale in shelf.locales]
    return _xml(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
        f"{''.join((homes + addresses)[:MOST_ADDRESSES])}</urlset>"
    )


def _address(site: Site, base: str, article_id: str, locale: str) -> str:
    return base + (site.article(article_id, locale) or "")


def _moment(day: date) -> str:
    return datetime.combine(day, time(), tzinfo=UTC).isoformat()


def _xml(body: str) -> str:
    # What XML cannot hold at all, in a title, would make the whole unreadable.
    clean = NO_XML.sub("", body)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{clean}\n'
