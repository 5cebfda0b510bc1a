"""The packet holds what the conversation held, and is what its published schema says."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from assist.packet import ContextPacket, IdentityFacts, Situation, build, packet_schema
from assist.packet.schema import schema_text
from assist.types import Citation, Move, Reason, Verdict
from assist.understanding import Entity
from tests.support.assist import NOON, line, mood, talk

PUBLISHED = Path(__file__).parents[3] / "docs" / "schemas" / "context-packet.schema.json"
CITED = Citation(article_id="delivery-times", revision=3, release="r0001-ab", title="Delivery times")
TALK = talk(
    line("customer", "Hi", 0, intent="greet", confidence=0.99, sentiment=0.1),
    line("bot", "Hello, I'm the Larkfield assistant.", 1),
    line("customer", "Where is my order 44110?", 2, intent="order_status", confidence=0.93, sentiment=-0.05),
    line("bot", "Order 44110 is with DHL and expected on Wednesday.", 3, citation=CITED,
         signals=("self_served:order_status",)),
    line("customer", "This is the third time I ask, this is ridiculous", 4, intent="complaint", confidence=0.5,
         sentiment=-0.87),
)  # fmt: skip
VERDICT = Verdict(
    move=Move.hand_off, reason=Reason.negative_sentiment, rule="angry_customer", detail="The message is very negative.",
    facts={"score": -0.87}, rules_version="v1",
)  # fmt: skip
ORDER = Entity(kind="order_number", text="44110", value="44110", start=18, end=23)


def situation(**more: Any) -> Situation:
    """Return what is known around the talk."""
    return Situation(**{"verdict": VERDICT, "mood": mood(-0.87, trend=-0.46), "entities": (ORDER,), **more})


def packet(**more: Any) -> ContextPacket:
    """Return the packet of the talk."""
    return build(TALK, situation(**more), now=NOON + timedelta(minutes=3))


FULL = {
    "slots": {"order_number": "43871", "email": "ana.ruiz@example.com", "reason": None},
    "active_form": "refund_form",
    "requested_slot": "reason",
    "form_slots": ("order_number", "email", "reason"),
    "identity": IdentityFacts(
        level="verified", email="ana.ruiz@example.com", name="Ana Ruiz", customer_number="C-10001"
    ),
    "profile": {"tier": "gold", "since": "2021-04-01", "orders": [{"number": "44110", "total": 89.0}]},
    "articles_helped": {"delivery-times": False},
    "actions_done": ("sent a password reset",),
    "promised": ("a call back by Friday",),
    "versions": {"bot_model": "m1", "knowledge_release": "r0001-ab"},
}


def test_the_packet_says_why_what_and_what_was_tried() -> None:
    found = packet()
    assert found.reason.code is Reason.negative_sentiment
    assert found.reason.facts == {"score": -0.87}
    assert found.wants == "Order status (order 44110)"
    assert [one.intent for one in found.intents] == ["greet", "order_status", "complaint"]
    assert [one.score for one in found.sentiment_line] == [0.1, -0.05, -0.87]
    assert found.tried.articles[0].title == "Delivery times"
    assert found.tried.articles[0].helped is None
    assert found.tried.actions == ("answered by itself: order status",)
    assert found.mood is not None
    assert found.mood.trend == -0.46
    assert (found.conversation.first_seq, found.conversation.last_seq, found.conversation.lines) == (1, 5, 5)
    assert found.versions["rules"] == "v1"


def test_politeness_is_not_a_wish() -> None:
    found = build(
        talk(
            line("customer", "invoice copy please", 0, intent="invoice_copy"),
            line("customer", "thanks, a human please", 1, intent="talk_to_person"),
        ),
        situation(entities=()),
        now=NOON,
    )
    assert found.wants == "Invoice copy"


def test_without_an_intent_the_customer_is_quoted() -> None:
    assert (
        build(talk(("customer", "my lamp hums at night")), situation(entities=()), now=NOON).wants
        == "my lamp hums at night"
    )


def test_an_unfinished_form_can_be_finished_from_the_packet() -> None:
    half = packet(**FULL).half_done
    assert half is not None
    assert half.form == "refund_form"
    assert half.filled == {"order_number": "43871", "email": "a***@example.com"}
    assert half.missing == ("reason",)
    assert half.asked_for == "reason"


def test_addresses_are_masked_unless_they_are_wanted() -> None:
    hidden, shown = packet(**FULL), packet(**FULL, mask_email=False)
    assert (hidden.identity.email, hidden.identity.email_masked) == ("a***@example.com", True)
    assert (shown.identity.email, shown.identity.email_masked) == ("ana.ruiz@example.com", False)
    assert shown.slots["email"] == "ana.ruiz@example.com"


def test_whether_an_article_helped_is_kept() -> None:
    assert packet(**FULL).tried.articles[0].helped is False


def test_the_first_reply_knows_the_name_the_mood_and_the_form() -> None:
    text = packet(**FULL).suggested_first_reply
    assert text.startswith("Hello Ana,")
    assert "sorry" in text
    assert "refund I only need: reason" in text


def test_the_first_reply_names_the_order_and_asks_for_nothing_known() -> None:
    text = packet().suggested_first_reply
    assert "order 44110" in text
    assert "?" not in text


def test_the_same_input_gives_the_same_packet() -> None:
    assert packet(**FULL) == packet(**FULL)


@pytest.mark.parametrize("more", [{}, FULL, {"mood": None, "entities": ()}], ids=["plain", "full", "bare"])
def test_a_packet_is_what_the_published_schema_says(more: dict[str, Any]) -> None:
    jsonschema.validate(json.loads(packet(**more).model_dump_json()), json.loads(PUBLISHED.read_text(encoding="utf-8")))


@settings(deadline=None, max_examples=25)
@given(texts=some.lists(some.text(max_size=300), max_size=6))
def test_any_conversation_makes_a_packet(texts: list[str]) -> None:
    found = build(talk(*[("customer", text) for text in texts]), situation(), now=NOON)
    jsonschema.validate(json.loads(found.model_dump_json()), packet_schema())


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), f"run: python -m assist.packet {PUBLISHED.name}"


def test_an_unknown_field_is_refused() -> None:
    data = packet().model_dump(mode="json") | {"surprise": 1}
    with pytest.raises(ValidationError):
        ContextPacket.model_validate(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, packet_schema())


def test_a_stored_packet_reads_back_the_same() -> None:
    full = packet(**FULL)
    assert ContextPacket.model_validate_json(full.model_dump_json()) == full
