"""A customer's story from first word to last, on the real parts."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import jsonschema
import pytest

from server.bench.stack import Stack
from server.bench.talk import Frame, visitor
from tests.support.agents import agent

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180), pytest.mark.xdist_group("journeys")]
SCHEMA = json.loads(Path("docs/schemas/context-packet.schema.json").read_text())


async def effects(stack: Stack) -> dict[str, int]:
    """Return what the company's systems have really changed."""
    headers = {"Authorization": f"Bearer {stack.tokens['company_token']}"}
    async with aiohttp.ClientSession() as http, http.get(f"{stack.company_url}/effects", headers=headers) as answer:
        found: dict[str, int] = await answer.json()
        return found


def text_of(event: Frame) -> str:
    """Return the words of a message."""
    words: str = event["data"]["text"]
    return words


async def test_the_bot_answers_with_the_right_order_from_the_companys_system(stack: Stack) -> None:
    async with visitor(stack.url) as widget:
        answer = await widget.ask("hi, where is my order 44110?")
        assert "44110" in text_of(answer)
        assert "DHL" in text_of(answer)
        other = await widget.ask("and what about order 44127")
        assert "44127" in text_of(other)
        assert "DHL" not in text_of(other)


async def test_a_question_is_answered_from_an_article_that_the_customer_can_read(stack: Stack) -> None:
    async with visitor(stack.url) as widget:
        answer = await widget.ask("how long does a refund take?")
        [citation] = answer["data"]["citations"]
        assert citation["article_id"] == "refund-times"
        headers = {"Authorization": f"Bearer {widget.session['token']}"}
        address = f"{stack.url}/api/v1/widget/articles/{citation['article_id']}?revision={citation['revision']}"
        async with aiohttp.ClientSession() as http, http.get(address, headers=headers) as response:
            assert response.status == 200
            assert "5" in (await response.json())["markdown"]


async def test_a_refund_is_confirmed_first_and_then_done_once(stack: Stack) -> None:
    before = await effects(stack)
    async with visitor(stack.url) as widget:
        await widget.ask("I want a refund for order 43871")
        await widget.ask("ana.ruiz@example.com")
        confirm = await widget.ask("the switch is broken")
        assert "89.00" in text_of(confirm)
        assert (await effects(stack))["refunds"] == before["refunds"], (
            "Nothing may happen before the customer says yes."
        )
        yes = next(reply for reply in confirm["data"]["quick_replies"] if reply["title"] == "Yes")
        done = await widget.ask(yes["title"], payload=yes["payload"])
        assert "89.00" in text_of(done)
        assert "RF-" in text_of(done) or "already" in text_of(done)
        assert (await effects(stack))["refunds"] - before["refunds"] <= 1
        again = await widget.ask(yes["title"], payload=yes["payload"])
        assert again is not None
        assert (await effects(stack))["refunds"] - before["refunds"] <= 1


async def test_a_forgotten_password_is_reset_once_and_the_record_says_self_served(stack: Stack) -> None:
    before = await effects(stack)
    async with visitor(stack.url) as widget, agent(stack.url, stack.home) as kim:
        await widget.ask("I forgot my password")
        done = await widget.ask("tom.becker@example.com")
        assert "tom" in text_of(done).lower() or "email" in text_of(done).lower()
        assert (await effects(stack))["password_resets"] == before["password_resets"] + 1
        record = await kim.get(f"/conversations/{done['conversation_id']}")
        assert record["outcome"] == "self_served"
        understood = [
            event for event in await kim.events(record["id"]) if event["data"]["type"] == "message.understood"
        ]
        assert understood[0]["data"]["intent"] == "password_reset"
        assert understood[0]["data"]["confidence"] > 0.5
        assert understood[0]["versions"]["bot_model"].startswith("warmline-")


async def test_what_the_bot_cannot_do_fires_no_task(stack: Stack) -> None:
    before = await effects(stack)
    async with visitor(stack.url) as widget:
        await widget.ask("can you recommend a good film for tonight?")
    assert await effects(stack) == before


async def test_an_upset_customer_is_handed_over_warmly(stack: Stack) -> None:
    async with visitor(stack.url) as widget, agent(stack.url, stack.home) as kim:
        await widget.ask("where is my order 44110")
        await widget.send("this is the third time I ask, this is ridiculous")
        notice = await widget.until("message.sent", actor="system", notice="handoff_requested")
        assert "repeat" in text_of(notice)
        conversation = notice["conversation_id"]

        waiting = await kim.get("/conversations?view=unassigned&limit=200")
        line = next(item for item in waiting["items"] if item["id"] == conversation)
        assert line["reason"] in {"negative_sentiment", "falling_sentiment", "customer_rephrasing", "explicit_request"}
        packet = await kim.get(f"/conversations/{conversation}/packet")
        jsonschema.validate(packet, SCHEMA)
        assert packet["reason"]["code"] == line["reason"]
        assert "44110" in json.dumps(packet)

        await widget.send("hello? it said it would come yesterday")
        await kim.post(f"/conversations/{conversation}/take")
        joined = await widget.until("conversation.assigned")
        assert joined["data"]["agent_name"] == "Kim"

        offered = await kim.wait_for(conversation, "suggestions.offered")
        assert offered["data"]["release"]
        await kim.say(conversation, "Hello, this is Kim. I am looking at order 44110 now.")
        answer = await widget.until("message.sent", actor="agent")
        assert answer["actor"]["name"] == "Kim"
        assert "44110" in text_of(answer)

        await kim.post(f"/conversations/{conversation}/resolve")
        closed = await widget.until("conversation.closed")
        assert closed["data"]["outcome"] == "resolved"
        types = [event["data"]["type"] for event in await kim.events(conversation)]
        assert types.index("packet.built") < types.index("conversation.assigned")


