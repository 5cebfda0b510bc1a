"""After an agent gave a conversation back, old anger hands nothing over; news does, and asking always does."""

from hypothesis import given
from hypothesis import strategies as some

from assist.decisions import Limits, decide
from assist.decisions.rearm import armed
from assist.types import Move, Reason
from tests.support.assist import facts, mood, moody

SCORES = some.floats(-1, 1, allow_nan=False).map(lambda value: round(value, 3))
MOOD_REASONS = {Reason.negative_sentiment, Reason.falling_sentiment}


@given(at=SCORES, now=SCORES, before=some.lists(SCORES, max_size=6))
def test_right_after_the_return_only_a_worse_message_hands_over_by_mood(
    at: float, now: float, before: list[float]
) -> None:
    known = facts(mood=mood(now), moods=(*before, now), turns_since_given_back=1, mood_at_handoff=at)
    verdict = decide(known, Limits())
    if now >= at:
        assert verdict.reason not in MOOD_REASONS


@given(at=SCORES, since=some.lists(SCORES, min_size=1, max_size=4))
def test_while_the_mood_stays_between_recovered_and_worse_the_trigger_rests(at: float, since: list[float]) -> None:
    rearm = Limits().rearm
    floor = max(at - rearm.worse_by, -0.95)
    flat = [min(max(score, floor + 0.001), rearm.recovered - 0.001) for score in since]
    known = facts(mood=mood(flat[-1]), moods=tuple(flat), turns_since_given_back=len(flat), mood_at_handoff=at)
    rests = all(floor < score < rearm.recovered for score in flat)
    assert not rests or not armed(known, Limits())


@given(score=SCORES, turns=some.integers(1, 20) | some.none(), at=SCORES | some.none())
def test_asking_for_a_person_always_works(score: float, turns: int | None, at: float | None) -> None:
    known = facts(
        "get me a human", mood=mood(score), moods=(score,), turns_since_given_back=turns, mood_at_handoff=at
    )  # fmt: skip
    assert decide(known, Limits()).reason is Reason.explicit_request


@given(scores=some.lists(SCORES, min_size=1, max_size=8))
def test_before_the_first_handoff_the_trigger_is_armed(scores: list[float]) -> None:
    assert armed(moody(*scores), Limits())


def test_a_mood_that_recovered_may_trigger_again() -> None:
    back = moody(0.2, -0.7, turns_since_given_back=2, mood_at_handoff=-0.9)
    assert decide(back, Limits()).reason is Reason.negative_sentiment


def test_a_worse_message_triggers_at_once() -> None:
    back = moody(-0.6, -0.85, turns_since_given_back=1, mood_at_handoff=-0.6)
    assert decide(back, Limits()).reason is Reason.negative_sentiment


def test_the_furious_can_still_get_worse() -> None:
    back = moody(-0.9, -0.97, turns_since_given_back=1, mood_at_handoff=-0.9)
    assert decide(back, Limits()).move is Move.hand_off


def test_after_enough_messages_the_trigger_is_as_before() -> None:
    series = (-0.7, -0.3, -0.3, -0.3, -0.3, -0.7)
    resting = moody(*series[:5], turns_since_given_back=4, mood_at_handoff=-0.7)
    rested = moody(*series, turns_since_given_back=5, mood_at_handoff=-0.7)
    assert decide(resting, Limits()).move is Move.reply
    assert decide(rested, Limits()).reason is Reason.negative_sentiment
