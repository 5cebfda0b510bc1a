"""The bot did not answer."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.types import Facts, Reason, Verdict


def bot_down(facts: Facts, limits: Limits) -> Verdict | None:
    """A bot that is down or says nothing must not leave the customer alone."""
    if not limits.bot_down.on:
        return None
    if facts.bot_failed:
        return hand_off("bot_down", Reason.bot_unavailable, "The bot could not be reached.", bot_failed=True)
    if "bot_failed" in facts.signals or not (facts.replies or facts.signals):
        return hand_off("bot_down", Reason.bot_unavailable, "The bot had nothing to say.", bot_failed=False)
    return None