async def test_an_agent_inserts_a_suggestion_and_its_citation_stays(stack: Stack) -> None:
    async with visitor(stack.url) as widget, agent(stack.url, stack.home) as kim:
        await widget.send("I want to talk to a person")
        notice = await widget.until("message.sent", actor="system", notice="handoff_requested")
        conversation = notice["conversation_id"]
        await widget.send("How many days do I have to send something back?")
        await kim.post(f"/conversations/{conversation}/take")
        found = await kim.get(f"/conversations/{conversation}/suggestions?q=how many days to return an item")
        assert found["items"], "The knowledge base has an article on returns."
        first = found["items"][0]
        await kim.say(
            conversation,
            first["text"],
            [
                {
                    "suggestion_id": first["id"],
                    "article_id": first["article_id"],
                    "revision": first["revision"],
                    "release": first["release"],
                    "title": first["title"],
                }
            ],
        )
        answer = await widget.until("message.sent", actor="agent")
        assert answer["data"]["citations"][0]["article_id"] == first["article_id"]
        used = await kim.wait_for(conversation, "suggestion.used")
        assert used["data"]["suggestion_id"] == first["id"]


async def test_two_brands_live_side_by_side(stack: Stack) -> None:
    async with visitor(stack.url, account="fjord") as fjord, visitor(stack.url) as larkfield:
        await fjord.ask("hello")
        await larkfield.ask("hello")
        async with agent(stack.url, stack.home) as kim:
            mine = await kim.get("/conversations?view=bot&limit=200")
        accounts = {item["account"] for item in mine["items"]}
        assert {"fjord", "larkfield"} <= accounts


async def test_words_are_only_words(stack: Stack) -> None:
    hostile: list[tuple[str, Any]] = [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("مرحبا، أين طلبي 44110؟", "مرحبا، أين طلبي 44110؟"),
        ("😀😀😀", "😀😀😀"),
        ("a\x00b\x07c", "abc"),
        ('/talk_to_person{"a": 1}', '/talk_to_person{"a": 1}'),
    ]
    async with visitor(stack.url) as widget:
        for sent, kept in hostile:
            await widget.send(sent)
            received = await widget.until("message.received")
            assert received["data"]["text"] == kept
        for refused, code in (("", "empty_message"), ("\u200b \n", "empty_message"), ("x" * 100_000, "too_large")):
            client_id = await widget.send(refused)
            while not widget.refused:
                await widget.next()
            problem = widget.refused.pop()
            assert (problem["client_id"], problem["problem"]["code"]) == (client_id, code)


async def test_fifty_messages_in_a_second_get_a_clear_answer_and_nothing_accepted_is_lost(stack: Stack) -> None:
    async with visitor(stack.url) as widget:
        sent = [await widget.send(f"message number {number}") for number in range(50)]
        accepted, refused = set[str](), set[str]()
        while len(accepted) + len(refused) < len(sent):
            frame = await widget.next()
            if frame["type"] == "accepted":
                accepted.add(frame["client_id"])
            elif frame["type"] == "refused":
                assert frame["problem"]["code"] == "rate_limited"
                assert frame["problem"]["retry_after"] > 0
                refused.add(frame["client_id"])
        assert len(accepted) >= 10
        assert refused
        conversation = widget.events[0]["conversation_id"]
    async with agent(stack.url, stack.home) as kim:
        stored = [
            event["data"]["client_id"]
            for event in await kim.events(conversation)
            if event["data"]["type"] == "message.received"
        ]
    assert sorted(stored) == sorted(accepted)


async def test_the_same_message_twice_is_one_message(stack: Stack) -> None:
    async with visitor(stack.url) as widget:
        client_id = str(uuid4())
        await widget.send("hello", client_id=client_id)
        await widget.until("message.sent", actor="bot")
        await widget.send("hello", client_id=client_id)
        while (await widget.next())["type"] != "accepted":
            pass
        received = [event for event in widget.events if event["data"]["type"] == "message.received"]
        assert len(received) == 1


async def test_a_visitor_cannot_reach_anothers_conversation(stack: Stack) -> None:
    async with visitor(stack.url) as ana:
        await ana.ask("hello, I am Ana")
        conversation = ana.events[0]["conversation_id"]
    async with visitor(stack.url, conversation_id=conversation, last_seq=1) as stranger:
        assert stranger.welcome["conversation"] is None
        assert stranger.welcome["events"] == []
        assert stranger.welcome["start_over"] is True
