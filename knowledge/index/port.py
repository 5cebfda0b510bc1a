"""What the library needs of a vector index, and nothing more."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding.port import Vectors

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class VectorIndex(Protocol):
    """Finds the nearest of a fixed set of unit vectors, by inner product; safe for several readers at once."""

    def search(self, vector: NDArray[np.float32], limit: int, allowed: Mask) -> Rows:
        """The rows nearest to one vector of shape [d], nearest first, among those that `allowed` [n] lets through.

        The filter works inside the search: while `limit` allowed rows exist, `limit` rows come back.
        """
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of these rows, float32 of shape [len(rows), d]."""
        ...

    def save(self, path: Path) -> None:
        """Write the index as one file."""
        ...


class VectorIndexes(Protocol):
    """Makes vector indexes and reads them back."""

    @property
    def name(self) -> str:
        """Which kind they are; part of a release's fingerprint, since files of one kind are not read by another."""
        ...

    def build(self, vectors: Vectors) -> VectorIndex:
        """An index over these rows, float32 of shape [n, d]."""
        ...

    def load(self, path: Path) -> VectorIndex:
        """Read what `save` wrote."""
        ...
