"""Finds the best sentiment model that is at hand."""

from pathlib import Path

from assist.ports import Embed
from assist.sentiment.combined import CombinedSentiment, Head
from assist.sentiment.lexicon import LexiconSentiment
from assist.sentiment.port import SentimentModel
from assist.sentiment.training import head_path


def load(home: Path, embed: Embed | None = None) -> SentimentModel:
    """Return the trained model when its head lies under ``home`` and an embedder is given, else the lexicon.

    Raises HeadBroken when a head is there but cannot be read: that is for the operator to see, not to hide.
    """
    path = head_path(home)
    if embed is None or not path.is_file():
        return LexiconSentiment()
    return CombinedSentiment(Head.from_file(path), embed)
