"""Gathers the facts of one customer message from the conversation so far."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from assist.ports import Vectors
from assist.types import Facts, Line, Mood, Switches, Transcript

_NUMBER = re.compile(r"\d{3,}")
_WORD = re.compile(r"\w{2,}")
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BotTurn:
    """What the bot understood and said for the message at hand."""

    texts: tuple[str, ...]
    signals: tuple[str, ...] = ()
    intent: str | None = None
    confidence: float | None = None
    novelty: float | None = None
    active_form: str | None = None


def gather(
    transcript: Transcript,
    inbound: Line,
    *,
    owner: str,
    bot: BotTurn | None,
    mood: Mood | None,
    switches: Switches | None = None,
    vector: Vectors | None = None,
    earlier_vectors: Mapping[str, Vectors] | None = None,
    amounts: tuple[float, ...] = (),
    customer_tier: str | None = None,
    given_back_at: datetime | None = None,
    mood_at_handoff: float | None = None,
) -> Facts:
    """Return the facts for ``inbound``; ``transcript`` holds the lines before it.

    Loops, clarifications and failures are counted since the bot has the conversation (again): what was before
    ``given_back_at`` is settled. ``vector`` has shape (d,), ``earlier_vectors`` the same by message id; where one is
    missing, the similarity is that of the words.
    """
    lines = [line for line in transcript.lines if given_back_at is None or line.at >= given_back_at]
    asked = [line for line in lines if line.author == "customer"]
    said = [line for line in lines if line.author == "bot"]
    scores = [line.sentiment for line in transcript.by("customer") if line.sentiment is not None]
    turn = bot or BotTurn(texts=())
    return Facts(
        text=inbound.text,
        owner=owner,
        channel=transcript.channel,
        locale=transcript.locale,
        account=transcript.account,
        intent=turn.intent or inbound.intent,
        confidence=turn.confidence if turn.confidence is not None else inbound.confidence,
        novelty=turn.novelty,
        signals=turn.signals,
        replies=turn.texts,
        bot_failed=bot is None,
        earlier_replies=tuple(line.text for line in said),
        earlier_texts=tuple(line.text for line in asked),
        earlier_signals=tuple(signal for line in said for signal in line.signals),
        similarities=_similarities(inbound, asked, vector, earlier_vectors or {}),
        clarifications_before=_clarifications(lines),
        company_failures_before=_failures(said),
        mood=mood,
        moods=(*scores, mood.score) if mood else tuple(scores),
        active_form=turn.active_form,
        amounts=amounts,
        customer_tier=customer_tier,
        turns_since_given_back=None if given_back_at is None else len(asked) + 1,
        mood_at_handoff=mood_at_handoff,
        switches=switches or Switches(),
    )


def _clarifications(lines: Sequence[Line]) -> int:
    """Count the turns of asking back that directly precede this message."""
    count = 0
    signals: list[str] = []
    for line in reversed(lines):
        if line.author == "bot":
            signals.extend(line.signals)
        elif line.author == "customer":
            if "clarify" not in signals:
                break
            count += 1
            signals = []
    return count


def _failures(said: Sequence[Line]) -> int:
    return sum(any(signal.startswith("company_failed:") for signal in line.signals) for line in said)


def _similarities(
    inbound: Line, asked: Sequence[Line], vector: Vectors | None, vectors: Mapping[str, Vectors]
) -> tuple[float, ...]:
    """Return how much alike the message is to each earlier one that may be the same question."""
    if len(_WORD.findall(inbound.text)) < _FEW_WORDS:
        return ()
    numbers = set(_NUMBER.findall(inbound.text))
    found = []
    for line in asked:
        # Another order number, or one more of them, is another question however alike it sounds.
        if not numbers <= set(_NUMBER.findall(line.text)) or len(_WORD.findall(line.text)) < _FEW_WORDS:
            continue
        earlier = vectors.get(line.message_id)
        known = vector is not None and earlier is not None
        found.append(float(vector @ earlier) if known else _word_cosine(inbound.text, line.text))  # type: ignore[operator]
    return tuple(found)


def _word_cosine(one: str, other: str) -> float:
    left, right = (Counter(_WORD.findall(text.casefold())) for text in (one, other))
    if not left or not right:
        return 0.0
    product = sum(count * right[word] for word, count in left.items())
    return product / sqrt(sum(c * c for c in left.values()) * sum(c * c for c in right.values()))
