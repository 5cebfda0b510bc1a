"""Vectors of texts that were asked for before: a conversation's earlier turns come back with every new one."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding.port import Embedder, Vectors

# A turn's vector takes 1.5 kB; this many are the turns of some hundred conversations.
REMEMBERED = 4096


class Remembering:
    """Asks an embedder for the texts that it does not remember; keeps hashes and vectors, never a text."""

    def __init__(self, embedder: Embedder, most: int = REMEMBERED) -> None:
        """Remember so many texts."""
        self._embedder = embedder
        self._most = most
        self._kept: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, float32 of shape [len(texts), d]; raises what the embedder raises."""
        keys = [_key(text) for text in texts]
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            # One after another: together each would be as dear as the longest.
            known |= {key: self._embedder.embed([text])[0] for key, text in new.items()}
        self._keep({key: known[key] for key in keys})
        return np.stack([known[key] for key in keys])

    def remember(self, text: str, vector: NDArray[np.float32]) -> None:
        """Give this vector for a text from now on, as for one whose typing errors were put right before."""
        self._keep({_key(text): vector})

    def _keep(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        with self._lock:
            for key, vector in vectors.items():
                self._kept[key] = vector
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()
