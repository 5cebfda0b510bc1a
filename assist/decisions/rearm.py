"""Hysteresis of the mood triggers: after an agent gave a conversation back, old anger must not hand it over again."""

from assist.decisions.limits import Limits
from assist.types import Facts


def armed(facts: Facts, limits: Limits) -> bool:
    """Say whether mood may hand over: always before the first handoff, later only by news since it was given back.

    News is a mood that had recovered, a message worse than the one that was handed off, or enough messages in between.
    """
    turns = facts.turns_since_given_back
    if turns is None:
        return True
    rearm = limits.rearm
    since = facts.moods[-turns:] if turns > 0 else ()
    if turns > rearm.messages or any(score >= rearm.recovered for score in since[:-1]):
        return True
    if facts.mood is None or facts.mood_at_handoff is None:
        return False
    # Near the bottom of the scale nothing can be worse by the full step, so there any worse message is news.
    bar = max(facts.mood_at_handoff - rearm.worse_by, -0.95)
    return facts.mood.score <= bar and facts.mood.score < facts.mood_at_handoff
