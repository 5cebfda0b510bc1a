"""What breaks, and that nobody loses anything by it."""

import asyncio
import signal
from time import perf_counter
from typing import Any

import aiohttp
import pytest

from server.bench.stack import Stack
from server.bench.talk import visitor
from tests.support.agents import agent

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180), pytest.mark.xdist_group("journeys")]


def kill(stack: Stack, name: str) -> None:
    """Kill a child's working process with SIGKILL; its keeper starts it again."""
    for process in stack.processes(name):
        if "leash.py" not in " ".join(process.cmdline()):
            process.send_signal(signal.SIGKILL)


async def faults(stack: Stack, **wanted: Any) -> None:
    """Let the company's systems fail."""
    headers = {"Authorization": f"Bearer {stack.tokens['company_token']}"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{stack.company_url}/faults", json=wanted, headers=headers) as answer,
    ):
        answer.raise_for_status()


async def answers(url: str, *, seconds: float = 60) -> None:
    """Wait until an address answers."""
    async with asyncio.timeout(seconds), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(url) as answer:
                    if answer.status == 200 and (await answer.json())["status"] == "ok":
                        return
            except (aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(0.05)


async def test_rasa_killed_in_mid_conversation(fragile: Stack) -> None:
    async with visitor(fragile.url) as widget:
        await widget.ask("hello")
        kill(fragile, "rasa")
        began = perf_counter()
        await widget.send("where is my order 44110")
        notice = await widget.until("message.sent", actor="system", notice="bot_unavailable")
        assert perf_counter() - began < 3
        assert "colleague" in notice["data"]["text"]
    await answers(f"{fragile.url}/readyz")
    async with visitor(fragile.url) as later:
        answer = await later.ask("where is my order 44110", seconds=20)
        assert "44110" in answer["data"]["text"]


async def test_server_killed_between_intake_and_reply(fragile: Stack) -> None:
    await faults(fragile, mode="timeout", count=1, only="/orders")
    async with visitor(fragile.url) as widget:
        await widget.send("where is my order 44110")
        await widget.until("message.received")
        session = widget.session
        kill(fragile, "server")
    await answers(f"{fragile.url}/readyz")
    async with visitor(fragile.url, session=session) as widget:
        received = [event for event in widget.events if event["data"]["type"] == "message.received"]
        assert [event["data"]["text"] for event in received] == ["where is my order 44110"]
        said = [event for event in widget.events if event["data"]["type"] == "message.sent"]
        if not said:
            said = [await widget.until("message.sent", seconds=30)]
        conversation = said[0]["conversation_id"]
    # The bot may have answered or, still held up by the first try, have been given up for a person: either way once.
    async with agent(fragile.url, fragile.home) as kim:
        await kim.wait_for(conversation, "decision.made", seconds=20)
        events = await kim.events(conversation)
    asked = received[0]["data"]["message_id"]
    assert [event["data"]["message_id"] for event in events if event["data"]["type"] == "decision.made"] == [asked]
    replies = [event for event in events if event["data"].get("in_reply_to") == asked]
    assert len(replies) == 1


@pytest.mark.parametrize("mode", ["error", "timeout"])
async def test_a_company_system_that_fails_is_said_honestly_and_a_person_is_offered(fragile: Stack, mode: str) -> None:
    await faults(fragile, mode=mode, count=None)
    async with visitor(fragile.url) as widget, agent(fragile.url, fragile.home) as kim:
        answer = await widget.ask("where is my order 44110", seconds=20)
        assert "not answering" in answer["data"]["text"]
        assert any("person" in reply["title"].lower() for reply in answer["data"]["quick_replies"])
        called = await kim.wait_for(answer["conversation_id"], "company.called")
        assert called["data"]["outcome"] == "failed"
        await faults(fragile, mode="none")
        again = await widget.ask("where is my order 44110", seconds=20)
        assert "44110" in again["data"]["text"]
        assert "not answering" not in again["data"]["text"]


async def test_an_answer_that_is_lost_on_the_way_does_nothing_twice(fragile: Stack) -> None:
    async with visitor(fragile.url) as widget:
        await widget.ask("I want a refund for order 43871")
        await widget.ask("ana.ruiz@example.com")
        confirm = await widget.ask("it arrived broken")
        await faults(fragile, mode="answer_lost", count=1, only="/refunds")
        yes = next(reply for reply in confirm["data"]["quick_replies"] if reply["title"] == "Yes")
        await widget.ask(yes["title"], payload=yes["payload"], seconds=20)
    headers = {"Authorization": f"Bearer {fragile.tokens['company_token']}"}
    async with aiohttp.ClientSession() as http, http.get(f"{fragile.company_url}/effects", headers=headers) as answer:
        assert (await answer.json())["refunds"] == 1
