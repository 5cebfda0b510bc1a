"""The trend of a mood is the slope of its last scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assist.sentiment.line import in_line, trend
from tests.support.assist import mood


@given(start=some.floats(-1, 1), step=some.floats(-0.3, 0.3), count=some.integers(2, 9))
def test_a_straight_line_has_its_step_as_trend(start: float, step: float, count: int) -> None:
    assert trend([start + step * place for place in range(count)]) == pytest.approx(step, abs=1e-9)


def test_one_score_has_no_trend() -> None:
    assert trend([0.4]) == 0
    assert trend([]) == 0


def test_only_the_last_scores_count() -> None:
    assert trend([1, 1, 1, -1, -1, -1, -1]) == 0


def test_a_mood_gets_its_trend_from_what_was_before() -> None:
    assert in_line(mood(-0.6), [0.2, -0.2]).trend == pytest.approx(-0.4)
