"""Splits text into sentences with spaCy's rule-based sentencizer; loaded with the first text."""

import re
from functools import cache
from threading import Lock
from typing import Any

_LOCK = Lock()
_LONGEST = 20_000
_BREAK = re.compile(r"\s*\n\s*(?:[-*•]\s+)?")


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a plain text, line breaks parting too, without empty ones."""
    found = []
    for part in _BREAK.split(text[:_LONGEST]):
        if part.strip():
            with _LOCK:
                found += [str(span.text).strip() for span in _splitter()(part).sents]
    return tuple(one for one in found if any(map(str.isalnum, one)))


@cache
def _splitter() -> Any:
    import spacy

    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    return language
