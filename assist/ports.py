"""What the assist room needs from others, as narrow as its need."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from knowledge.types import Query, SearchResult

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors as rows, shape (texts, dimensions)."""

Embed: TypeAlias = Callable[[Sequence[str]], Vectors]
"""Turns texts into unit vectors, one row a text."""


class Library(Protocol):
    """The searching side of ``knowledge.library.Library``."""

    def search(self, query: Query, *, release: str | None = None) -> SearchResult:
        """Return the passages of the served release that may answer the query, best first."""
        ...


class Hears(Protocol):
    """The part of ``knowledge.library.Library`` that gets turns of a conversation ready."""

    def heard(self, text: str) -> None:
        """Make the vector of a turn, so that it is there when the next one is asked about."""
        ...
