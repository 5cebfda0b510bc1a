"""The mood of a message: a lexicon that always works, and a trained head that is better."""

from assist.sentiment.load import load
from assist.sentiment.port import SentimentModel

__all__ = ["SentimentModel", "load"]
