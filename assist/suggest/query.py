"""What to look for: the customer's last words, with what they said before for what the last words leave out."""

import re
from dataclasses import dataclass

from assist.decisions.words import repeats_self, wants_person
from assist.types import Line, Transcript

# Measured by the project on multi-turn questions: five turns find more than twice what the last one finds.
_TURNS = 5
_LONGEST = 600
_LONGEST_TURN = 300
_FEWEST_WORDS = 3
_FEW_WORDS = 10
_ANGRY = -0.55
_TALK = re.compile(
    r"^\W*(?:hi|hello|hey|thanks?(?: you)?|thank you|ok(?:ay)?|yes|no|bye|please|sure|great|perfect"
    r"|good (?:morning|evening))\W*$",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\S+@\S+|\b(?:INV-|LF-|C-)?\d[\d-]{3,}\b|/\w+(?:\{.*\})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question for the library: ``text`` is the last thing said, ``history`` what came before, newest last."""

    text: str
    history: tuple[str, ...]


def asked(transcript: Transcript) -> Asked | None:
    """Return what the customer asks now, or None when they have asked nothing yet.

    Where the last message only vents ("this is the third time I ask"), the one before it holds the question. Numbers
    and addresses are left out: no article holds them, and a query log should not.
    """
    spoken = [(line, _plain(line.text)) for line in transcript.by("customer", "agent", "bot")]
    said = [(line, text) for line, text in spoken if text and not _TALK.match(text)]
    places = [place for place, (line, _) in enumerate(said) if line.author == "customer"]
    if not places:
        return None
    place = next((one for one in reversed(places) if not _vents(said[one][0])), places[-1])
    line, text = said[place]
    if len(text.split()) < _FEWEST_WORDS and line.intent:
        text = f"{text} {line.intent.replace('_', ' ')}"
    history = tuple(earlier for _, earlier in said[max(0, place - _TURNS + 1) : place])
    return Asked(text=text[-_LONGEST:], history=history)


def _vents(line: Line) -> bool:
    """Say whether a message tells how the customer feels, or whom they want, rather than what about."""
    short = len(line.text.split()) < _FEW_WORDS
    angry = line.sentiment is not None and line.sentiment <= _ANGRY
    return (short and angry) or bool(repeats_self(line.text)) or bool(wants_person(line.text) and short)


def _plain(text: str) -> str:
    return " ".join(_PRIVATE.sub(" ", text[: 4 * _LONGEST]).split())[:_LONGEST_TURN]
