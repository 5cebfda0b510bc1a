"""Limits are data: read, checked, and different for a channel or a locale."""

import pytest

from assist.decisions import Limits, decide, rules_version
from assist.types import Move
from tests.support.assist import moody

OVERRIDDEN = {
    "overrides": [
        {"channel": "sms", "change": {"negative_sentiment": {"score": -0.9}}},
        {"locale": "de", "change": {"negative_sentiment": {"score": -0.2}}},
        {"channel": "sms", "locale": "de", "change": {"negative_sentiment": {"score": -0.4}}},
    ]
}


@pytest.mark.parametrize(
    ("channel", "locale", "score"),
    [
        ("webchat", "en", -0.55), ("sms", "en", -0.9), ("webchat", "de-AT", -0.2), ("sms", "de", -0.4),
        ("sms", "da", -0.9),
    ],
)  # fmt: skip
def test_the_most_specific_override_wins(channel: str, locale: str, score: float) -> None:
    limits = Limits.from_json(OVERRIDDEN)
    assert limits.for_(channel, locale).negative_sentiment.score == score


def test_the_same_message_gets_the_verdict_of_its_locale() -> None:
    limits = Limits.from_json(OVERRIDDEN)
    assert decide(moody(-0.3, locale="en"), limits).move is Move.reply
    assert decide(moody(-0.3, locale="de"), limits).move is Move.hand_off


def test_what_an_override_does_not_name_stays() -> None:
    limits = Limits.from_json(OVERRIDDEN).for_("sms", "en")
    assert limits.negative_sentiment.twice == Limits().negative_sentiment.twice
    assert limits.repeated_bot_reply == Limits().repeated_bot_reply


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('{"negative_sentiment": {"score": -3}}', "negative_sentiment.score"),
        ('{"anger": {}}', "anger"),
        ('{"overrides": [{"change": {"anger": {"on": false}}}]}', "anger"),
        ('{"overrides": [{"change": {"high_value": {"amount": -1}}}]}', "high_value"),
        ("{", "JSON"),
    ],
)
def test_wrong_limits_are_refused_with_the_field_in_the_sentence(wrong: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Limits.from_json(wrong)


def test_limits_survive_being_stored() -> None:
    limits = Limits.from_json(OVERRIDDEN)
    assert Limits.from_json(limits.model_dump_json()) == limits


def test_another_threshold_is_another_version_and_the_same_is_the_same() -> None:
    changed = Limits.from_json({"negative_sentiment": {"score": -0.5}})
    assert rules_version(Limits()) == rules_version(Limits())
    assert rules_version(changed) != rules_version(Limits())
