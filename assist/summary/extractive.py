"""A short summary out of the conversation's own sentences: nothing is invented, the same input gives the same text."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from assist.ports import Embed
from assist.sentences import sentences as split
from assist.types import Transcript

_WORD = re.compile(r"[\w'-]{3,}")
_AGREED = re.compile(
    r"\b(?:will|we'll|i'll|have (?:sent|booked|changed|started|refunded|cancelled)|has been"
    r"|was (?:sent|refunded|changed|booked)|is on its way|refund|expected|within"
    r"|by (?:monday|tuesday|wednesday|thursday|friday|tomorrow))\b",
    re.IGNORECASE,
)
_EMPTY_TALK = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks?|thank you|ok(?:ay)?|yes|no|bye|please|sure"
    r"|you'?re welcome|how can i help|what can i do|is there anything else|i'?m the [\w ]*assistant)\b[^,\d]{0,14}$",
    re.IGNORECASE,
)
_STOP = frozenset({
    "the", "and", "you", "your", "for", "that", "this", "with", "have", "are", "was", "can", "not", "but", "please",
    "from", "has", "would", "could", "what", "when", "where", "how", "will", "about", "there", "they", "been", "just",
    "it's",
})  # fmt: skip
_WHO = {"customer": "Customer", "bot": "Bot", "agent": "Agent", "system": "System"}
_LONGEST_SENTENCE = 180
_BALANCE = 0.7  # of MMR (Carbonell and Goldstein 1998): relevance against sameness
_SAME = 0.98
_FEWEST_WORDS = 3
_FIRST, _LAST = 10, 50  # sentences looked at: how it began and how it stands


@dataclass(frozen=True, slots=True)
class _Sentence:
    place: int
    author: str
    text: str
    weight: float


def summarise(transcript: Transcript, *, sentences: int = 3, embed: Embed | None = None) -> str:
    """Return up to that many sentences in their order, each with who said it.

    What the customer came with, what was agreed and where they stand now weigh most; sameness is measured by
    ``embed`` if given, else by words. Empty for an empty conversation.
    """
    found = _weighed(transcript)
    if not found or sentences < 1:
        return ""
    chosen = sorted(_mmr(found, _likeness(found, embed), sentences), key=lambda one: one.place)
    parts, author = [], ""
    for one in chosen:
        parts.append(one.text if one.author == author else f"{_WHO[one.author]}: {one.text}")
        author = one.author
    return " ".join(parts)


def _weighed(transcript: Transcript) -> list[_Sentence]:
    raw = [
        (line, text)
        for line in transcript.by("customer", "bot", "agent")
        for text in split(line.text)
        if len(text.split()) >= _FEWEST_WORDS and not _EMPTY_TALK.match(text)
    ]
    raw = raw if len(raw) <= _FIRST + _LAST else raw[:_FIRST] + raw[-_LAST:]
    counts = Counter(word for line, text in raw if line.author == "customer" for word in _keywords(text))
    customer = [place for place, (line, _) in enumerate(raw) if line.author == "customer"]
    answers = [place for place, (line, text) in enumerate(raw) if line.author != "customer" and _AGREED.search(text)]
    found = []
    for place, (line, text) in enumerate(raw):
        words = _keywords(text)
        weight = sum(counts[word] for word in words) / (3 + len(words))
        weight += 0.5 * bool(re.search(r"\d{3,}", text))
        if line.author == "customer":
            weight += 0.6 + 1.5 * (place == customer[0]) + 1.0 * (place == customer[-1])
            weight += max(0.0, -(line.sentiment or 0.0))
        elif answers and place == answers[-1]:
            weight += 1.5
        found.append(_Sentence(place, line.author, _shortened(text), weight))
    return found


def _keywords(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if word not in _STOP]


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) <= _LONGEST_SENTENCE:
        return plain
    return f"{plain[:_LONGEST_SENTENCE].rsplit(' ', 1)[0]}..."


def _mmr(found: Sequence[_Sentence], likeness: Sequence[Sequence[float]], count: int) -> list[_Sentence]:
    """Choose by maximal marginal relevance: heavy sentences that say something the chosen ones do not."""
    heaviest = max(one.weight for one in found) or 1.0
    chosen: list[int] = []
    left = set(range(len(found)))
    while left and len(chosen) < count:
        best = max(
            left,
            key=lambda index: (
                _BALANCE * found[index].weight / heaviest
                - (1 - _BALANCE) * max((likeness[index][other] for other in chosen), default=0.0),
                -index,
            ),
        )
        chosen.append(best)
        left = {index for index in left if index != best and likeness[index][best] < _SAME}
    return [found[index] for index in chosen]


def _likeness(found: Sequence[_Sentence], embed: Embed | None) -> list[list[float]]:
    if embed is not None:
        vectors = embed([one.text for one in found])
        return [[float(value) for value in row] for row in vectors @ vectors.T]
    bags = [Counter(_keywords(one.text)) for one in found]
    return [[_cosine(one, other) for other in bags] for one in bags]


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    norm = sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return sum(count * other[word] for word, count in one.items()) / norm if norm else 0.0
