"""Readers read in their languages' order, and a question tells its own."""

import pytest

from knowledge.languages import chain, query_language

HELD = {
    "en": {"refund": 0.2, "lumen": 0.1, "password": 0.1},
    "de": {"erstattung": 0.2, "lumen": 0.1, "passwort": 0.1},
    "fr": {"remboursement": 0.2, "lumen": 0.1},
}


def share(word: str, one: str) -> float:
    return HELD[one].get(word, 0.0)


@pytest.mark.parametrize(
    ("locale", "fallback", "steps"),
    [
        ("en", (), ("en",)),
        ("de_AT", (), ("de-at", "de")),
        ("de-AT", ("en-GB", "de"), ("de-at", "de", "en-gb", "en")),
        ("*", (), ("*",)),
    ],
)
def test_a_locale_is_followed_by_its_language_and_then_by_the_fallbacks(
    locale: str, fallback: tuple[str, ...], steps: tuple[str, ...]
) -> None:
    assert chain(locale, fallback) == steps


@pytest.mark.parametrize(
    ("text", "reader", "read"),
    [
        ("when do I get my refund", "de", "en"),
        ("wie lange dauert die Erstattung", "en", "de"),
        ("combien de temps pour un remboursement", "en-GB", "fr"),
        # A name or a number is of no language, so the reader's own is taken.
        ("Lumen", "de-AT", "de"),
        ("44110", "fr", "fr"),
        ("", "fr", "fr"),
        ("quando arriva il rimborso", "de", "de"),
    ],
)
def test_a_question_tells_its_language_or_is_taken_for_the_readers(text: str, reader: str, read: str) -> None:
    assert query_language(text, reader, HELD, share) == read


def test_with_one_language_there_is_nothing_to_tell() -> None:
    assert query_language("wie lange dauert das", "en", ["en"], share) == "en"
