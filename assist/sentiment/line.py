"""The mood of a conversation over time."""

import dataclasses
from collections.abc import Sequence

from assist.types import Mood


def trend(scores: Sequence[float], *, last: int = 4) -> float:
    """Return the change of the score per message: the least-squares slope over the ``last`` scores.

    Fewer than two scores have no trend (0).
    """
    ys = list(scores[-last:])
    if len(ys) < 2:
        return 0.0
    mean_x, mean_y = (len(ys) - 1) / 2, sum(ys) / len(ys)
    across = sum((x - mean_x) * (y - mean_y) for x, y in enumerate(ys))
    return across / sum((x - mean_x) ** 2 for x in range(len(ys)))


def in_line(mood: Mood, earlier: Sequence[float]) -> Mood:
    """Return the same mood with its trend; ``earlier`` are the customer's earlier scores, oldest first."""
    return dataclasses.replace(mood, trend=trend([*earlier, mood.score]))
