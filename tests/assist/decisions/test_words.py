"""The words that decide by themselves are clear without their context."""

import pytest

from assist.decisions.limits import SensitiveTopic
from assist.decisions.words import TOPICS, not_understood, repeats_self, topic_of, wants_person


@pytest.mark.parametrize(
    "text",
    [
        "Can I speak to someone?", "I'd like to talk to a real person", "agent please", "human", "get me a manager",
        "put me through to an advisor", "connect me with a human agent please", "I want a person", "call me back",
        "Can somebody call me?", "let me talk to a supervisor", "Ich möchte mit einem Mitarbeiter sprechen",
        "je veux parler à un conseiller", "quiero hablar con una persona",
    ],
)  # fmt: skip
def test_asking_for_a_person_is_heard(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Are you a real person?", "I don't want to talk to a person", "where is my order", "a lamp for two people",
        "I talked to my sister about it", "my travel agent booked it", "someone signed for the parcel",
    ],
)  # fmt: skip
def test_mentioning_people_is_not_asking_for_one(text: str) -> None:
    assert wants_person(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "this is the third time I ask", "how many times do I have to say it", "I already told you my order number",
        "you keep sending me the same link", "we are going round in circles", "I keep explaining this",
        "I have asked this several times",
    ],
)  # fmt: skip
def test_saying_that_one_repeats_oneself_is_heard(text: str) -> None:
    assert repeats_self(text)


@pytest.mark.parametrize(
    "text", ["I ask for the first time", "what time do you open", "I ordered it twice", "is it the same price"]
)
def test_talk_of_times_and_sameness_is_not_repeating(text: str) -> None:
    assert repeats_self(text) is None


@pytest.mark.parametrize(
    "text", ["that's not what I asked", "you're not listening", "you don't understand me", "that doesn't help"]
)
def test_saying_that_the_answer_was_none_is_heard(text: str) -> None:
    assert not_understood(text)
    assert repeats_self(text) is None


@pytest.mark.parametrize("text", ["I don't understand the bill", "that helps", "can you help me", "not what you think"])
def test_talk_of_help_is_not_a_complaint_about_the_answer(text: str) -> None:
    assert not not_understood(text)


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("legal", "my lawyer will be in touch"),
        ("legal", "see you in court"),
        ("injury", "the glass cut my hand"),
        ("injury", "the lamp caught fire"),
        ("fraud", "there is an unauthorised payment on my card"),
        ("fraud", "I never placed this order"),
        ("data_protection", "I received someone else's invoice"),
        ("self_harm", "I want to kill myself"),
        ("abuse", "your driver harassed me: this is harassment"),
        ("press", "I'm going to the press with this"),
        ("bereavement", "my husband died and I want to close his account"),
    ],
)
def test_topics_for_people_are_heard(topic: str, text: str) -> None:
    found = topic_of(text, TOPICS)
    assert found is not None
    assert found[0] == topic


@pytest.mark.parametrize(
    "text",
    [
        "do you sell fire pits", "is there a tennis court nearby", "how do I delete my account", "my name is Sue",
        "the battery died", "I cut the cable to size", "what is your privacy policy", "the colour is to die for",
    ],
)  # fmt: skip
def test_everyday_words_are_not_topics_for_people(text: str) -> None:
    assert topic_of(text, TOPICS) is None


def test_the_default_topics_are_all_there() -> None:
    assert set(SensitiveTopic().topics) == set(TOPICS)
