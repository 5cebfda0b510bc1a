"""The bot does not understand, even after it asked back."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.types import Facts, Reason, Verdict


def low_confidence(facts: Facts, limits: Limits) -> Verdict | None:
    """Asking back is fine once; still not understanding after it means a person."""
    limit = limits.low_confidence
    if not limit.on or "clarify" not in facts.signals or facts.clarifications_before < limit.clarifications:
        return None
    values: dict[str, float | int | None] = {
        "confidence": facts.confidence, "novelty": facts.novelty, "clarifications": facts.clarifications_before,
    }  # fmt: skip
    return hand_off("low_confidence", Reason.low_confidence, "The bot did not understand after asking back.", **values)
