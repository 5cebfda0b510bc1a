"""Which locales a reader can read, best first."""

from collections.abc import Iterable
from functools import lru_cache

ANY = "*"
"""As a query's locale, region or account: that filter is off (editors and agents may want that, customers never)."""


def plain(locale: str) -> str:
    """A locale as it is compared: small letters, parted by dashes (`de_AT` is `de-at`)."""
    return locale.casefold().replace("_", "-")


def language(locale: str) -> str:
    """The language of a locale, as `de` of `de-AT`."""
    return plain(locale).split("-")[0]


def chain(locale: str, fallback: Iterable[str] = ()) -> tuple[str, ...]:
    """The locales to try, best first and each once: the locale, its language, then the same of every fallback."""
    return _chain(locale, tuple(fallback))


@lru_cache(1024)
def _chain(locale: str, fallback: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step for one in (locale, *fallback) for step in (plain(one), language(one))))
