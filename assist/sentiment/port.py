"""What a sentiment model is to the rest of the house."""

from collections.abc import Sequence
from typing import Protocol

from assist.ports import Vectors
from assist.types import Mood


class SentimentModel(Protocol):
    """Reads moods; two models with the same ``version`` give the same moods."""

    @property
    def version(self) -> str:
        """Return the name that events and the model registry keep."""
        ...

    def read(self, texts: Sequence[str], vectors: Vectors | None = None) -> list[Mood]:
        """Return one mood a text, without trend; ``vectors`` (texts, dimensions) spare the model its own embedding."""
        ...
