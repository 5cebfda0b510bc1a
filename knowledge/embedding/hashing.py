"""The stand-in embedder: no model, no download, the same vectors everywhere."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from knowledge.embedding.port import Vectors

WORD = re.compile(r"\w+")
GRAM = 4


class HashingEmbedder:
    """Stands in for the model: texts that share words, or parts of words, get vectors that point the same way.

    Words and their character 4-grams are hashed to signed places of the vector (the hashing trick, Weinberger et al.
    2009), damped by a square root, and normalised. It knows no synonyms.
    """

    def __init__(self, dimensions: int = 256) -> None:
        """Make vectors of that length."""
        self.name = "hashing"
        self.dimensions = dimensions
        self.fingerprint = f"hashing:{GRAM}:{dimensions}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, float32 [len(texts), dimensions]; a text without words has one of its own."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for piece, count in Counter(_pieces(text)).items():
                place = zlib.crc32(piece.encode())
                sign = 1.0 if place & 1 else -1.0
                vectors[row, (place >> 1) % self.dimensions] += (
                    sign * np.sqrt(count) * (1.0 if piece[0] == "=" else 0.4)
                )
            if not vectors[row].any():
                vectors[row, 0] = 1.0
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _pieces(text: str) -> Iterator[str]:
    for word in WORD.findall(text.casefold()):
        yield f"={word}"
        padded = f"<{word}>"
        for start in range(len(padded) - GRAM + 1):
            yield padded[start : start + GRAM]
