"""Suggestions for the agent: answers with sources, and a first reply."""

from assist.packet.first_reply import suggested_first_reply
from assist.suggest.suggest import heard, suggest
from assist.suggest.types import Suggestion, Suggestions

__all__ = ["Suggestion", "Suggestions", "heard", "suggest", "suggested_first_reply"]
