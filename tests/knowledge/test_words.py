"""What counts as a word, and which words are the same."""

import pytest

from knowledge.index.words import words_of


def stems(text: str, locale: str = "en") -> list[str]:
    return [word.stem for word in words_of(text, locale)]


def test_forms_of_a_word_are_the_same_in_their_language() -> None:
    assert stems("refunds refunded") == stems("refund refunding")
    assert stems("Rechnungen", "de-AT") == stems("Rechnung", "de")


def test_stop_words_go_unless_nothing_else_is_there() -> None:
    assert stems("where is my order") == stems("order")
    assert stems("how are you") != []


@pytest.mark.parametrize(("one", "other"), [("Wi-Fi", "wifi"), ("LF-44110", "lf44110"), ("e-mail", "email")])
def test_a_hyphen_more_or_less_makes_no_difference(one: str, other: str) -> None:
    assert set(stems(other)) <= set(stems(one))


def test_wide_scripts_are_cut_into_pairs() -> None:
    assert stems("退款时间", "zh") == ["退款", "款时", "时间"]


def test_the_surface_is_kept() -> None:
    assert [(word.surface, word.stem) for word in words_of("Refunds!", "en")] == [("refunds", "refund")]


@pytest.mark.parametrize("text", ["", " ", "🙂", "!?", "\x00"])
def test_a_text_without_words_has_none(text: str) -> None:
    assert stems(text) == []


def test_a_language_without_a_stemmer_is_compared_as_written() -> None:
    assert stems("lampe lampes", "xx") == ["lampe", "lampes"]
