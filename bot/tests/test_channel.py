"""The doors of the bot: who may come in, what a repeated or odd message does, and what survives a kill."""

from __future__ import annotations

import uuid

import pytest

from tests.support import ANA, Company, Customer, House, post

OURS = "/webhooks/warmline/webhook"
STOCK = "/webhooks/rest/webhook"


@pytest.mark.parametrize("path", [OURS, STOCK])
@pytest.mark.parametrize("token", [None, "wrong"])
def test_without_the_token_no_door_opens(house: House, path: str, token: str | None) -> None:
    status, answer = post(house.url + path, {"sender": "x", "message": "hi", "message_id": "1"}, token)
    assert status == 401
    assert answer["code"] == "unauthorized"


def test_the_actions_want_a_token_too(house: House) -> None:
    status, _ = post(house.actions_url + "/webhook", {"next_action": "action_order_status"}, None)
    assert status == 401


def test_the_stock_webhook_answers_with_the_token(house: House) -> None:
    status, answer = post(house.url + STOCK, {"sender": str(uuid.uuid4()), "message": "hello"})
    assert status == 200
    assert "automated assistant" in answer[0]["text"]


def test_a_repeated_message_is_replayed_and_nothing_runs_again(customer: Customer, company: Company) -> None:
    customer.says("refund order 43871, it is broken")
    customer.says(ANA)
    first = customer.says("yes", message_id="m-1")
    again = customer.says("yes", message_id="m-1")
    assert not first.raw["replayed"]
    assert again.raw == first.raw | {"replayed": True}
    assert len(company.writes("/refunds")) == 1
    assert company.writes("/refunds")[0]["key"] == "m-1:refund"


def test_a_form_and_a_reply_survive_a_kill(house: House, customer: Customer, company: Company) -> None:
    customer.says("I want a refund for order 43871")
    asked = customer.says(ANA, message_id="m-2")
    house.restart_rasa()
    again = customer.says(ANA, message_id="m-2")
    assert again.raw["messages"] == asked.raw["messages"]
    assert again.raw["replayed"]
    assert customer.says("too dark").state["requested_slot"] == "refund_confirm"


def test_a_very_long_conversation_keeps_its_slots_and_its_replies(customer: Customer) -> None:
    customer.says("where is order 44110?")
    first = customer.says("hello", message_id="early")
    for _ in range(40):
        customer.says("thanks")
    assert customer.says("hello", message_id="early").raw["messages"] == first.raw["messages"]
    assert customer.says("I want a refund").state["slots"]["order_number"] == "44110"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\U0001f525\U0001f525",
        "<script>alert(1)</script>",
        "a\x00b\x07",
        "\u202eolleh",
        "{sender}",
        "/",
        "/nothing{",
        "x " * 60_000,
    ],
    ids=["empty", "blank", "emoji", "script", "control", "rtl", "braces", "slash", "payload", "huge"],
)
def test_odd_messages_get_an_answer(customer: Customer, text: str) -> None:
    assert customer.says(text).raw["messages"]


def test_a_payload_is_its_intent(customer: Customer) -> None:
    reply = customer.says("/delivery_faq")
    assert reply.intent == "delivery_faq"
    assert reply.raw["understanding"]["confidence"] == 1.0
    assert reply.signals == ["self_served:delivery_faq"]


@pytest.mark.parametrize(
    "body",
    [[], {}, {"sender": "a", "message": 3, "message_id": "1"}, {"sender": "", "message": "a", "message_id": "1"}],
)
def test_a_wrong_body_is_refused(house: House, body: object) -> None:
    status, answer = post(house.url + OURS, body)
    assert status == 422
    assert answer["code"] == "invalid_request"


def test_understanding_has_what_the_server_stores(customer: Customer) -> None:
    understood = customer.says("where is my order LF-44110, ordered on 12 March for 89,90 EUR?").raw["understanding"]
    assert understood["intent"] == "order_status"
    assert 0 <= understood["novelty"] <= 1
    assert len(understood["ranking"]) == 5
    assert {(one["entity"], one["value"]) for one in understood["entities"]} == {
        ("order_number", "44110"),
        ("date", "12 march"),
        ("amount", "89.90"),
    }
