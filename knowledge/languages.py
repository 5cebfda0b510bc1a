"""Which locales a reader can read, and which language a question is in."""

import math
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from knowledge.index.words import is_code, is_stop_word, tokens

ANY = "*"
"""As a query's locale, region or account: that filter is off (editors and agents may want that, customers never)."""

# How likely a word of everyday speech is in its language, and any word that a language was never seen to have.
STOP_WORD_SHARE = 0.03
UNSEEN_SHARE = 0.0005

# From this probability on the text is believed against the reader's locale.
SURE = 0.9

LONGEST = 500

Share = Callable[[str, str], float]
"""Gives the share, 0 to 1, of a language's passages that hold a word as it is written."""


def plain(locale: str) -> str:
    """A locale as it is compared: small letters, parted by dashes (`de_AT` is `de-at`)."""
    return locale.casefold().replace("_", "-")


def language(locale: str) -> str:
    """The language of a locale, as `de` of `de-AT`."""
    return plain(locale).split("-")[0]


def chain(locale: str, fallback: Iterable[str] = ()) -> tuple[str, ...]:
    """The locales to try, best first and each once: the locale, its language, then the same of every fallback."""
    return _chain(locale, tuple(fallback))


def query_language(text: str, reader: str, languages: Collection[str], share: Share) -> str:
    """The language that a question is in, out of those a library has; the reader's own when the text does not tell.

    Naive Bayes over the words: everyday words by the lists of their languages, others by how many passages of each
    language hold them (`share`), so the names of things here are known. On headings of a manual in four languages it
    was right for .99 of those in another language than the reader's, on three words cut out of sentences for .96, and
    took no reader for a foreigner; a model of letters (py3langid) added .01 on three words and takes seconds to load.
    """
    own = language(reader)
    known = [word for word in tokens(text[:LONGEST]) if not is_code(word)]
    if len(languages) < 2 or not known:
        return own
    scores = {one: sum(math.log(_likely(word, one, share)) for word in known) for one in sorted(languages)}
    best = max(scores, key=lambda one: (scores[one], one == own))
    total = sum(math.exp(score - scores[best]) for score in scores.values())
    # One word that happens to be known ("il" of an Italian question) makes no French one.
    understood = sum(_likely(word, best, share) > UNSEEN_SHARE for word in known)
    return best if 1 / total >= SURE and 2 * understood >= len(known) else own


def _likely(word: str, one: str, share: Share) -> float:
    if is_stop_word(word, one):
        return STOP_WORD_SHARE
    return max(min(share(word, one), STOP_WORD_SHARE), UNSEEN_SHARE)


@lru_cache(1024)
def _chain(locale: str, fallback: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step for one in (locale, *fallback) for step in (plain(one), language(one))))
