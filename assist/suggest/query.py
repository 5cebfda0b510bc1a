"""What to look for: the customer's last words, with what they said before for what the last words leave out."""

import re
from dataclasses import dataclass

from assist.decisions.words import repeats_self, wants_person
from assist.types import Line, Transcript

# Measured by the project on multi-turn questions: five turns find more than twice what the last one finds.
_TURNS = 5
_LONGEST = 600
_LONGEST_TURN = 300
_FEW_WORDS = 10
_FEWEST_CONTENT = 2
_ANGRY = -0.55
_WORD = re.compile(r"[\w'-]{2,}")
_LOOSE_MARK = re.compile(r"\s+([,.;:!?])")
_EMPTY_WORDS = frozenset({
    "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could",
    "did", "do", "does", "doing", "else", "for", "from", "get", "go", "had", "has", "have", "he", "her", "how", "if",
    "in", "is", "it", "its", "just", "know", "like", "long", "many", "may", "me", "mean", "more", "much", "my",
    "need", "no", "not", "now", "of", "on", "one", "or", "other", "our", "please", "she", "should", "so", "some",
    "still", "tell", "than", "that", "the", "them", "then", "there", "these", "they", "thing", "this", "to", "too",
    "up", "us", "want", "was", "we", "what", "what's", "when", "where", "which", "who", "why", "will", "with",
    "would", "yes", "you", "your",
})  # fmt: skip
_TALK = re.compile(
    r"^\W*(?:hi|hello|hey|thanks?(?: you)?|thank you|ok(?:ay)?|yes|no|bye|please|sure|great|perfect"
    r"|good (?:morning|evening))\W*$",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\S+@\S+|\b(?:INV-|LF-|C-)?\d[\d-]{3,}\b|/\w+(?:\{.*\})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question for the library: ``text`` is the last thing said, ``history`` what came before, newest last.

    ``intent`` is what the bot took the last thing said for.
    """

    text: str
    history: tuple[str, ...]
    intent: str | None = None


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
    earlier = [one for one in places if one < place]
    if earlier and len(_content(text)) < _FEWEST_CONTENT:
        text = f"{said[earlier[-1]][1]} {text}"
    history = tuple(one for _, one in said[max(0, place - _TURNS + 1) : place])
    return Asked(text=text[-_LONGEST:], history=history, intent=line.intent)


def turn(text: str) -> str:
    """Return a message as it will stand in the history of the messages after it; empty when it says nothing."""
    plain = _plain(text)
    return "" if _TALK.match(plain) else plain


def _vents(line: Line) -> bool:
    """Say whether a message tells how the customer feels, or whom they want, rather than what about."""
    short = len(line.text.split()) < _FEW_WORDS
    angry = line.sentiment is not None and line.sentiment <= _ANGRY
    return (short and angry) or bool(repeats_self(line.text)) or bool(wants_person(line.text) and short)


def _content(text: str) -> list[str]:
    """Return the words that say what it is about: "and how much is it?" has none, so it needs the turn before."""
    return [word for word in _WORD.findall(text.casefold()) if word not in _EMPTY_WORDS]


def _plain(text: str) -> str:
    without = " ".join(_PRIVATE.sub(" ", text[: 4 * _LONGEST]).split())
    return _LOOSE_MARK.sub(r"\1", without)[:_LONGEST_TURN]
