"""Builders for the knowledge room: articles in one line, and a library that needs no model."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from typing_extensions import override

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.embedding.port import Embedder, Vectors
from knowledge.errors import EmbedderFailed
from knowledge.index.memory import MemoryIndexes
from knowledge.index.port import VectorIndexes
from knowledge.library import Library
from knowledge.types import Article

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

REFUND = Article(
    id="refund-times",
    title="When will I get my refund?",
    text="## How long\n\nRefunds take 5 to 7 working days.\n\n## Where to\n\nThe money goes back to the card.",
)
PASSWORD = Article(
    id="password-reset",
    title="Reset your password",
    text="Choose *Forgot password* on the sign-in page. Then see [refunds](article:refund-times).",
)
LAMP = Article(
    id="lumen-lamp",
    title="Lumen floor lamp",
    text="## It flickers\n\nUse a dimmable bulb.\n\n## Code LF-200\n\nError LF-200 means that the bulb is loose.",
    tags=("lamps",),
)


def noon() -> datetime:
    """A clock that stands still."""
    return NOON


def library(
    home: Path, *, embedder: Embedder | None = None, vectors: VectorIndexes | None = None, floor: float = 0.0
) -> Library:
    """A library on the stand-ins; every hit is confident unless a floor is named."""
    return Library(
        home, embedder or HashingEmbedder(), noon, vectors=vectors or MemoryIndexes(), abstain_floor=floor
    )  # fmt: skip


def serving(home: Path, articles: Sequence[Article], *, vectors: VectorIndexes | None = None) -> Library:
    """A library that serves a release of these articles."""
    made = library(home, vectors=vectors)
    made.serve(made.build(articles).id)
    return made


class CountingEmbedder(HashingEmbedder):
    """Remembers every text that it was asked for."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__()
        self.texts: list[str] = []

    @override
    def embed(self, texts: Sequence[str]) -> Vectors:
        """The stand-in's vectors."""
        self.texts.extend(texts)
        return super().embed(texts)


class BrokenEmbedder(HashingEmbedder):
    """Has the stand-in's fingerprint and gives nothing."""

    @override
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Always fails."""
        raise EmbedderFailed(self.name, f"it was told to, for {len(texts)} texts")
