"""Facts are gathered from the conversation since the bot has it."""

from datetime import timedelta

import numpy as np
import pytest

from assist.decisions import Limits, decide
from assist.decisions.facts import BotTurn, gather
from assist.types import Facts, Line, Mood, Reason, Transcript
from tests.support.assist import NOON, line, mood, talk, word_vectors

ANSWER = BotTurn(texts=("It is on its way.",), intent="order_status", confidence=0.9)


def gathered(transcript: Transcript, text: str, bot: BotTurn | None = ANSWER, **more: object) -> Facts:
    """Return the facts of a message after the transcript."""
    inbound = line("customer", text, len(transcript.lines))
    feeling = more.pop("mood", None)
    assert feeling is None or isinstance(feeling, Mood)
    return gather(transcript, inbound, owner="bot", bot=bot, mood=feeling, **more)  # type: ignore[arg-type]


def test_a_bot_that_did_not_answer_is_a_fact() -> None:
    found = gathered(talk(), "hello", None)
    assert found.bot_failed
    assert decide(found, Limits()).reason is Reason.bot_unavailable


def test_clarifications_count_only_when_they_come_in_a_row() -> None:
    unclear: Line = line("bot", "Did you mean ...?", 1, signals=("clarify",))
    again = talk(line("customer", "florp", 0), unclear)
    between = talk(
        line("customer", "florp", 0), unclear, line("customer", "hours?", 2), line("bot", "Nine to five.", 3)
    )
    assert gathered(again, "blarg").clarifications_before == 1
    assert gathered(between, "blarg").clarifications_before == 0


def test_one_turn_of_several_bot_lines_is_one_clarification_and_one_failure() -> None:
    turn = talk(
        line("customer", "florp", 0),
        line("bot", "I did not understand.", 1, signals=("clarify", "company_failed:orders")),
        line("bot", "Did you mean ...?", 2),
    )
    found = gathered(turn, "blarg")
    assert (found.clarifications_before, found.company_failures_before) == (1, 1)


def test_what_was_before_an_agent_gave_it_back_is_settled() -> None:
    old = talk(
        line("customer", "Where is my order please", 0, sentiment=-0.8),
        line("bot", "Which order?", 1, signals=("company_failed:orders",)),
        line("agent", "I have found it.", 2),
    )
    found = gathered(old, "Where is my order please", given_back_at=NOON + timedelta(seconds=61), mood=mood(-0.2))
    assert found.earlier_replies == ()
    assert found.similarities == ()
    assert found.company_failures_before == 0
    assert found.turns_since_given_back == 1
    assert found.moods == (-0.8, -0.2)


def test_another_order_number_is_another_question() -> None:
    before = talk(("customer", "where is my order 44110"), ("bot", "On its way."))
    assert gathered(before, "where is my order 44127").similarities == ()
    assert gathered(before, "where is my order 44110").similarities[0] == pytest.approx(1.0)
    assert gathered(before, "but where is my order").similarities[0] > 0.6


def test_short_words_are_not_compared() -> None:
    assert gathered(talk(("customer", "yes please"), ("bot", "Good.")), "yes please").similarities == ()


def test_vectors_are_compared_where_they_are_known() -> None:
    before = talk(("customer", "when will it come to me"), ("bot", "Soon."))
    one, other = word_vectors(["alpha beta", "alpha beta gamma"])
    found = gathered(before, "what day is the delivery", vector=one, earlier_vectors={"m0": other})
    assert found.similarities[0] == pytest.approx(float(np.dot(one, other)))


def test_asking_the_same_for_the_third_time_is_a_loop() -> None:
    before = talk(
        ("customer", "where is my order now"),
        ("bot", "Which?"),
        ("customer", "my order where is it now"),
        ("bot", "Hm."),
    )
    assert decide(gathered(before, "so where is my order now"), Limits()).reason is Reason.customer_rephrasing
