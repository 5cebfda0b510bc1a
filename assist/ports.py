"""What the assist room needs from others, as narrow as its need."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors as rows, shape (texts, dimensions)."""

Embed: TypeAlias = Callable[[Sequence[str]], Vectors]
"""Turns texts into unit vectors, one row a text."""
