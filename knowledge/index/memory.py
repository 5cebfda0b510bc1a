"""The stand-in vector index: exact, plain numpy, for tests and for machines without FAISS."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding.port import Vectors
from knowledge.index.port import Mask, Rows


class MemoryIndex:
    """Compares with every allowed vector; right by construction, so FAISS is tested against it."""

    def __init__(self, vectors: Vectors) -> None:
        """Keep the vectors, float32 of shape [n, d]."""
        self._vectors = vectors

    def search(self, vector: NDArray[np.float32], limit: int, allowed: Mask) -> Rows:
        """The nearest allowed rows, nearest first; equal ones by row."""
        rows = np.flatnonzero(allowed)
        order = np.argsort(-(self._vectors[rows] @ vector), kind="stable")[:limit]
        nearest: Rows = rows[order].astype(np.int64)
        return nearest

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of these rows."""
        return self._vectors[rows]

    def save(self, path: Path) -> None:
        """Write them as one `.npy`."""
        with path.open("wb") as file:
            np.save(file, self._vectors)


class MemoryIndexes:
    """Makes `MemoryIndex`es."""

    name = "memory"

    def build(self, vectors: Vectors) -> MemoryIndex:
        """An index over these vectors."""
        return MemoryIndex(vectors)

    def load(self, path: Path) -> MemoryIndex:
        """Read what `save` wrote."""
        return MemoryIndex(np.load(path, allow_pickle=False))
