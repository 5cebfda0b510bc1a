"""Numbers that two articles do not agree about: "refunds within 14 days" here, "refunds within 30 days" there.

Read as claims: a sentence, a number with a unit, and the words next to it. Two claims contradict each other when they
are of two articles of one topic, say nearly the same with another number, and no word of either makes the difference
(a country, a product). It is made to be right rather than complete: whoever is shown ten false alarms looks at none.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.parsing.markdown import blocks
from knowledge.types import Article

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

CLOSE = 0.6
"""Cosine of two sentences, their numbers masked, from which on they say the same, where one has all the words that mean
something of the other."""
CLOSER = 0.84
"""The same where each has a word that the other lacks: "express delivery costs" is not "standard delivery costs"."""
SHARED = 0.6
"""Share of the rarer words of the shorter sentence that the other one must have as well."""
NEAR = 4
"""How many words on each side of a number belong to it."""
FEW = 3
"""A sentence with fewer words that mean something does not say by itself what it is about."""
LONGEST_SENTENCE = 300
MOST_OF_A_KIND = 400
"""More claims than this about one word in one unit are no sign of contradictions; the rest of them is not compared."""

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "zwölf": 12,
    "vierzehn": 14, "zwanzig": 20, "dreißig": 30,
}  # fmt: skip
_UNITS: tuple[tuple[str, float, str], ...] = (
    ("working days", 1, r"(?:working|business)[ -]days?|Werktage[ns]?|Arbeitstage[ns]?"),
    ("time", 1 / 1440, r"minutes?|mins?|Minuten?"),
    ("time", 1 / 24, r"hours?|Stunden?"),
    ("time", 1, r"(?:calendar )?days?|Tage?n?"),
    ("time", 7, r"weeks?|Wochen?"),
    ("time", 30, r"months?|Monate?n?"),
    ("time", 365, r"years?|Jahre?n?"),
    ("EUR", 1, r"€|EUR|euros?"),
    ("GBP", 1, r"£|GBP|pounds?"),
    ("USD", 1, r"\$|USD|dollars?"),
    ("percent", 1, r"%|per ?cent|Prozent"),
    ("kg", 1, r"kg|kilos?"),
    ("km", 1, r"km|kilomet(?:er|re)s?"),
)  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:[., ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?|" + "|".join(_WORDS) + ")"
_UNIT = "|".join(f"(?:{pattern})" for _, _, pattern in _UNITS)
_CLAIM = re.compile(
    rf"(?<![\w.,-])(?:(?P<before>[€£$]|EUR|GBP|USD)[ ]?)?(?P<low>{_NUMBER})"
    rf"(?:[ ]?(?:-|\u2013|to|bis|and|und)[ ]?(?:[€£$][ ]?)?(?P<high>{_NUMBER}))?(?:[ -]?(?P<after>{_UNIT}))?(?![\w])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[^a-z\s])|\n+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PRONOUN = re.compile(r"\W*(?:it|this|that|these|they|he|she|es|er|sie|dies|diese[rs]?)\b", re.IGNORECASE)
_EMPTY = frozenset(
    {
        "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before", "between",
        "but", "by", "can", "cannot", "do", "does", "each", "for", "from", "get", "has", "have", "if", "in", "is", "it",
        "its", "least", "less", "longer", "may", "more", "most", "must", "no", "not", "of", "off", "on", "one", "only",
        "or", "our", "over", "per", "so", "than", "that", "the", "their", "them", "then", "there", "they", "this", "to",
        "up", "us", "usually", "was", "we", "when", "which", "while", "who", "will", "with", "within", "you", "your",
        "ab", "als", "am", "auch", "auf", "aus", "bei", "bis", "das", "dem", "den", "der", "die", "ein", "eine",
        "einem", "einen", "einer", "er", "es", "für", "haben", "hat", "ihr", "ihre", "ihren", "im", "innerhalb",
        "ist", "kann", "kein", "keine", "mit", "nach", "nicht", "nur", "oder", "sich", "sie", "sind", "und",
        "uns", "unsere", "von", "vor", "wenn", "werden", "wie", "wir", "wird", "zu", "zum", "zur", "über",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A number in a sentence of an article: from `low` to `high` in `unit` (days for every span of time)."""

    article: Article
    sentence: str
    written: str
    unit: str
    low: float
    high: float
    near: frozenset[str]
    """Stems of the words next to the number."""
    words: frozenset[str]
    """Stems of all words of the sentence that mean something."""
    title: frozenset[str]
    """Stems of the article's title, which a sentence need not say again."""
    open: bool
    """Whether the sentence leaves to what stands around it what it is about: "It is valid for 30 minutes"."""
    names: frozenset[str]
    """Names in the sentence: words in capitals where English writes none."""
    bare: str
    """The sentence with every number masked."""

    @property
    def context(self) -> frozenset[str]:
        """The words of sentence and title."""
        return self.words | self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two claims that cannot both be right, and the cosine of their sentences."""

    left: Claim
    right: Claim
    closeness: float


def contradictions(articles: Iterable[Article], embed: Embed) -> list[Contradiction]:
    """Return what articles of one locale do not agree about, closest sentences first, one for two articles and unit.

    `embed` gives a unit vector for each of some sentences.
    """
    pairs = list(_pairs([claim for article in articles for claim in claims(article)]))
    sentences = sorted({claim.bare for pair in pairs for claim in pair})
    vectors = dict(zip(sentences, embed(sentences), strict=True)) if sentences else {}
    found: dict[tuple[str, str, str], Contradiction] = {}
    for left, right in pairs:
        closeness = float(vectors[left.bare] @ vectors[right.bare])
        key = (left.article.id, right.article.id, left.unit)
        enough = CLOSE if left.words <= right.words or right.words <= left.words else CLOSER
        if closeness >= enough and (key not in found or closeness > found[key].closeness):
            found[key] = Contradiction(left=left, right=right, closeness=closeness)
    return sorted(found.values(), key=lambda one: (-one.closeness, one.left.article.id, one.right.article.id))


def claims(article: Article) -> Iterator[Claim]:
    """Yield the numbers with units that an article states."""
    title = _stems(article.title, article.locale)
    for sentence in _sentences(article):
        matches = [match for match in _CLAIM.finditer(sentence) if match["before"] or match["after"]]
        bare = _CLAIM.sub("#", sentence)
        words = _stems(_CLAIM.sub(" ", sentence), article.locale)
        names = _names(sentence, article.locale)
        for match in matches:
            unit, low, high = _value(match)
            near = _stems(" ".join(_around(sentence, *match.span())), article.locale)
            if near:
                yield Claim(
                    article=article,
                    sentence=sentence,
                    written=match.group().strip(),
                    unit=unit,
                    low=low,
                    high=high,
                    near=near,
                    words=words,
                    title=title,
                    open=len(words) < FEW or bool(_PRONOUN.match(sentence)),
                    names=names,
                    bare=bare,
                )


def _pairs(found: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    stated: dict[tuple[str, str], set[tuple[float, float, str]]] = defaultdict(set)
    shelves: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in found:
        stated[claim.article.id, claim.unit].add((claim.low, claim.high, ""))
        for word in claim.near:
            shelves[claim.article.locale, claim.unit, word].append(claim)
    seen: set[tuple[int, int]] = set()
    for shelf in shelves.values():
        for one, other in combinations(shelf[:MOST_OF_A_KIND], 2):
            left, right = sorted((one, other), key=lambda claim: claim.article.id)
            key = (id(left), id(right))
            if key not in seen and _apart(left, right) and _comparable(left, right):
                seen.add(key)
                # An article that also states the other's number knows of both.
                both = (right.low, right.high, "") in stated[left.article.id, left.unit]
                both = both or (left.low, left.high, "") in stated[right.article.id, right.unit]
                if not both:
                    yield left, right


def _apart(left: Claim, right: Claim) -> bool:
    return left.article.id != right.article.id and (left.high < right.low or right.high < left.low)


def _comparable(left: Claim, right: Claim) -> bool:
    if not overlapping(left.article, right.article) or left.names ^ right.names:
        return False
    if not _one_topic(left.article, right.article):
        return False
    if (left.open or right.open) and not left.words & right.words & (left.title | right.title):
        return False
    fewer, other = sorted((left, right), key=lambda claim: len(claim.words))
    return len(fewer.words & other.context) >= SHARED * len(fewer.words)


def overlapping(left: Article, right: Article) -> bool:
    """Say whether somebody may be shown both: the same locale, and a region, a brand and an audience in common."""
    return left.locale == right.locale and all(
        not one or not other or not set(one).isdisjoint(other)
        for one, other in ((left.regions, right.regions), (left.accounts, right.accounts))
    )


def _one_topic(left: Article, right: Article) -> bool:
    if not set(left.tags).isdisjoint(right.tags):
        return True
    return not _stems(left.title, left.locale).isdisjoint(_stems(right.title, right.locale))


def _sentences(article: Article) -> Iterator[str]:
    for block in blocks("\n\n".join(part for part in (article.summary, article.text) if part)):
        for sentence in _SENTENCE.split(block.text):
            if 0 < len(sentence) <= LONGEST_SENTENCE:
                yield sentence.strip()


def _value(match: re.Match[str]) -> tuple[str, float, float]:
    written = match["before"] or match["after"]
    unit, factor = next((unit, factor) for unit, factor, pattern in _compiled() if pattern.fullmatch(written))
    low = _number(match["low"])
    high = _number(match["high"]) if match["high"] else low
    return unit, min(low, high) * factor, max(low, high) * factor


@cache
def _compiled() -> tuple[tuple[str, float, re.Pattern[str]], ...]:
    return tuple((unit, factor, re.compile(pattern, re.IGNORECASE)) for unit, factor, pattern in _UNITS)


def _number(written: str) -> float:
    if (known := _WORDS.get(written.casefold())) is not None:
        return float(known)
    plain = re.sub(r"[., ](?=\d{3}(?:\D|$))", "", written)
    return float(plain.replace(",", "."))


def _around(sentence: str, start: int, end: int) -> list[str]:
    before = [word for word in _WORD.findall(_CLAIM.sub(" ", sentence[:start])) if word.casefold() not in _EMPTY]
    after = [word for word in _WORD.findall(_CLAIM.sub(" ", sentence[end:])) if word.casefold() not in _EMPTY]
    return [*before[-NEAR:], *after[:NEAR]]


def _names(sentence: str, locale: str) -> frozenset[str]:
    if locale.startswith("de"):
        # Every noun is in capitals there; the words themselves have to tell the difference.
        return frozenset()
    return frozenset(word for word in _WORD.findall(sentence)[1:] if word[0].isupper() and not word.isupper())


def _stems(text: str, locale: str) -> frozenset[str]:
    words = [word for word in map(str.casefold, _WORD.findall(text)) if word not in _EMPTY]
    return frozenset(_stemmer(locale).stemWords(words))


@cache
def _stemmer(locale: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer("german" if locale.startswith("de") else "english")
