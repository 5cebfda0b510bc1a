"""The customer puts the same question in other words."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.decisions.words import not_understood, repeats_self
from assist.types import Facts, Reason, Verdict

_SIGNAL = "not_helped"


def rephrasing(facts: Facts, limits: Limits) -> Verdict | None:
    """Who has to ask again, or says so, was not helped by the answer."""
    limit = limits.customer_rephrasing
    if not limit.on:
        return None
    words = repeats_self(facts.text) if limit.words else None
    if words:
        detail = "The customer says that they repeat themselves."
        return hand_off("rephrasing", Reason.customer_rephrasing, detail, words=words)
    if _not_helped(facts) and _not_helped_before(facts):
        detail = "The customer says again that the answer does not help."
        return hand_off("rephrasing", Reason.customer_rephrasing, detail, signal=_SIGNAL)
    # Answers to a form's questions look alike without being the same question.
    if facts.active_form or facts.intent in limit.small_talk:
        return None
    alike = [value for value in facts.similarities if value >= limit.similarity]
    upset = facts.mood is not None and facts.mood.score <= limit.upset
    allowed = min(limit.times, limit.times_when_upset) if upset else limit.times
    if len(alike) < allowed:
        return None
    detail = "The customer asked the same before, in other words."
    similarity = round(max(alike), 3)
    return hand_off("rephrasing", Reason.customer_rephrasing, detail, similarity=similarity, times=len(alike))


def _not_helped(facts: Facts) -> bool:
    return _SIGNAL in facts.signals or not_understood(facts.text)


def _not_helped_before(facts: Facts) -> bool:
    return _SIGNAL in facts.earlier_signals or any(map(not_understood, facts.earlier_texts))
