"""Loads what is loaded with the first use, so that no customer waits for it (spaCy alone takes seconds)."""

from assist.language import LanguageReader
from assist.sentences import sentences
from assist.sentiment.port import SentimentModel
from assist.understanding import EntityReader


def warm_up(*, sentiment: SentimentModel, language: LanguageReader, entities: EntityReader) -> None:
    """Use every reader once; slow, so call it in a thread while the rest starts."""
    text = "Where is my order #44110? I have been waiting for it since Monday."
    sentiment.read([text])
    language.read(text, "en")
    entities.read(text)
    sentences(text)
