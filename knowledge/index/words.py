"""Text to the words that the lexical index compares: folded, without stop words, stemmed in the text's language."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from threading import local
from typing import Any

# Raised whenever the same text gives other words, so that indexes are built anew.
ANALYSER = 2

WORD = re.compile(r"\w+(?:[-'\u2019./_]\w+)*")
SPACED_CODE = re.compile(r"\b([A-Z]{1,5}) (\d\w*)\b")
PART = re.compile(r"[^\W_]+")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
STOP_WORDS = {
    "da": "DANISH", "de": "GERMAN", "en": "EN_PLUS", "es": "SPANISH", "fr": "FRENCH", "it": "ITALIAN",
    "nb": "NORWEGIAN", "nl": "DUTCH", "no": "NORWEGIAN", "pt": "PORTUGUESE", "ru": "RUSSIAN", "sv": "SWEDISH",
    "tr": "TURKISH", "zh": "CHINESE",
}  # fmt: skip

_stemmers = local()


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it stands in a text (`surface`) and as it is compared (`stem`)."""

    surface: str
    stem: str


def words_of(text: str, locale: str) -> list[Word]:
    """The words of a text that carry meaning, in order; all of them if every one is a stop word."""
    language = _language(locale)
    found = list(_tokens(text))
    kept = [word for word in found if word not in _stop_words(language)] or found
    return [Word(word, stem) for word, stem in zip(kept, _stems(kept, language), strict=True)]


def words_among(text: str, locale: str, stems: Collection[str]) -> list[Word]:
    """Those words of a text whose stems are asked for, in order; quicker than all words of it."""
    language = _language(locale)
    found = list(_tokens(text))
    pairs = zip(found, _stems(found, language), strict=True)
    return [Word(word, stem) for word, stem in pairs if stem in stems and word not in _stop_words(language)]


def tokens(text: str) -> list[str]:
    """All words of a text as they are compared before any language is known: folded, with stop words, not stemmed."""
    return list(_tokens(text))


def is_stop_word(word: str, language: str) -> bool:
    """Whether a folded word is an everyday word of a language (ISO 639-1) whose list is known."""
    return word in _stop_words(language)


def stem_of(word: str, language: str) -> str:
    """One folded word as it is compared in a language."""
    return _stems([word], language)[0]


def is_code(word: str) -> bool:
    """Whether a word looks like an article number, an error code, or a size: it has a digit."""
    return any(letter.isdigit() for letter in word)


def is_name_of_thing(word: str) -> bool:
    """Whether a word is precise enough to name one thing: LF-200, E42, 31.5 is not, 44110 is."""
    return is_code(word) and len(word) >= 3 and (len(word) >= 4 or not word.isdigit())


def _language(locale: str) -> str:
    return locale.split("-")[0].split("_")[0].casefold()


def _tokens(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text)
    for match in SPACED_CODE.finditer(folded):
        # "LF 200" is also "lf200"; in small letters it could be any word before any number.
        yield "".join(match.groups()).casefold()
    for match in WORD.finditer(folded.casefold()):
        word = match.group()
        if word.isalnum() and word.isascii():
            # Most words by far, and their share of a search's time is not small.
            if len(word) > 1 or word.isdigit():
                yield word
            continue
        parts = PART.findall(word)
        # "wi-fi" is also "wifi", and "lf-44110" is also "lf44110": people write both.
        if 1 < len(parts) <= 3 and "-" in word:
            yield "".join(parts)
        for part in parts:
            if WIDE.match(part):
                yield from (part[start : start + 2] for start in range(max(1, len(part) - 1)))
            elif len(part) > 1 or part.isdigit():
                yield part


@cache
def _stop_words(language: str) -> frozenset[str]:
    import bm25s.stopwords

    name = STOP_WORDS.get(language)
    listed: Sequence[str] = getattr(bm25s.stopwords, f"STOPWORDS_{name}") if name else ()
    return frozenset(part for word in listed for part in PART.findall(word.casefold()))


def _stems(words: list[str], language: str) -> list[str]:
    algorithm = STEMMERS.get(language)
    if algorithm is None:
        return words
    stemmer = _stemmer(algorithm)
    return [str(stem) for stem in stemmer.stemWords(words)]


def _stemmer(algorithm: str) -> Any:
    # A Snowball stemmer keeps its state in itself, so every thread has its own.
    stemmer = getattr(_stemmers, algorithm, None)
    if stemmer is None:
        import Stemmer

        stemmer = Stemmer.Stemmer(algorithm)
        setattr(_stemmers, algorithm, stemmer)
    return stemmer
