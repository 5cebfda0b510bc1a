"""The lexical index scores as BM25 does, over one segment or several."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.index.lexical import K1, B, LexicalIndex, Postings, Term, edit_distance
from knowledge.index.words import Word, words_of

TEXTS = (
    "refund refund money card",
    "lamp flickers dimmable bulb bulb loose lamp lamp",
    "order refund late",
    "password reset",
    "package delivered neighbour package carrier tracking",
)


def counted(text: str) -> list[tuple[Word, int]]:
    return [(Word(word, word), 1) for word in text.split()]


def index(*segments: Sequence[str]) -> LexicalIndex:
    return LexicalIndex([(Postings.of(counted(text) for text in texts), None) for texts in segments])


def test_scores_are_those_of_bm25s() -> None:
    import bm25s

    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index([text.split() for text in TEXTS], show_progress=False)
    for query in ("refund", "lamp bulb", "refund lamp password", "package"):
        wanted = reference.get_scores(query.split())
        # bm25s leaves out the constant factor k1 + 1 for this method.
        np.testing.assert_allclose(index(TEXTS).scores([Term(w) for w in query.split()]) / (K1 + 1), wanted, rtol=1e-5)


@given(cut=st.integers(0, len(TEXTS)), words=st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=4))
def test_several_segments_score_as_one(cut: int, words: list[str]) -> None:
    terms = [Term(word) for word in words]
    np.testing.assert_allclose(index(TEXTS[:cut], TEXTS[cut:]).scores(terms), index(TEXTS).scores(terms), rtol=1e-5)


def test_the_dead_do_not_count() -> None:
    alive = np.array([True, False, True, True, False])
    some = LexicalIndex([(Postings.of(counted(text) for text in TEXTS), alive)])
    living = index([text for text, lives in zip(TEXTS, alive, strict=True) if lives])
    np.testing.assert_allclose(some.scores([Term("refund")])[alive], living.scores([Term("refund")]), rtol=1e-5)
    assert some.frequency("lamp") == 0


def test_a_lighter_word_counts_for_less() -> None:
    full, half = index(TEXTS).scores([Term("refund")]), index(TEXTS).scores([Term("refund", 0.5)])
    np.testing.assert_allclose(half, full / 2, rtol=1e-5)


def test_postings_come_back_from_disk(tmp_path: Path) -> None:
    made = Postings.of([(word, 2) for word in words_of(text, "en")] for text in (*TEXTS, ""))
    made.save(tmp_path / "words.npz")
    read = Postings.load(tmp_path / "words.npz")
    assert (list(read.stems), list(read.surfaces)) == (list(made.stems), list(made.surfaces))
    for name in ("starts", "rows", "counts", "lengths"):
        np.testing.assert_array_equal(getattr(read, name), getattr(made, name))


def test_an_empty_segment_comes_back_from_disk(tmp_path: Path) -> None:
    Postings.of([]).save(tmp_path / "words.npz")
    assert list(Postings.load(tmp_path / "words.npz").stems) == []
    assert index([]).scores([Term("refund")]).shape == (0,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pakcage", "package"),
        ("delivred", "delivered"),
        ("neighbor", "neighbour"),
        ("pasword", "password"),
        ("lapm", "lamp"),
        ("lamb", "lamb"),
        ("refund", "refund"),
        ("lf200x", "lf200x"),
        ("xyzzyxyzzy", "xyzzyxyzzy"),
    ],
)
def test_a_typing_error_is_put_right_when_the_word_is_unknown(typed: str, meant: str) -> None:
    found = index(TEXTS).corrected(Term(typed))
    assert found.stem == meant
    assert (found.weight < 1) == (typed != meant)


def test_a_passage_holds_its_words() -> None:
    two = index(TEXTS[:2], TEXTS[2:])
    held = two.held(["refund", "unknown"], np.arange(len(TEXTS)))
    assert np.flatnonzero(held[:, 0]).tolist() == two.rows_of("refund").tolist() == [0, 2]
    assert not held[:, 1].any()


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("abc", "abd", 1), ("abc", "xyz", 3), ("refund", "refudn", 1)],
)
def test_edit_distance(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right, 2) == min(distance, 3) == edit_distance(right, left, 2)
