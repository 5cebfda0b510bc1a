"""What names look like here: ids and slugs, tags, locales, regions, audiences. Each function gives the one spelling
that is stored, or raises `NotAllowed`."""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from server.articles.errors import NotAllowed

TYPES = ("article", "faq", "playbook", "incident_note", "disclaimer")
ID_LENGTH = 120
SLUG_LENGTH = 160
RESERVED = frozenset({"facets", "render", "search", "topics", "images", "feedback", "new"})
"""Words that stand in addresses where an id or a slug would stand."""

_ID = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,118}[a-z0-9_-])?")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,158}[a-z0-9])?")
_TAG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_LOCALE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_TEAM = re.compile(r"team:[a-z0-9][a-z0-9_.-]{0,57}")
_NOT_NAME = re.compile(r"[^a-z0-9]+")


def article_id(value: str) -> str:
    """Return an article's id: small letters, digits, dots, dashes, underscores."""
    if not _ID.fullmatch(value) or value in RESERVED or ".." in value:
        raise NotAllowed("id", value, "An id is 1 to 120 small letters, digits, dots, dashes and underscores.")
    return value


def slug(value: str) -> str:
    """Return an article's name in addresses: small letters, digits and single dashes."""
    if not _SLUG.fullmatch(value) or value in RESERVED or "--" in value:
        raise NotAllowed("slug", value, "A slug is 1 to 160 small letters, digits and single dashes.")
    return value


def slug_of(title: str) -> str:
    """Return what a title gives as a slug: accents dropped, all else that is no letter or digit a dash.

    A title without a single Latin letter or digit gives `article`.
    """
    spelt = title.replace("ß", "ss").replace("æ", "ae").replace("ø", "o").replace("Æ", "Ae").replace("Ø", "O")
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    made = _NOT_NAME.sub("-", plain).strip("-")[:100].strip("-") or "article"
    return f"{made}-article" if made in RESERVED else made


def tag(value: str) -> str:
    """Return a tag's name: small letters, digits, dots, dashes, underscores, at most 64."""
    if not _TAG.fullmatch(value):
        raise NotAllowed("tag", value, "A tag is 1 to 64 small letters, digits, dots, dashes and underscores.")
    return value


@lru_cache(512)
def locale(value: str) -> str:
    """Return a locale as BCP 47 spells it (`de_at` is `de-AT`): language, script and region, each known to CLDR."""
    found = _LOCALE.fullmatch(value.strip().lower().replace("_", "-")) if len(value) <= 40 else None
    language, script, region = found.groups() if found else ("", None, None)
    languages, territories, scripts = _known()
    if (
        language not in languages
        or (region and region.upper() not in territories)
        or (script and script.title() not in scripts)
    ):
        raise NotAllowed("locale", value, "A locale is a language and perhaps a region, like en or de-AT.")
    return "-".join(part for part in (language, script and script.title(), region and region.upper()) if part)


@lru_cache(512)
def region(value: str) -> str:
    """Return a region as ISO 3166 spells it: two capitals, a country that there is."""
    wanted = value.strip().upper()
    if len(wanted) != 2 or not wanted.isascii() or not wanted.isalpha() or wanted not in _countries():
        raise NotAllowed("region", value, "A region is the two letters of a country, like DE.")
    return wanted


def audience(value: str) -> str:
    """Return an audience: `public`, `agents`, or `team:` and the team's name."""
    if value not in {"public", "agents"} and not _TEAM.fullmatch(value):
        raise NotAllowed("audience", value, "An audience is public, agents, or team: and a name.")
    return value


def account(value: str) -> str:
    """Return the id of a channel account."""
    if not _ACCOUNT.fullmatch(value):
        raise NotAllowed("account", value, "An account is 1 to 64 letters, digits, dots, dashes and underscores.")
    return value


def type_(value: str) -> str:
    """Return an article's type."""
    if value not in TYPES:
        raise NotAllowed("type", value, f"A type is one of {', '.join(TYPES)}.")
    return value


@lru_cache(1)
def _known() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    from babel import Locale

    english = Locale("en")
    return frozenset(english.languages), frozenset(english.territories), frozenset(english.scripts)


# In CLDR's list of territories and no country: unions, the world, pseudo-accents, "unknown".
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@lru_cache(1)
def _countries() -> frozenset[str]:
    return frozenset(code for code in _known()[1] if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


ArticleId = Annotated[str, Field(max_length=400)]
"""In a path: any text, since what is no id has no article."""
NewArticleId = Annotated[str, AfterValidator(article_id)]
Slug = Annotated[str, AfterValidator(slug)]
Tag = Annotated[str, AfterValidator(tag)]
Locale = Annotated[str, AfterValidator(locale)]
Region = Annotated[str, AfterValidator(region)]
Audience = Annotated[str, AfterValidator(audience)]
Account = Annotated[str, AfterValidator(account)]
Type = Annotated[str, AfterValidator(type_)]
