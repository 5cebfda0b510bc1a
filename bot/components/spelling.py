"""How a text is spelt, as a vector: what the sentence encoder loses of short and mistyped words ("refnd", "tnx")."""

from __future__ import annotations

import re
import zlib

import numpy as np

from components.sentence_vectors import masked

BUCKETS = 1024
SHORTEST, LONGEST = 3, 4
WORD = re.compile(r"[\w']+|[?!]")


def spelling(text: str) -> np.ndarray:
    """Counts of the 3- and 4-letter pieces of all words, hashed to shape (1024,), damped by log and of length 1."""
    counts = np.zeros(BUCKETS, dtype=np.float32)
    for word in WORD.findall(masked(text[:2000]).lower()):
        framed = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            for start in range(max(1, len(framed) - size + 1)):
                counts[zlib.crc32(framed[start : start + size].encode()) % BUCKETS] += 1
    damped = np.log1p(counts)
    return damped / max(float(np.linalg.norm(damped)), 1e-9)
