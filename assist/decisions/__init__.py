"""Decisions about a turn: reply, clarify, hand off or stay silent."""

from assist.decisions.decide import decide, rules_version
from assist.decisions.limits import Limits
from assist.decisions.rules import RULES

__all__ = ["RULES", "Limits", "decide", "rules_version"]
