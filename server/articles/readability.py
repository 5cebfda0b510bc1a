"""How hard a text is to read, by formula: a hint for writers, no verdict."""

import math
import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from knowledge.languages import language

WORDS_A_MINUTE = 238
"""Silent reading of English (Brysbaert 2019, a review of 190 studies)."""
FEWEST_WORDS = 20
"""Below so many words a formula says nothing."""
LONG_WORD = 6

# No part of these may be tried from every place to the end: a text of brackets alone would take minutes.
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\n]{0,1000}\)")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d+[.)][ \t]+|>[ \t]?)|[*_~|]|<[^<>\n]{0,500}>", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_END = re.compile(r"[.!?:…。]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")


class ReadingLevel(BaseModel):
    """How hard a text is: `flesch_kincaid` counts years of school, `lix` goes from 20 (easy) to 60 (hard)."""

    measure: Literal["flesch_kincaid", "lix"]
    grade: float
    label: Literal["easy", "medium", "hard"]


def prose(text: str) -> str:
    """Return a Markdown text without code, addresses and marks."""
    return _MARKS.sub("", _LINK.sub(r"\1", _CODE.sub(" ", text)))


def words_of(said: str) -> list[str]:
    """Return the words of a text without Markdown."""
    return _WORD.findall(said)


def reading_minutes(words: int) -> int:
    """Return how long a reader needs, in whole minutes, at least one."""
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def reading_level(text: str, locale: str) -> ReadingLevel | None:
    """Return how hard a Markdown text is, or None for one too short to tell.

    English: the grade level of Flesch and Kincaid, 0.39 words/sentences + 11.8 syllables/words - 15.59 (Kincaid,
    Fishburne, Rogers, Chissom 1975). Others: LIX, words/sentences + 100 long words/words, a long word having more than
    six letters (Björnsson 1968), which was made for many languages.
    """
    said = prose(text)
    words = words_of(said)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = sum(1 for part in _END.split(said) if _WORD.search(part)) or 1
    if language(locale) == "en":
        grade = 0.39 * len(words) / sentences + 11.8 * syllables(words) / len(words) - 15.59
        return ReadingLevel(measure="flesch_kincaid", grade=round(max(grade, 0.0), 1), label=_label(grade, 8, 12))
    lix = len(words) / sentences + 100 * sum(len(word) > LONG_WORD for word in words) / len(words)
    return ReadingLevel(measure="lix", grade=round(lix, 1), label=_label(lix, 40, 50))


def syllables(words: Sequence[str]) -> int:
    """Return about how many syllables English words have: runs of vowels, without a silent e at the end."""
    count = 0
    for word in words:
        small = word.lower()
        runs = len(_VOWELS.findall(small))
        silent = small.endswith("e") and not small.endswith(("le", "ee")) and runs > 1
        count += max(1, runs - silent)
    return count


def _label(value: float, medium: float, hard: float) -> Literal["easy", "medium", "hard"]:
    if value >= hard:
        return "hard"
    return "medium" if value >= medium else "easy"
