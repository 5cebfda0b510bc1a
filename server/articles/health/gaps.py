"""What is asked and not answered: questions of one meaning put together, the most and the latest asked first."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

APART = 0.6
"""Average cosine distance up to which two groups of questions are one (average linkage).

Measured with MiniLM on 40 intents each of two public sets, in sizes that fall off: adjusted Rand index .69 (Banking77)
and .90 (CLINC150); .57 and .79 at .55, .60 and .91 at .65. Leader clustering reached .60 and HDBSCAN .20 on the first.
"""
SAME = 0.6
"""Cosine of a group with the middle of an earlier one from which on it is that one again."""
HALF_LIFE_DAYS = 30.0
MOST = 3_000
"""Different questions that are compared, newest first; comparing takes the square of it in memory and time."""
EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A question that found no confident answer; `asker` is the conversation, or the question itself where none is."""

    text: str
    at: datetime
    asker: UUID
    locale: str
    source: str
    intent: str | None = None
    score: float = 0.0
    article_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions of one meaning: `title` is the middle one, `volume` counts who asked, `weight` less what is old."""

    title: str
    questions: tuple[Unanswered, ...]
    volume: int
    weight: float
    vector: NDArray[np.float32]

    @property
    def data(self) -> dict[str, Any]:
        """What an editor sees: examples, workflow steps, where it was asked, what was found instead."""
        intents = Counter(one.intent for one in self.questions if one.intent)
        nearest = Counter(one.article_id for one in self.questions if one.article_id)
        examples = dict.fromkeys([self.title, *(one.text for one in self.questions)])
        return {
            "questions": self.volume,
            "examples": list(examples)[:EXAMPLES],
            "intents": [{"intent": intent, "questions": count} for intent, count in intents.most_common()],
            "intent": intents.most_common(1)[0][0] if intents else None,
            "locales": dict(Counter(one.locale for one in self.questions).most_common()),
            "sources": dict(Counter(one.source for one in self.questions).most_common()),
            "nearest": nearest.most_common(1)[0][0] if nearest else None,
            "score": round(max(one.score for one in self.questions), 3),
            "first_at": min(one.at for one in self.questions).isoformat(),
            "last_at": max(one.at for one in self.questions).isoformat(),
        }


def gaps(questions: Iterable[Unanswered], embed: Embed, *, now: datetime) -> list[Gap]:
    """Return the gaps, heaviest first; questions of one language are compared with each other.

    Who asks the same in the same words twice counts once. The weight of a question halves every thirty days. The order
    of the questions does not change the answer.
    """
    by_language: dict[str, dict[str, list[Unanswered]]] = {}
    for one in sorted(questions, key=lambda one: (one.at, one.asker.int), reverse=True):
        same = by_language.setdefault(one.locale.split("-", 1)[0].lower(), {}).setdefault(_plain(one.text), [])
        if one.asker not in {known.asker for known in same}:
            same.append(one)
    found: list[Gap] = []
    for texts in by_language.values():
        kept = sorted(list(texts.values())[:MOST], key=lambda group: _plain(group[0].text))
        vectors = embed([group[0].text for group in kept])
        found += [_gap([kept[row] for row in rows], vectors[rows], now) for rows in clusters(vectors)]
    return sorted(found, key=lambda gap: (-gap.weight, gap.title))


def clusters(vectors: NDArray[np.float32], *, apart: float = APART) -> list[list[int]]:
    """Return the rows of unit vectors, shape [n, d], in groups; agglomerative clustering with average linkage."""
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=apart)
    groups: dict[int, list[int]] = {}
    for row, label in enumerate(model.fit_predict(vectors)):
        groups.setdefault(int(label), []).append(row)
    return list(groups.values())


def recognised(found: Sequence[Gap], known: Sequence[tuple[str, str]], embed: Embed) -> list[str | None]:
    """Return for each gap the key of the earlier one that it is again, or None; `known` are keys with their titles.

    Each earlier one is given once, to the heaviest gap that is near enough.
    """
    if not found or not known:
        return [None] * len(found)
    cosines = np.stack([gap.vector for gap in found]) @ embed([title for _, title in known]).T
    keys: list[str | None] = []
    for gap, row in zip(found, cosines, strict=True):
        same = {_plain(one.text) for one in gap.questions}
        scores = [
            2.0 if _plain(title) in same else float(cosine) for (_, title), cosine in zip(known, row, strict=True)
        ]
        best = max(range(len(known)), key=lambda place: (known[place][0] not in keys, scores[place]))
        free = known[best][0] not in keys and scores[best] >= SAME
        keys.append(known[best][0] if free else None)
    return keys


def _gap(groups: Sequence[Sequence[Unanswered]], vectors: NDArray[np.float32], now: datetime) -> Gap:
    counts = np.array([len(group) for group in groups], dtype=np.float32)
    middle = (vectors * counts[:, None]).sum(axis=0)
    middle /= np.linalg.norm(middle) or 1.0
    questions = [one for group in groups for one in group]
    newest = {one.asker: one.at for one in sorted(questions, key=lambda one: one.at)}
    return Gap(
        title=groups[int(np.argmax(vectors @ middle))][0].text,
        questions=tuple(sorted(questions, key=lambda one: (one.at, one.asker.int), reverse=True)),
        volume=len(newest),
        weight=round(sum(0.5 ** ((now - at) / timedelta(days=HALF_LIFE_DAYS)) for at in newest.values()), 4),
        vector=middle,
    )


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())
