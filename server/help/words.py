"""Everything that the help centre says by itself, in the languages that the widget speaks too."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.languages import language

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
REASONS = ("unclear", "wrong", "outdated", "incomplete", "not_my_question")
"""Why an article did not help, as it is stored."""

FILE = Path(__file__).with_name("words.toml")


def words(locale: str) -> Mapping[str, str]:
    """Return what to say to a reader of this locale, in English where we do not speak the language."""
    known = spoken()
    return known.get(language(locale), known["en"])


@cache
def spoken() -> Mapping[str, Mapping[str, str]]:
    """Return the words of every language that we speak, by language."""
    found: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found


def direction(locale: str) -> str:
    """Return `rtl` for languages that are written from right to left, otherwise `ltr`."""
    return "rtl" if language(locale) in RIGHT_TO_LEFT else "ltr"


def counted(said: Mapping[str, str], what: str, count: int) -> str:
    """Return how many there are, in words: `what` is `article` or `result`."""
    return said[f"{what}_one"] if count == 1 else said[f"{what}_many"].format(count=count)
