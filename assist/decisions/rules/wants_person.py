"""The customer asks for a person; this always works."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.decisions.words import wants_person as asks
from assist.types import Facts, Reason, Verdict


def wants_person(facts: Facts, limits: Limits) -> Verdict | None:
    """Who asks for a person gets one, by the bot's intent or by their own words, as often as they ask."""
    limit = limits.wants_person
    if not limit.on:
        return None
    sure = facts.confidence is None or facts.confidence >= limit.confidence
    if facts.intent in limit.intents and sure:
        detail = "The customer asked for a person."
        found: dict[str, str | float | None] = {"intent": facts.intent, "confidence": facts.confidence}
        return hand_off("wants_person", Reason.explicit_request, detail, **found)
    words = asks(facts.text) if limit.words else None
    if words:
        return hand_off("wants_person", Reason.explicit_request, "The customer asked for a person.", words=words)
    return None
