"""The company's own system fails again."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.types import Facts, Reason, Verdict

_SIGNAL = "company_failed:"


def company_down(facts: Facts, limits: Limits) -> Verdict | None:
    """One failure is said honestly and tried again; the next one goes to a person."""
    limit = limits.company_unavailable
    failed = next((one.removeprefix(_SIGNAL) for one in facts.signals if one.startswith(_SIGNAL)), None)
    if not limit.on or failed is None:
        return None
    failures = facts.company_failures_before + 1
    if failures < limit.failures:
        return None
    detail = f"The company's system failed {failures} times." if failures > 1 else "The company's system failed."
    return hand_off("company_down", Reason.company_unavailable, detail, operation=failed, failures=failures)
