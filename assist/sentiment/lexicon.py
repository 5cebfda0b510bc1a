"""Mood by word lists: the VADER lexicon and rules, with the phrases of service messages on top. Needs no training."""

import hashlib
import math
import re
from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assist.ports import Vectors
from assist.sentiment.phrases import PHRASES, WORDS
from assist.types import Mood, MoodLabel

# VADER squashes its sum x of valences to x / sqrt(x^2 + 15) (Hutto and Gilbert 2014, and its source); our phrases
# join before that.
_SQUASH = 15.0
# Platt scaling (logistic regression of "negative" on the score), fitted once on data/messages.tsv and rounded.
_PLATT_SLOPE, _PLATT_SHIFT = -4.0, -0.6
_NEUTRAL_BAND = 0.12
_LONGEST = 2000
_MOST_REASONS = 4

_WORD = re.compile(r"[a-z][a-z']+", re.IGNORECASE)
_CAPS = re.compile(r"\b[A-Z]{3,}\b")
_STRETCHED = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:no|not|never|none|nothing|nobody|without|cannot)\b|n't\b", re.IGNORECASE)
_THANKS = re.compile(r"\b(?:thanks?|thank you|cheers|thx|ty|appreciate)\b", re.IGNORECASE)


class LexiconSentiment:
    """Reads a mood from the words alone: quick, explainable, and the stand-in where no model was trained."""

    def __init__(self) -> None:
        """Load nothing yet; the lexicon is read with the first text."""
        self._lock = Lock()

    @cached_property
    def version(self) -> str:
        """Return the version of the lexicon with a hash of our own terms."""
        terms = repr((sorted(WORDS.items()), [(one.name, one.pattern.pattern, one.valence) for one in PHRASES]))
        return f"lexicon-3.3.2-{hashlib.sha256(terms.encode()).hexdigest()[:8]}"

    def read(self, texts: Sequence[str], vectors: Vectors | None = None) -> list[Mood]:
        """Return one mood a text; ``vectors`` are not looked at."""
        del vectors
        return [self._mood(text) for text in texts]

    def score(self, text: str) -> float:
        """Return the mood of the words, -1 to 1."""
        return _squash(self._sum(text))

    def terms(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return the words and phrases with a mood, strongest first, with their valences (-4 to 4)."""
        lexicon = self._analyzer.lexicon
        words = {word: float(lexicon.get(word, 0.0)) for word in _WORD.findall(text[:_LONGEST].casefold())}
        found = [(word, valence) for word, valence in words.items() if abs(valence) >= 1]
        found += [(one.name, one.valence) for one in PHRASES if one.pattern.search(text[:_LONGEST])]
        return tuple(sorted(found, key=lambda term: (-abs(term[1]), term[0])))

    def features(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what a trained head needs to know of the words, shape (texts, len(FEATURES))."""
        return np.array([self._features(text[:_LONGEST]) for text in texts], dtype=np.float32).reshape(
            -1, len(FEATURES)
        )

    @cached_property
    def _analyzer(self) -> Any:
        with self._lock:
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

            analyzer = SentimentIntensityAnalyzer()
            analyzer.lexicon.update(WORDS)
            return analyzer

    def _sum(self, text: str) -> float:
        compound = min(0.999, max(-0.999, float(self._analyzer.polarity_scores(text[:_LONGEST])["compound"])))
        words = compound * math.sqrt(_SQUASH / (1 - compound * compound))
        return words + sum(one.valence for one in PHRASES if one.pattern.search(text[:_LONGEST]))

    def _mood(self, text: str) -> Mood:
        score = self.score(text)
        label: MoodLabel = "neutral" if abs(score) < _NEUTRAL_BAND else "negative" if score < 0 else "positive"
        negative = 1 / (1 + math.exp(-(_PLATT_SLOPE * score + _PLATT_SHIFT)))
        return Mood(
            score=round(score, 4), negative=round(negative, 4), label=label, model=self.version,
            why=self.reasons(text, score),
        )  # fmt: skip

    def reasons(self, text: str, score: float) -> tuple[str, ...]:
        """Return the terms that pull the way the score went, strongest first."""
        sign = 1 if score >= 0 else -1
        return tuple(name for name, valence in self.terms(text) if valence * sign > 0)[:_MOST_REASONS]

    def _features(self, text: str) -> list[float]:
        polarity = self._analyzer.polarity_scores(text)
        phrases = [one.valence for one in PHRASES if one.pattern.search(text)]
        words = max(1, len(text.split()))
        return [
            _squash(self._sum(text)),
            float(polarity["compound"]),
            float(polarity["neg"]),
            float(polarity["pos"]),
            _squash(sum(value for value in phrases if value < 0)),
            _squash(sum(value for value in phrases if value > 0)),
            min(3, len(_CAPS.findall(text))) / 3 if not text.isupper() or words > 1 else 0.0,
            min(3, text.count("!")) / 3,
            min(3, max(0, text.count("?") - 1)) / 3,
            min(3, len(_NEGATION.findall(text))) / 3,
            float(bool(_STRETCHED.search(text))),
            float(bool(_THANKS.search(text))),
        ]


FEATURES = (
    "lexicon", "compound", "negative_share", "positive_share", "negative_phrases", "positive_phrases", "capitals",
    "exclamations", "questions", "negations", "stretched", "thanks",
)  # fmt: skip
"""The names of the columns of ``LexiconSentiment.features``."""


def _squash(value: float) -> float:
    return value / math.sqrt(value * value + _SQUASH)
