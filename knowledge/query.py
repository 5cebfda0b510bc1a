"""What is asked of the index: words with weights and one vector, from the last turn and the turns before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding.port import Embedder
from knowledge.index.lexical import Term
from knowledge.index.words import words_of
from knowledge.types import ANY, Query

# A conversation says what "it" is only in earlier turns: on dialogues over hotel FAQs, words of earlier turns at half
# weight, and the vector of the joined turns plus that of the last one, found nDCG@10 .43 against .13 for the last turn
# alone. More weight on the last turn loses there and wins where the customer changes the subject (.58, .66, .70 at
# weights .5, 1, 1.5 on help-centre questions after two unrelated ones; .75 without any history): 1 is between.
HISTORY_TURNS = 4
HISTORY_WEIGHT = 0.5
HISTORY_DECAY = 0.8
LAST_TURN_WEIGHT = 1.0

# Longer than any question; what comes after cannot move the vector (256 tokens) and would only cost time.
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Asked:
    """A query made ready for the index; `vector` is None when no embedder could be asked."""

    terms: tuple[Term, ...]
    vector: NDArray[np.float32] | None


def terms_of(query: Query) -> list[Term]:
    """The words to look for, each once with its highest weight, those of the last turn first."""
    locale = language_of(query)
    weights: dict[str, float] = {}
    weight = 1.0
    for age, turn in enumerate([query.text, *_history(query)[::-1]]):
        if age:
            weight = HISTORY_WEIGHT * HISTORY_DECAY ** (age - 1)
        for word in words_of(turn[:LONGEST], locale):
            weights.setdefault(word.stem, weight)
    return [Term(stem, weight) for stem, weight in weights.items()]


def language_of(query: Query) -> str:
    """The locale whose rules the query's words follow; English when any locale may be found."""
    return "en" if query.locale == ANY else query.locale


def vector_of(query: Query, embedder: Embedder) -> NDArray[np.float32]:
    """One unit vector of shape [d] for the query and the turns before it."""
    history = _history(query)
    text = query.text[:LONGEST]
    if not history:
        only: NDArray[np.float32] = embedder.embed([text])[0]
        return only
    joined = " ".join([*history, text])
    last, together = embedder.embed([text, joined[-LONGEST:]])
    mixed = together + LAST_TURN_WEIGHT * last
    unit: NDArray[np.float32] = (mixed / max(float(np.linalg.norm(mixed)), 1e-9)).astype(np.float32)
    return unit


def _history(query: Query) -> Sequence[str]:
    return [turn for turn in query.history if turn.strip()][-HISTORY_TURNS:]
