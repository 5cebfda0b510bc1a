"""An embedder that fills a large library in no time and is real for what is measured."""

from collections.abc import Sequence

import numpy as np

from knowledge.embedding.port import Embedder, Vectors


class Stuffed:
    """The embedder that is measured, and random vectors in its name while a library is filled."""

    def __init__(self, real: Embedder) -> None:
        """Begin with random vectors."""
        self._real = real
        self._chance = np.random.default_rng(7)
        self.name = real.name
        self.dimensions = real.dimensions
        self.fingerprint = f"{real.fingerprint}:stuffed"
        self.filling = False

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [len(texts), dimensions]."""
        if not self.filling:
            return self._real.embed(texts)
        made = self._chance.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        unit: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit
