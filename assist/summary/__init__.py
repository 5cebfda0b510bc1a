"""Short summaries of conversations."""

from assist.summary.extractive import summarise

__all__ = ["summarise"]
