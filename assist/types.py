"""The words that the assist room speaks; the server translates its own into these."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Author = Literal["customer", "bot", "agent", "system"]
MoodLabel = Literal["negative", "neutral", "positive"]


class Move(StrEnum):
    """What the bot's side does with a turn."""

    reply = "reply"
    clarify = "clarify"
    hand_off = "hand_off"
    stay_silent = "stay_silent"


class Reason(StrEnum):
    """Why a verdict was given: stable codes for the queue, the packet, the audit and the reports."""

    explicit_request = "explicit_request"
    negative_sentiment = "negative_sentiment"
    falling_sentiment = "falling_sentiment"
    low_confidence = "low_confidence"
    repeated_bot_reply = "repeated_bot_reply"
    customer_rephrasing = "customer_rephrasing"
    sensitive_topic = "sensitive_topic"
    high_value = "high_value"
    company_unavailable = "company_unavailable"
    bot_unavailable = "bot_unavailable"
    bot_request = "bot_request"
    ai_switched_off = "ai_switched_off"
    person_has_it = "person_has_it"
    waiting_for_person = "waiting_for_person"
    closed = "closed"
    unclear = "unclear"
    answered = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a sentence of an answer comes from: one revision of an article in one release."""

    article_id: str
    revision: int
    release: str
    title: str
    heading: str | None = None
    snippet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReply:
    """A button under a message: what it shows and what it sends."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of a conversation, with what was understood of it."""

    author: Author
    text: str
    at: datetime
    message_id: str
    seq: int | None = None
    intent: str | None = None
    confidence: float | None = None
    sentiment: float | None = None
    citation: Citation | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation as far as it has come, oldest line first."""

    conversation_id: str
    lines: tuple[Line, ...]
    locale: str = "en"
    channel: str = "webchat"
    account: str = ""

    def by(self, *authors: Author) -> tuple[Line, ...]:
        """Return the lines of these authors, in order."""
        return tuple(line for line in self.lines if line.author in authors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How one customer message sounds: ``score`` from -1 (furious) to 1 (delighted).

    ``negative`` is the calibrated probability that a reader would call the message negative; ``trend`` is the change of
    the score per message over the last ones (0 when unknown); ``why`` names the terms that weighed most.
    """

    score: float
    negative: float
    label: MoodLabel
    model: str
    trend: float = 0.0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What an operator has switched off: the bot as a whole, on some accounts, channels or intents."""

    ai: bool = True
    accounts_off: frozenset[str] = frozenset()
    channels_off: frozenset[str] = frozenset()
    intents_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the rules may look at for one customer message; nothing else decides.

    ``owner`` is ``bot``, ``queue``, ``agent:<id>`` or ``closed``. ``signals`` and ``replies`` are the bot's for this
    turn; ``earlier_*`` are older, oldest first. ``moods`` are the scores of the customer's messages, oldest first, the
    present one last. ``similarities`` are the cosines of this message with earlier customer messages that could be the
    same question (same numbers in them), oldest first.
    ``turns_since_given_back`` counts customer messages since an agent gave the conversation back (1 = this is the
    first), None when that never happened; ``mood_at_handoff`` is the score that was there when it was handed off.
    """

    text: str
    owner: str = "bot"
    channel: str = "webchat"
    locale: str = "en"
    account: str = ""
    intent: str | None = None
    confidence: float | None = None
    novelty: float | None = None
    signals: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    bot_failed: bool = False
    earlier_replies: tuple[str, ...] = ()
    earlier_texts: tuple[str, ...] = ()
    earlier_signals: tuple[str, ...] = ()
    similarities: tuple[float, ...] = ()
    clarifications_before: int = 0
    company_failures_before: int = 0
    mood: Mood | None = None
    moods: tuple[float, ...] = ()
    active_form: str | None = None
    amounts: tuple[float, ...] = ()
    customer_tier: str | None = None
    turns_since_given_back: int | None = None
    mood_at_handoff: float | None = None
    switches: Switches = field(default_factory=Switches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do, why, who said so, and the few values that decided: enough for audit and for a sentence on screen."""

    move: Move
    reason: Reason
    rule: str
    detail: str
    facts: dict[str, str | int | float | bool | None] = field(default_factory=dict)
    rules_version: str = ""
