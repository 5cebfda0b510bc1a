"""What one release holds for one kind of public reader: an account and a region. Nothing else is ever shown.

Every page, list, count, feed and suggestion is made from a shelf, so what is not on it shows nowhere.
"""

import bisect
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from knowledge.languages import ANY, chain, language, plain
from knowledge.types import Article, Scope
from server.conversations.reading import DISCLAIMER

WORD = re.compile(r"\w+")
RELATED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """For whom a shelf is: one account and one region (None: not known) of one release."""

    release: str
    account: str
    region: str | None

    def scope(self, locale: str, fallback: tuple[str, ...] = ()) -> Scope:
        """Return the scope of a reader of this shelf who reads `locale`."""
        return Scope(locale=locale, region=self.region, account=self.account, fallback=fallback)


class Shelf:
    """The public articles of a release for one reach, by id and locale."""

    def __init__(
        self, articles: Iterable[Article], reach: Reach, *, locales: Sequence[str], fallback: Sequence[str]
    ) -> None:
        """Take what the reach allows; offer `locales` (empty: all there are), and fill gaps from `fallback`."""
        self.reach = reach
        self.fallback = tuple(fallback)
        self._translations: dict[str, dict[str, Article]] = defaultdict(dict)
        everywhere = reach.scope(ANY)
        for article in articles:
            if article.type != DISCLAIMER and everywhere.allows(article):
                self._translations[article.id][article.locale] = article
        # An id leads to its article as well, unless another article has it for its name.
        self.slugs = {article_id: article_id for article_id in self._translations} | {
            slug: article_id for article_id in self._translations for slug in self._names(article_id)[1:]
        }
        there = Counter(locale for found in self._translations.values() for locale in found)
        self.locales: tuple[str, ...] = tuple(locales) or tuple(
            sorted(there, key=lambda locale: (-there[locale], locale))
        )
        self._views: dict[str, View] = {}

    @property
    def ids(self) -> Iterable[str]:
        """The ids of all articles."""
        return self._translations.keys()

    def __len__(self) -> int:
        """How many articles there are in any language."""
        return len(self._translations)

    def translations(self, article_id: str) -> dict[str, Article]:
        """Return an article's translations by locale; empty when it is not on this shelf."""
        return self._translations.get(article_id, {})

    def offered(self, locale: str) -> str | None:
        """Return an offered locale as it is written here, or the offered one of the same language, or None."""
        wanted = plain(locale)
        exact = next((one for one in self.locales if plain(one) == wanted), None)
        return exact or next((one for one in self.locales if language(one) == language(locale)), None)

    def view(self, locale: str) -> "View":
        """Return the shelf as a reader of `locale` sees it."""
        if locale not in self._views:
            self._views[locale] = View(self, locale)
        return self._views[locale]

    def slug(self, article_id: str) -> str:
        """Return an article's name in addresses."""
        return self._names(article_id)[-1]

    def _names(self, article_id: str) -> tuple[str, ...]:
        slugs = {article.slug for article in self._translations[article_id].values() if article.slug}
        return (article_id, *sorted(slugs))


class View:
    """A shelf in one language: each article once, in the first of the reader's languages that has it."""

    def __init__(self, shelf: Shelf, locale: str) -> None:
        """Choose the translations."""
        self.shelf = shelf
        self.locale = locale
        self.articles: dict[str, Article] = {}
        steps = chain(locale, shelf.fallback)
        for article_id in shelf.ids:
            by_locale = {plain(article.locale): article for article in shelf.translations(article_id).values()}
            found = next((by_locale[step] for step in steps if step in by_locale), None)
            if found is not None:
                self.articles[article_id] = found

    @cached_property
    def topics(self) -> dict[str, list[Article]]:
        """Articles by tag, own language first, then by title."""
        found: dict[str, list[Article]] = defaultdict(list)
        for article in self.sorted(self.articles.values()):
            for tag in dict.fromkeys(article.tags):
                found[tag].append(article)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))

    def sorted(self, articles: Iterable[Article]) -> list[Article]:
        """Return articles with those in the reader's language first, then by title."""
        return sorted(articles, key=lambda one: (not self.native(one), one.title.casefold()))

    def native(self, article: Article) -> bool:
        """Whether an article is in the reader's language."""
        return language(article.locale) == language(self.locale)

    @cached_property
    def newest(self) -> list[Article]:
        """Articles by the day of their last change, newest first; those without a day come last."""
        own = [one for one in self.articles.values() if self.native(one)]
        return sorted(own, key=lambda one: (one.updated or date.min, one.id), reverse=True)

    def related(self, article: Article) -> list[Article]:
        """Return articles of the same topics; a topic of few articles says more than one of many."""
        scores: Counter[str] = Counter()
        for tag in article.tags:
            for other in self.topics.get(tag, ()):
                scores[other.id] += 1000 // len(self.topics[tag])
        scores.pop(article.id, None)
        ranked = sorted(scores, key=lambda one: (not self.native(self.articles[one]), -scores[one], one))
        return [self.articles[one] for one in ranked[:RELATED]]

    def titled(self, text: str, limit: int) -> list[Article]:
        """Return articles whose titles hold words that begin as the words typed so far do."""
        typed = _words(text)
        if not typed:
            return []
        sets = [self._beginning(word) for word in typed]
        common = set.intersection(*sets)
        return self.sorted(self.articles[one] for one in common)[:limit]

    def _beginning(self, word: str) -> set[str]:
        words, ids = self._index
        found: set[str] = set()
        for place in range(bisect.bisect_left(words, word), len(words)):
            if not words[place].startswith(word):
                break
            found |= ids[place]
        return found

    @cached_property
    def _index(self) -> tuple[list[str], list[set[str]]]:
        by_word: dict[str, set[str]] = defaultdict(set)
        for article in self.articles.values():
            for word in _words(article.title):
                by_word[word].add(article.id)
        words = sorted(by_word)
        return words, [by_word[word] for word in words]


def _words(text: str) -> list[str]:
    """The words of a text without case and accents."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return WORD.findall(bare)
