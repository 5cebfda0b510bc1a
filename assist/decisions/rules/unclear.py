"""The bot did not understand for the first time."""

from assist.decisions.limits import Limits
from assist.types import Facts, Move, Reason, Verdict


def unclear(facts: Facts, limits: Limits) -> Verdict | None:
    """The first time the bot does not understand, it asks back."""
    if "clarify" not in facts.signals:
        return None
    values = {"confidence": facts.confidence, "novelty": facts.novelty}
    detail = "The bot asks back before anybody is called."
    return Verdict(move=Move.clarify, reason=Reason.unclear, rule="unclear", detail=detail, facts={**values})
