"""The bot says the same again and again."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.types import Facts, Reason, Verdict


def repeated_reply(facts: Facts, limits: Limits) -> Verdict | None:
    """A bot that repeats itself is stuck; an upset customer is spared the third time."""
    limit = limits.repeated_bot_reply
    if not limit.on or facts.intent in limit.small_talk:
        return None
    earlier = [_plain(reply) for reply in facts.earlier_replies[-limit.last :]]
    most = max((1 + earlier.count(_plain(reply)) for reply in facts.replies), default=0)
    upset = facts.mood is not None and facts.mood.score <= limit.upset
    allowed = min(limit.times, limit.times_when_upset) if upset else limit.times
    if most < allowed:
        return None
    detail = f"The bot would say the same for the {_ordinal(most)} time."
    return hand_off("repeated_reply", Reason.repeated_bot_reply, detail, times=most, limit=allowed, upset=upset)


def _plain(reply: str) -> str:
    return " ".join(reply.casefold().split())


def _ordinal(count: int) -> str:
    return {2: "second", 3: "third"}.get(count, f"{count}th")
