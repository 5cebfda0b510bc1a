"""What is asked of the index: words with weights and one vector, from the last turn and the turns before it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding.remembering import Remembering
from knowledge.index.lexical import Term
from knowledge.index.words import words_of
from knowledge.types import Query

# A conversation says what "it" is only in earlier turns. On dialogues over hotel FAQs nDCG@10 is .14 for the vector of
# the last turn alone, .36 with the vector of all turns joined mixed in, and .39 for this sum of each turn's own vector
# (fused .15, .52, .55); on questions of a help centre after two unrelated ones the sum loses less as well (.685 joined,
# .702). More weight on the last turn wins where the customer changes the subject and loses in the dialogues. Vectors of
# earlier turns are remembered, so only the last one costs time.
HISTORY_TURNS = 4
HISTORY_WEIGHT = 0.5
HISTORY_DECAY = 0.8
TURN_WEIGHT = 0.6
TURN_DECAY = 0.4

# What the bot made of the conversation is a guess, so it says a little where the customer said little.
INTENT_WEIGHT = 0.5
SLOT_WEIGHT = 0.25
FEW_WORDS = 3
MOST_SLOTS = 8

# Longer than any question; what comes after cannot move the vector (256 tokens) and would only cost time.
LONGEST = 4000
LONGEST_SLOT = 80

NAME_PART = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query made ready for one release."""

    language: str
    """The language that the query was read in."""
    order: tuple[str, ...]
    """The locales to show an article in, best first; none when every translation may be found."""
    terms: Mapping[str, tuple[Term, ...]]
    """The words to look for, by the language of the passages."""
    vectors: Mapping[str, NDArray[np.float32]]
    """One unit vector for each embedder that could be asked, by its fingerprint."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Codes of the last turn that somebody wrote down: as compared, and as typed."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of things in the last turn: as compared, and as typed."""
    corrected: Mapping[str, str] = field(default_factory=dict)

    @property
    def main(self) -> tuple[Term, ...]:
        """The words in the query's own language."""
        return self.terms.get(self.language) or next(iter(self.terms.values()), ())


def terms_of(query: Query, locale: str) -> list[Term]:
    """The words to look for, each once with its highest weight, those of the last turn first."""
    weights: dict[str, float] = {}
    weight = 1.0
    for age, turn in enumerate([query.text, *history_of(query)[::-1]]):
        if age:
            weight = HISTORY_WEIGHT * HISTORY_DECAY ** (age - 1)
        for word in words_of(turn[:LONGEST], locale):
            weights.setdefault(word.stem, weight)
    return [Term(stem, weight) for stem, weight in weights.items()]


def hints_of(query: Query, locale: str) -> list[Term]:
    """Words that the bot adds: of its intent when the last turn is short, and of the slots that it has filled."""
    weights: dict[str, float] = {}
    for word in words_of(intent_of(query), locale):
        weights.setdefault(word.stem, INTENT_WEIGHT)
    for value in list(query.slots.values())[:MOST_SLOTS]:
        for word in words_of(value[:LONGEST_SLOT], locale):
            weights.setdefault(word.stem, SLOT_WEIGHT)
    return [Term(stem, weight) for stem, weight in weights.items()]


def intent_of(query: Query) -> str:
    """The intent in words, when the last turn says too little by itself; else nothing."""
    short = len(query.text.split()) < FEW_WORDS
    return " ".join(NAME_PART.findall(query.intent)) if query.intent and short else ""


def vector_of(query: Query, spelled: Callable[[str], str], embedder: Remembering) -> NDArray[np.float32]:
    """One unit vector of shape [d] for the last turn, its typing errors put right, and the turns before it."""
    last = f"{spelled(query.text[:LONGEST])} {intent_of(query)}".strip()
    vectors = embedder.embed([last, *(turn[:LONGEST] for turn in history_of(query)[::-1])])
    embedder.remember(query.text[:LONGEST], vectors[0])
    weights = [1.0, *(TURN_WEIGHT * TURN_DECAY**age for age in range(len(vectors) - 1))]
    mixed = np.array(weights, dtype=np.float32) @ vectors
    unit: NDArray[np.float32] = (mixed / max(float(np.linalg.norm(mixed)), 1e-9)).astype(np.float32)
    return unit


def history_of(query: Query) -> Sequence[str]:
    """The turns before the last that count, newest last."""
    return [turn for turn in query.history if turn.strip()][-HISTORY_TURNS:]
