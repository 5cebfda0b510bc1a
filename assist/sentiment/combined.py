"""Mood by a trained head on the sentence vector and the lexicon's features; at run time only numpy."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assist.ports import Embed, Vectors
from assist.sentiment.lexicon import LexiconSentiment
from assist.types import Mood, MoodLabel

LABELS: tuple[MoodLabel, ...] = ("negative", "neutral", "positive")
FORMAT = 2
# What stands at the end of an endless message is not read: the embedder stops earlier still.
LONGEST = 2000

Matrix = NDArray[np.float32]


class HeadBroken(ValueError):
    """A stored head cannot be used: not readable, of another format, or made for other vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The trained numbers: linear maps on the same columns, and how their outputs are calibrated.

    ``classes`` has shape (columns + 1, 3), ``strength`` (columns + 1, 2), the last row being the intercept: how strong
    a message would be if it was negative, and if it was positive. Columns are the sentence vector times
    ``vector_scale``, then the lexicon's features, standardised by ``mean`` and ``spread`` and times ``feature_scale``.
    ``slope`` and ``shift`` are Platt scaling of "negative" (Platt 1999) on its log odds; ``temperature`` divides the
    logits where the probabilities weigh the strengths.
    """

    version: str
    fingerprint: str
    classes: Matrix
    strength: Matrix
    mean: Matrix
    spread: Matrix
    vector_scale: float
    feature_scale: float
    slope: float
    shift: float
    temperature: float

    @property
    def dimensions(self) -> int:
        """Return how long the sentence vectors must be."""
        return int(self.classes.shape[0] - 1 - self.mean.shape[0])

    def columns(self, vectors: Vectors, features: Matrix) -> Matrix:
        """Return the inputs of both maps, shape (texts, columns); raises HeadBroken for vectors of another length."""
        if vectors.shape[1] != self.dimensions:
            raise HeadBroken(f"The head wants vectors of {self.dimensions} numbers, got {vectors.shape[1]}.")
        return join(vectors, (features - self.mean) / self.spread, self.vector_scale, self.feature_scale)

    def logits(self, columns: Matrix) -> Matrix:
        """Return the logits of ``LABELS``, shape (texts, 3)."""
        return np.asarray(columns @ self.classes[:-1] + self.classes[-1], dtype=np.float32)

    def negative(self, logits: Matrix) -> Matrix:
        """Return the calibrated probability of "negative", shape (texts,)."""
        return np.asarray(
            1 / (1 + np.exp(-(self.slope * log_odds(softmax(logits)[:, 0]) + self.shift))), dtype=np.float32
        )

    def scores(self, columns: Matrix, logits: Matrix) -> Matrix:
        """Return the moods from -1 to 1, shape (texts,): the strengths, weighed by the probabilities."""
        strength = np.clip(columns @ self.strength[:-1] + self.strength[-1], 0, 1)
        shares = softmax(logits / self.temperature)
        return np.asarray(shares[:, 2] * strength[:, 1] - shares[:, 0] * strength[:, 0], dtype=np.float32)

    def to_json(self) -> str:
        """Return the head as JSON text; six digits are far below what the labels can tell."""
        data: dict[str, Any] = {"format": FORMAT, "version": self.version, "fingerprint": self.fingerprint}
        for name in ("classes", "strength", "mean", "spread"):
            data[name] = np.round(getattr(self, name).astype(float), 6).tolist()
        for name in ("vector_scale", "feature_scale", "slope", "shift", "temperature"):
            data[name] = getattr(self, name)
        return json.dumps(data)

    @classmethod
    def from_file(cls, path: Path) -> "Head":
        """Read a stored head; raises HeadBroken with the file's name when it is not one."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data.pop("format") != FORMAT:
                raise HeadBroken(f"{path.name} has another format than this version reads; train it again.")
            for name in ("classes", "strength", "mean", "spread"):
                data[name] = np.array(data[name], dtype=np.float32)
            return cls(**data)
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError, UnicodeDecodeError) as wrong:
            raise HeadBroken(f"{path.name} is not a sentiment head: {wrong}; train it again.") from wrong


class CombinedSentiment:
    """Reads a mood from meaning and words together."""

    def __init__(self, head: Head, embed: Embed, lexicon: LexiconSentiment | None = None) -> None:
        """Take the trained head and the embedder that it was trained with."""
        self._head = head
        self._embed = embed
        self._lexicon = lexicon or LexiconSentiment()

    @property
    def version(self) -> str:
        """Return the version of the trained head."""
        return self._head.version

    def read(self, texts: Sequence[str], vectors: Vectors | None = None) -> list[Mood]:
        """Return one mood a text; without ``vectors`` the texts are embedded here."""
        if not texts:
            return []
        short = [text[:LONGEST] for text in texts]
        known = self._embed(short) if vectors is None else vectors
        columns = self._head.columns(known, self._lexicon.features(short))
        logits = self._head.logits(columns)
        negatives, scores = self._head.negative(logits), self._head.scores(columns, logits)
        labels = [LABELS[index] for index in logits.argmax(axis=1)]
        found = zip(short, labels, negatives.tolist(), scores.tolist(), strict=True)
        return [self._mood(text, label, negative, score) for text, label, negative, score in found]

    def _mood(self, text: str, label: MoodLabel, negative: float, score: float) -> Mood:
        if not any(map(str.isalnum, text)) and not self._lexicon.terms(text):
            return Mood(score=0.0, negative=0.0, label="neutral", model=self.version)
        return Mood(
            score=round(score, 4),
            negative=round(negative, 6),
            label=label,
            model=self.version,
            why=self._lexicon.reasons(text, score),
        )


def join(vectors: Matrix, features: Matrix, vector_scale: float, feature_scale: float) -> Matrix:
    """Return vectors and standardised features side by side, each weighted, shape (texts, columns)."""
    return np.hstack([vectors * vector_scale, features * feature_scale]).astype(np.float32)


def softmax(logits: Matrix) -> Matrix:
    """Return the softmax of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def log_odds(shares: Matrix) -> Matrix:
    """Return log(p / (1 - p)), kept finite at both ends."""
    safe = np.clip(shares.astype(float), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(safe / (1 - safe)), dtype=np.float32)
