"""The bot itself asks for a person."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.types import Facts, Reason, Verdict

_SIGNAL = "handoff:"
_AGREES = {"affirm", "yes"}


def bot_request(facts: Facts, limits: Limits) -> Verdict | None:
    """A skill that signals a handoff gets it, with the skill's own reason where it is one of ours."""
    if not limits.bot_request.on:
        return None
    said = next((one.removeprefix(_SIGNAL) for one in facts.signals if one.startswith(_SIGNAL)), None)
    if said is None:
        return None
    reason = Reason(said) if said in Reason.__members__ else Reason.bot_request
    if said == "customer_asked":
        # A "yes" after the company's system failed accepts the offer that was made with the bad news.
        failed = facts.company_failures_before > 0 and facts.intent in _AGREES
        reason = Reason.company_unavailable if failed else Reason.explicit_request
    detail = f"The bot asked for a person: {said.replace('_', ' ') or 'no reason given'}."
    return hand_off("bot_request", reason, detail, signal=said)
