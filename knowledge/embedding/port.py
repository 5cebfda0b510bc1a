"""What the library needs of an embedder, and nothing more."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Unit vectors as rows, shape [n, dimensions]."""


class Embedder(Protocol):
    """Turns texts into unit vectors; safe to call from several threads at once."""

    @property
    def name(self) -> str:
        """What people call the model, for instance `all-MiniLM-L6-v2`."""
        ...

    @property
    def dimensions(self) -> int:
        """How long each vector is."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could give another vector; stored beside every built index."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in the order given; float32 of shape [len(texts), dimensions]."""
        ...
