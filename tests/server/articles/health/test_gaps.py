"""Questions of one meaning are one gap, ranked by how many asked and how lately."""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.embedding.hashing import HashingEmbedder
from server.articles.health.gaps import Unanswered, clusters, gaps, recognised
from tests.support.assist import real_embed
from tests.support.server import NOON

LAMPS = ["Can I return a lamp without its bulb?", "can i return the lamp without the bulb", "Return a lamp, no bulb?"]
TYRES = ["Do you sell winter tyres?", "do you sell tyres for the winter"]


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors without a model."""
    return HashingEmbedder().embed(texts)


def asked(text: str, asker: int, *, days: float = 0, locale: str = "en", intent: str | None = None) -> Unanswered:
    """A question that somebody asked so many days ago."""
    at = NOON - timedelta(days=days)
    return Unanswered(text=text, at=at, asker=UUID(int=asker), locale=locale, source="bot", intent=intent)


def test_questions_of_one_meaning_are_one_gap_with_examples_and_a_workflow_step() -> None:
    questions = [asked(text, place, intent="returns_faq") for place, text in enumerate(LAMPS)]
    questions += [asked(text, 10 + place, intent="out_of_scope") for place, text in enumerate(TYRES)]
    first, second = gaps(questions, embed, now=NOON)
    assert (first.volume, second.volume) == (3, 2)
    assert set(first.data["examples"]) == set(LAMPS)
    assert first.title in LAMPS
    assert (first.data["intent"], second.data["intent"]) == ("returns_faq", "out_of_scope")
    assert first.data["intents"] == [{"intent": "returns_faq", "questions": 3}]


def test_who_asks_the_same_again_counts_once() -> None:
    questions = [asked(LAMPS[0], 1), asked(LAMPS[0].upper(), 1), asked(LAMPS[1], 1), asked(LAMPS[0], 2)]
    [gap] = gaps(questions, embed, now=NOON)
    assert gap.volume == 2


def test_what_was_asked_lately_weighs_more() -> None:
    old = [asked(text, place, days=80) for place, text in enumerate(LAMPS)]
    new = [asked(text, 10 + place, days=1) for place, text in enumerate(TYRES)]
    first, second = gaps([*old, *new], embed, now=NOON)
    assert first.title in TYRES
    assert second.weight == pytest.approx(3 * 0.5 ** (80 / 30), abs=1e-3)


def test_languages_are_not_mixed() -> None:
    found = gaps([asked("Lampe Lampe", 1, locale="de"), asked("Lampe Lampe", 2, locale="en-GB")], embed, now=NOON)
    assert [gap.volume for gap in found] == [1, 1]


def test_the_order_of_the_questions_does_not_matter() -> None:
    questions = [asked(text, place, days=place) for place, text in enumerate([*LAMPS, *TYRES])]
    expected = gaps(questions, embed, now=NOON)
    chance = random.Random(3)  # noqa: S311  # a test's own shuffling
    for _ in range(5):
        chance.shuffle(questions)
        found = gaps(questions, embed, now=NOON)
        assert [(one.title, one.weight, one.questions) for one in found] == [
            (one.title, one.weight, one.questions) for one in expected
        ]


def test_a_gap_is_recognised_when_more_is_asked_and_the_middle_moves() -> None:
    before = gaps([asked(text, place) for place, text in enumerate(LAMPS[:2])], embed, now=NOON)
    known = [("gap:1", before[0].title), ("gap:2", "What about the weather in Spain?")]
    after = gaps([asked(text, place) for place, text in enumerate([*LAMPS, *TYRES])], embed, now=NOON)
    keys = dict(zip([gap.title in LAMPS for gap in after], recognised(after, known, embed), strict=True))
    assert keys == {True: "gap:1", False: None}
    assert recognised([], known, embed) == []


def test_nothing_and_one_are_no_special_cases() -> None:
    assert gaps([], embed, now=NOON) == []
    assert clusters(np.zeros((0, 4), dtype=np.float32)) == []
    assert clusters(np.eye(1, 4, dtype=np.float32)) == [[0]]


def test_with_the_model_other_words_for_the_same_are_one_gap() -> None:
    same = [
        "Do you deliver on Saturdays?",
        "is delivery possible at the weekend",
        "Can my parcel come on a Sunday?",
        "Can I pay with bitcoin?",
        "do you accept crypto currency",
    ]
    found = gaps([asked(text, place) for place, text in enumerate(same)], real_embed(), now=NOON)
    assert sorted(gap.volume for gap in found) == [2, 3]
