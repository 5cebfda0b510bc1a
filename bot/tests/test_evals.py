"""The figures of `eval-intents` count what they say, and rows that cannot be measured on are refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.intents import OOS, Heard, RowsWrong, calibration_error, check, figures, read


def heard(said: str, head: str | None = None, confidence: float = 1.0, unsure: float = 0.0) -> Heard:
    """An answer; `head` is what was understood before the doubt."""
    return Heard(said=said, head=head or said, confidence=confidence, unsure=unsure, novelty=unsure, seconds=0.001)


def test_a_doubted_message_is_wrong_in_scope_and_right_outside() -> None:
    found = figures(
        ["a", "a", "b", OOS, OOS],
        [heard("a"), heard(OOS, "a", 0.3, 0.7), heard("b"), heard(OOS, "b", 0.2, 0.8), heard("a", "a", 0.9, 0.1)],
    )
    assert found["in_scope_accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["in_scope_accuracy_before_doubt"] == 1.0
    assert (found["oos_recall"], found["oos_precision"]) == (0.5, 0.5)
    assert found["oos_auroc"] == pytest.approx(5 / 6, abs=1e-4)
    # a: one of two found, and one message outside taken for it; b: right.
    assert found["macro_f1"] == 0.75


def test_without_rows_outside_only_what_is_inside_is_measured() -> None:
    found = figures(["a", "b"], [heard("a"), heard("b")])
    assert found["in_scope_accuracy"] == 1.0
    assert found["oos_recall"] is found["oos_precision"] is found["oos_auroc"] is None


def test_confidence_that_is_right_as_often_as_it_says_has_no_error() -> None:
    right = np.array([True] * 8 + [False] * 2)
    assert calibration_error(np.full(10, 0.8), right) == 0.0
    assert calibration_error(np.full(10, 1.0), right) == pytest.approx(0.2)


def test_both_names_of_out_of_scope_are_one(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"text": "x", "label": one}) + "\n" for one in ("oos", "out_of_scope", "a")))
    assert [label for _, label in read(path)] == [OOS, OOS, "a"]


@pytest.mark.parametrize(
    ("learned", "asked", "words"),
    [
        ("aaabbb", "a", "2 intents"),
        ("aaabbbc", "a", "c has 1"),
        ("aabbcc", "a", "one intent needs 3"),
        ("aaabbbccc", "d", "no training row has: d"),
    ],
)
def test_rows_that_cannot_be_measured_on_are_refused(learned: str, asked: str, words: str) -> None:
    with pytest.raises(RowsWrong, match=words):
        check([("x", label) for label in learned], [("x", label) for label in asked])
