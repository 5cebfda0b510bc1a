"""The language of a message: of its text where that is long enough to tell, else of the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Literal

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")
# Words alone ("ok", "menu", a name) say little; from ten letters on, no English message of
# data/messages.tsv was mistaken.
_FEW_LETTERS = 10
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language code (ISO 639-1), how sure that is (0 to 1), and where it was read from."""

    code: str
    confidence: float
    source: Literal["text", "locale"]


class LanguageReader:
    """Reads the language among a few; loads its model with the first message."""

    def __init__(self, languages: Sequence[str] = LANGUAGES, *, floor: float = 0.7) -> None:
        """Take the languages that may be answered; below ``floor`` the conversation's locale is believed."""
        if not languages:
            raise ValueError("At least one language is needed.")
        self._languages = tuple(languages)
        self._floor = floor
        self._lock = Lock()

    def read(self, text: str, locale: str) -> Language:
        """Return the language of the text, or that of the locale when the text does not tell."""
        spoken = Language(code=locale.split("-")[0].casefold() or self._languages[0], confidence=0.0, source="locale")
        letters = sum(map(str.isalpha, text[:_LONGEST]))
        if letters < _FEW_LETTERS:
            return spoken
        code, confidence = self._classify(text[:_LONGEST])
        if confidence < self._floor:
            return spoken
        return Language(code=code, confidence=confidence, source="text")

    def _classify(self, text: str) -> tuple[str, float]:
        with self._lock:
            code, confidence = self._identifier.classify(text.casefold())
        return str(code), round(float(confidence), 4)

    @cached_property
    def _identifier(self) -> Any:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        identifier.set_languages(list(self._languages))
        return identifier
