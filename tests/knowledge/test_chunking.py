"""Passages stay under one heading, are long enough to answer and short enough to embed."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.chunking import MOST, chunk, sentences
from knowledge.types import Article
from tests.support.knowledge import LAMP, REFUND


def test_every_section_is_a_passage_of_its_own() -> None:
    found = chunk(REFUND)
    assert [piece.passage.heading for piece in found] == [("How long",), ("Where to",)]
    assert found[0].passage.text == "Refunds take 5 to 7 working days."
    assert found[0].embedded.startswith("When will I get my refund? > How long\n")


def test_the_summary_goes_first() -> None:
    first, *_ = chunk(replace(REFUND, summary="Five to seven days."))
    assert (first.passage.heading, first.passage.text) == ((), "Five to seven days.")
    assert first.lead == "When will I get my refund?. Five to seven days."


def test_a_long_section_is_split_and_says_its_last_sentence_again() -> None:
    text = " ".join(f"Sentence number {number} has these seven words." for number in range(60))
    found = [piece.passage.text for piece in chunk(replace(LAMP, text=text))]
    assert len(found) > 2
    for before, after in itertools.pairwise(found):
        assert sentences(before)[-1] == sentences(after)[0]


def test_a_short_section_says_nothing_twice() -> None:
    text = "First paragraph.\n\nSecond paragraph."
    assert [piece.passage.text for piece in chunk(replace(LAMP, text=text))] == [text]


def test_the_same_text_twice_has_two_ids() -> None:
    found = chunk(replace(LAMP, text="# A\n\nSame.\n\n# B\n\nx\n\n# A\n\nSame."))
    assert len({piece.passage.id for piece in found}) == len(found) == 3


def test_ids_do_not_change_with_other_passages() -> None:
    before = {piece.passage.text: piece.passage.id for piece in chunk(LAMP)}
    after = {
        piece.passage.text: piece.passage.id for piece in chunk(replace(LAMP, text=LAMP.text + "\n\n## New\n\nText."))
    }
    assert before.items() <= after.items()


def test_sentences_keep_their_closing_quotes() -> None:
    assert sentences('He said "wait." Then he left. It cost 4.90 EUR.') == [
        'He said "wait."',
        "Then he left.",
        "It cost 4.90 EUR.",
    ]


@given(
    st.lists(st.lists(st.sampled_from(["word", "Two words.", "end.\n\n", "\n", "- item\n", "x" * 30]), max_size=300))
)
def test_no_passage_is_too_long_and_no_word_is_lost(parts: list[list[str]]) -> None:
    text = "\n\n".join(" ".join(part) for part in parts)
    article = Article(id="a", title="A", text=text)
    found = chunk(article)
    assert all(len(piece.passage.text.split()) <= MOST for piece in found)
    assert {word for piece in found for word in piece.passage.text.split()} >= set(text.split()) - {"-"}
