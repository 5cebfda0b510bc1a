"""What the desk gets to offer an agent."""

from dataclasses import dataclass
from typing import Literal

from knowledge.types import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One answer to insert, with its source: ``score`` is the calibrated probability (0 to 1) that it answers."""

    id: str
    text: str
    title: str
    heading: str | None
    article_id: str
    revision: int
    release: str
    score: float
    confidence: Literal["likely", "maybe"]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What was found for one moment of a conversation; not ``confident`` means that nothing good was found."""

    items: tuple[Suggestion, ...]
    confident: bool
    took_ms: float
    release: str | None
    query: str
    nearest: Hit | None = None
    """What was found first, also where its score was too low to be offered."""
