"""The models that read a customer's message: sentence vector, mood, language, entities. Off the loop, a few at a time.

Each part that fails or is late is left out of the answer; a message never waits for a mind that is down.
"""

import asyncio
import base64
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from assist.language import LanguageReader
from assist.sentiment.port import SentimentModel
from assist.types import Mood
from assist.understanding import Entity, EntityReader
from knowledge.embedding.port import Embedder

log = structlog.get_logger()
KEPT_VECTORS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the models made of one message."""

    vector: NDArray[np.float32] | None
    mood: Mood | None
    language: str | None
    entities: tuple[Entity, ...]


class Minds:
    """The models of one process."""

    def __init__(
        self,
        *,
        embedder: Embedder,
        sentiment: SentimentModel,
        languages: LanguageReader,
        entities: EntityReader,
        seats: int = 2,
    ) -> None:
        self.embedder = embedder
        self.sentiment = sentiment
        self._languages = languages
        self._entities = entities
        self._seats = asyncio.Semaphore(seats)
        self._vectors: OrderedDict[UUID, NDArray[np.float32]] = OrderedDict()

    @property
    def versions(self) -> dict[str, str]:
        """Which models these are, for the log."""
        return {"embedder": self.embedder.name, "sentiment_model": self.sentiment.version}

    async def read(self, message_id: UUID, text: str, locale: str) -> Read:
        """Read one message."""
        async with self._seats:
            read = await asyncio.to_thread(self._read, text, locale)
        if read.vector is not None:
            self._keep(message_id, read.vector)
        return read

    def glance(self, text: str, locale: str) -> Read:
        """Read what needs no vector: language and entities, a fraction of a millisecond."""
        return Read(
            vector=None,
            mood=None,
            language=_or_nothing("language", lambda: self._languages.read(text, locale).code),
            entities=_or_nothing("entities", lambda: self._entities.read(text)) or (),
        )

    async def read_with(
        self, message_id: UUID, text: str, locale: str, glance: Read, *, vector: str | None, encoder: str | None
    ) -> Read:
        """Read a message that the bot has encoded already; encode it here when its encoder is not ours.

        With the vector at hand the mood takes a fraction of a millisecond, so it stays on the loop.
        """
        if vector is None or not encoder or not self.embedder.fingerprint.startswith(f"{encoder}:"):
            return await self.read(message_id, text, locale)
        known = unpacked(vector)
        self._keep(message_id, known)
        moods = _or_nothing("sentiment", lambda: self.sentiment.read([text], known[None, :]))
        return replace(glance, vector=known, mood=moods[0] if moods else None)

    async def vectors_of(self, messages: Sequence[tuple[UUID, str]]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of earlier messages by id, computing those that are no longer kept."""
        missing = [(message_id, text) for message_id, text in messages if message_id not in self._vectors]
        if missing:
            async with self._seats:
                found = await asyncio.to_thread(self._embed, [text for _, text in missing])
            for (message_id, _), vector in zip(missing, found, strict=False):
                self._keep(message_id, vector)
        return {str(message_id): self._vectors[message_id] for message_id, _ in messages if message_id in self._vectors}

    def warm(self) -> None:
        """Load everything that is loaded on first use; blocking."""
        self._read("My order 44110 has not arrived, this is annoying.", "en")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of texts; blocking, for code that runs in a thread already."""
        return self.embedder.embed(texts)

    def _keep(self, message_id: UUID, vector: NDArray[np.float32]) -> None:
        self._vectors[message_id] = vector
        while len(self._vectors) > KEPT_VECTORS:
            self._vectors.popitem(last=False)

    def _embed(self, texts: list[str]) -> list[NDArray[np.float32]]:
        vectors = _or_nothing("embedder", lambda: self.embedder.embed(texts))
        return [] if vectors is None else list(vectors)

    def _read(self, text: str, locale: str) -> Read:
        vectors = _or_nothing("embedder", lambda: self.embedder.embed([text]))
        moods = _or_nothing("sentiment", lambda: self.sentiment.read([text], vectors))
        vector = None if vectors is None else vectors[0]
        return replace(self.glance(text, locale), vector=vector, mood=moods[0] if moods else None)


def unpacked(vector: str) -> NDArray[np.float32]:
    """Return the unit vector in the bot's base64 of half floats, shape (d,)."""
    found = np.frombuffer(base64.b64decode(vector), dtype="<f2").astype(np.float32)
    length = float(np.linalg.norm(found))
    return found / length if length > 0 else found


def _or_nothing(part: str, ask: Callable[[], Any]) -> Any:
    # A model can fail in as many ways as there are models; none of them may cost a customer the answer.
    try:
        return ask()
    except Exception as error:  # noqa: BLE001
        log.warning("minds.part_failed", part=part, error=type(error).__name__)
        return None
