"""How a rule says what it thinks: facts and limits in, a verdict or nothing out."""

from collections.abc import Callable
from typing import TypeAlias

from assist.decisions.limits import Limits
from assist.types import Facts, Move, Reason, Verdict

Rule: TypeAlias = Callable[[Facts, Limits], Verdict | None]
"""One rule: its function name is its public name, its docstring is its line in the rule table."""

Value: TypeAlias = str | int | float | bool | None


def hand_off(rule: str, reason: Reason, detail: str, **facts: Value) -> Verdict:
    """Return the verdict that a person should take over."""
    return Verdict(move=Move.hand_off, reason=reason, rule=rule, detail=detail, facts=facts)


def stay_silent(rule: str, reason: Reason, detail: str, **facts: Value) -> Verdict:
    """Return the verdict that the bot's side says nothing."""
    return Verdict(move=Move.stay_silent, reason=reason, rule=rule, detail=detail, facts=facts)
