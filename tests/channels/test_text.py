"""Cleaning of text: whatever comes in, what goes on can be stored, shown and read."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.text import clean, is_noncharacter, says_something

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(text=ANYTHING)
def test_what_is_cleaned_can_be_stored_by_every_database_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert "\r" not in cleaned
    assert clean(cleaned) == cleaned
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert not any(is_noncharacter(c) or unicodedata.category(c) in {"Cs", "Co"} for c in cleaned)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40))
def test_letters_numbers_and_signs_are_kept(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text).strip()
    assert says_something(clean(text))


@pytest.mark.parametrize(
    "code", ["\u202a", "\u202b", "\u202d", "\u202e", "\ufeff", "\u00ad", "\x1b", "\u0085", "\ue000"]
)
def test_marks_that_deceive_or_disturb_go(code: str) -> None:
    assert clean(f"in{code}voice") == "invoice"


@pytest.mark.parametrize("kept", ["\u200d", "\u200c", "\u200e", "\u200f", "\u2066", "\u2067", "\u2068", "\u2069"])
def test_marks_that_scripts_and_emoji_need_stay(kept: str) -> None:
    assert clean(f"a{kept}b") == f"a{kept}b"


@pytest.mark.parametrize("text", ["👍", "🏽", "\U0001fae8", "€", "1", "。", "<", "ß"])
def test_one_sign_is_something(text: str) -> None:
    assert says_something(clean(text))


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u200d", "\u0301", "\ufe0f", "\u200b"])
def test_marks_and_blanks_alone_are_nothing(text: str) -> None:
    assert not says_something(clean(text))
