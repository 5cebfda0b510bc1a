"""Every rule has a case that fires and one that does not; the order of the rules is the policy."""

import pytest

from assist.decisions import RULES, Limits, decide, rules_version
from assist.decisions.opinion import Rule
from assist.types import Move, Reason, Switches
from tests.assist.decisions.cases import ALL_QUIET, CASES
from tests.support.assist import facts, mood, moody


@pytest.fixture(params=RULES, ids=[rule.__name__ for rule in RULES])
def rule(request: pytest.FixtureRequest) -> Rule:
    """Each rule in turn."""
    found: Rule = request.param
    return found


def test_each_rule_has_its_cases() -> None:
    assert {one.__name__ for one in RULES} == set(CASES), "a rule needs a firing and a non-firing case in cases.py"


def test_a_rule_speaks_in_its_case_with_its_reason_and_name(rule: Rule) -> None:
    case = CASES[rule.__name__]
    verdict = decide(case.fires, Limits())
    assert (verdict.rule, verdict.reason) == (rule.__name__, case.reason)
    assert verdict.detail.endswith(".")
    assert verdict.rules_version == rules_version(Limits())


def test_a_rule_keeps_quiet_in_the_case_beside_it(rule: Rule) -> None:
    assert rule(CASES[rule.__name__].quiet, Limits()) is None


def test_a_rule_says_what_it_does(rule: Rule) -> None:
    assert rule.__doc__
    assert rule.__doc__.splitlines()[0].endswith(".")


SWITCHED = {
    "wants_person": "wants_person", "bot_down": "bot_down", "sensitive_topic": "sensitive_topic",
    "angry_customer": "negative_sentiment", "falling_mood": "falling_sentiment", "bot_request": "bot_request",
    "repeated_reply": "repeated_bot_reply", "rephrasing": "customer_rephrasing", "low_confidence": "low_confidence",
    "company_down": "company_unavailable", "high_value": "high_value",
}  # fmt: skip


@pytest.mark.parametrize(("name", "limit"), SWITCHED.items())
def test_a_trigger_that_is_switched_off_hands_nothing_over(name: str, limit: str) -> None:
    off = Limits.from_json({limit: {"on": False}})
    verdict = decide(CASES[name].fires, off)
    assert verdict.rule != name


def test_every_rule_that_hands_over_has_a_switch_or_is_one() -> None:
    hands_over = {name for name, case in CASES.items() if decide(case.fires, Limits()).move is Move.hand_off}
    assert hands_over - set(SWITCHED) == {"kill_switch"}


def test_the_bot_replies_when_no_rule_has_an_opinion() -> None:
    verdict = decide(ALL_QUIET, Limits())
    assert (verdict.move, verdict.reason, verdict.rule) == (Move.reply, Reason.answered, "otherwise")


def test_the_first_misunderstanding_is_asked_back_and_the_second_goes_to_a_person() -> None:
    assert decide(facts(signals=("clarify",)), Limits()).move is Move.clarify
    assert decide(facts(signals=("clarify",), clarifications_before=1), Limits()).move is Move.hand_off


@pytest.mark.parametrize(
    ("owner", "reason"),
    [("agent:7", Reason.person_has_it), ("queue", Reason.waiting_for_person), ("closed", Reason.closed)],
)
def test_the_bot_is_silent_when_it_has_not_the_word_whatever_is_said(owner: str, reason: Reason) -> None:
    verdict = decide(facts("I want a human NOW, I will sue you", owner=owner, mood=mood(-1.0), moods=(-1.0,)), Limits())
    assert (verdict.move, verdict.reason) == (Move.stay_silent, reason)


@pytest.mark.parametrize(
    "switches",
    [
        Switches(ai=False),
        Switches(accounts_off=frozenset({"larkfield"})),
        Switches(channels_off=frozenset({"webchat"})),
        Switches(intents_off=frozenset({"order_status"})),
    ],
)
def test_every_kill_switch_hands_over(switches: Switches) -> None:
    verdict = decide(facts(account="larkfield", switches=switches), Limits())
    assert verdict.reason is Reason.ai_switched_off


def test_two_bad_messages_in_a_row_hand_over_though_neither_would_alone() -> None:
    assert decide(moody(-0.5), Limits()).move is Move.reply
    assert decide(moody(-0.5, -0.5), Limits()).reason is Reason.negative_sentiment


def test_a_strong_word_in_a_message_that_is_not_negative_does_not_hand_over() -> None:
    verdict = decide(facts(mood=mood(-0.8, negative=0.3), moods=(-0.8,)), Limits())
    assert verdict.move is Move.reply


def test_an_upset_customer_is_spared_the_third_time() -> None:
    calm = facts(replies=("Which order?",), earlier_replies=("Which order?",))
    upset = facts(replies=("Which order?",), earlier_replies=("Which order?",), mood=mood(-0.4), moods=(-0.4,))
    assert decide(calm, Limits()).move is Move.reply
    assert decide(upset, Limits()).reason is Reason.repeated_bot_reply


def test_thanking_three_times_is_no_loop() -> None:
    welcome = "You're welcome."
    thanked = facts("thanks", intent="thanks", replies=(welcome,), earlier_replies=(welcome, welcome))
    assert decide(thanked, Limits()).move is Move.reply


def test_answers_to_a_form_are_not_taken_for_rephrasing() -> None:
    assert decide(facts(similarities=(0.95, 0.95), active_form="refund_form"), Limits()).move is Move.reply


def test_the_bot_passes_on_its_own_reason_when_it_is_one_of_ours() -> None:
    assert decide(facts(signals=("handoff:company_unavailable",)), Limits()).reason is Reason.company_unavailable


def test_a_customer_of_a_named_tier_gets_a_person_when_money_moves() -> None:
    limits = Limits.from_json({"high_value": {"tiers": ["gold"]}})
    assert decide(facts(intent="request_refund", customer_tier="gold"), limits).reason is Reason.high_value
    assert decide(facts(intent="opening_hours", customer_tier="gold"), limits).move is Move.reply


def test_an_answer_that_does_not_help_is_tried_again_once() -> None:
    first = facts("that did not help", signals=("not_helped",))
    second = facts("that did not help", signals=("not_helped",), earlier_signals=("not_helped",))
    assert decide(first, Limits()).move is Move.reply
    assert decide(second, Limits()).reason is Reason.customer_rephrasing


@pytest.mark.parametrize(
    ("intent", "failures", "reason"),
    [
        ("talk_to_person", 0, Reason.explicit_request),
        ("affirm", 0, Reason.explicit_request),
        ("affirm", 1, Reason.company_unavailable),
    ],
)
def test_accepting_the_offer_of_a_person_has_the_reason_of_the_offer(
    intent: str, failures: int, reason: Reason
) -> None:
    agreed = facts(
        "yes please", intent=intent, signals=("handoff:customer_asked",), company_failures_before=failures
    )  # fmt: skip
    assert decide(agreed, Limits()).reason is reason
