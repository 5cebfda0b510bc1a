"""Builders and stand-ins for tests of the assist room."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from assist.ports import Embed, Vectors
from assist.types import Author, Facts, Line, Mood, MoodLabel, Transcript
from knowledge.types import Hit, Passage, Query, SearchResult, Why

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def line(author: Author, text: str, place: int = 0, **more: Any) -> Line:
    """Return a line said ``place`` half minutes after noon."""
    return Line(
        author=author, text=text, at=NOON + timedelta(seconds=30 * place), message_id=f"m{place}", seq=place + 1, **more
    )


def talk(*said: tuple[Author, str] | Line, **more: Any) -> Transcript:
    """Return a transcript of what was said, in order."""
    lines = tuple(one if isinstance(one, Line) else line(one[0], one[1], place) for place, one in enumerate(said))
    return Transcript(conversation_id="c1", lines=lines, **{"account": "larkfield", **more})


def mood(score: float, *, negative: float | None = None, trend: float = 0.0) -> Mood:
    """Return a mood of that score with a fitting probability and label."""
    label: MoodLabel = "negative" if score < -0.15 else "positive" if score > 0.15 else "neutral"
    share = negative if negative is not None else {"negative": 0.9, "neutral": 0.2, "positive": 0.01}[label]
    return Mood(score=score, negative=share, label=label, model="test", trend=trend)


def facts(text: str = "Where is my order 44110?", **more: Any) -> Facts:
    """Return the facts of an everyday message that the bot can answer."""
    return Facts(text=text, **{"replies": ("It is on its way.",), "intent": "order_status", "confidence": 0.95, **more})


def moody(*scores: float, **more: Any) -> Facts:
    """Return the facts of a message whose mood is the last score, after the others."""
    return facts(mood=mood(scores[-1]), moods=scores, **more)


def word_vectors(texts: Sequence[str], dimensions: int = 64) -> Vectors:
    """Return unit vectors of hashed words: same words, same vector; no model."""
    rows = np.zeros((len(texts), dimensions), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.casefold().split():
            row[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % dimensions] += 1
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return cast(Vectors, rows / np.maximum(norms, 1e-9))


def real_embed() -> Embed:
    """Return the real sentence embedder; skips where it was not exported, but fails in CI."""
    folder = Path(os.environ.get("WARMLINE_HOME", ".warmline")) / "models" / "minilm"
    if not (folder / "model.onnx").is_file():
        reason = f"no sentence model in {folder}; set-up exports it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from knowledge.embedding.minilm import MiniLM

    return MiniLM(folder).embed


@dataclass
class ScriptedLibrary:
    """A library that answers every search with the same hits and remembers what it was asked."""

    hits: tuple[Hit, ...] = ()
    asked: Query | None = None

    def search(self, query: Query, *, release: str | None = None) -> SearchResult:
        """Return the scripted hits."""
        self.asked = query
        return SearchResult(
            release=release or "r0001-test", hits=self.hits, confident=any(hit.confident for hit in self.hits),
            took_ms=1.0, terms=(),
        )  # fmt: skip


def hit(article: str, text: str, score: float = 0.9, *, confident: bool = True, **why: Any) -> Hit:
    """Return a hit in an article."""
    told = Why(
        **{
            "terms": ("refund",),
            "lexical_rank": 1,
            "vector_rank": 1,
            "cosine": 0.8,
            "coverage": 0.7,
            "fused": 0.9,
            **why,
        }
    )
    passage = Passage(
        id=f"{article}#1", article_id=article, revision=2, locale="en", heading=(article.title(), "How long"), text=text
    )
    return Hit(
        release="r0001-test", passage=passage, title=article.title(), snippet=text[:40], score=score,
        confident=confident, why=told,
    )  # fmt: skip
