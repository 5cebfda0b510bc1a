"""What the bot may not change: for a message that is not stored, and where a person has taken over."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from server.company.http import HttpCompany
from server.company.port import CompanyTimeout, CompanyUnavailable
from server.house import House
from tests.support.chat import Served, browser, served
from tests.support.server import BOT_TOKEN, company_of, hire, settle, visit


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """A house with a door."""
    async with served(house) as where:
        yield where


async def _reset(door: Served, conversation: UUID, message: UUID | str) -> tuple[int, Any]:
    async with browser(door) as who:
        return await who.post(
            "/api/v1/bot/password-resets",
            {"email": "tom.becker@example.com"},
            authorization=f"Bearer {BOT_TOKEN}",
            idempotency_key=f"{message}:password_reset",
            x_conversation=str(conversation),
        )


async def test_a_change_for_a_stored_message_is_done(door: Served) -> None:
    ana = await visit(door.house)
    taken = await ana.write("Hello")
    await settle(door.house)
    status, _ = await _reset(door, taken.conversation_id, taken.message_id)
    assert status < 300
    assert len(company_of(door.house).changes) == 1


@pytest.mark.parametrize("message", [uuid4(), "no-id"])
async def test_nothing_is_changed_for_a_message_that_was_never_stored(door: Served, message: UUID | str) -> None:
    ana = await visit(door.house)
    taken = await ana.write("Hello")
    await settle(door.house)
    status, problem = await _reset(door, taken.conversation_id, message)
    assert (status, problem["code"]) == (409, "not_the_bots")
    assert not company_of(door.house).changes


async def test_nothing_is_changed_where_a_person_has_taken_over(door: Served) -> None:
    ana, kim = await visit(door.house), await hire(door.house, "Kim Larsen")
    taken = await ana.write("Hello")
    await settle(door.house)
    await door.house.conversations.take(taken.conversation_id, kim)
    status, problem = await _reset(door, taken.conversation_id, taken.message_id)
    assert (status, problem["code"]) == (409, "not_the_bots")
    assert not company_of(door.house).changes


@pytest.mark.parametrize(("ask", "refusal"), [("ask", CompanyUnavailable), ("change", CompanyTimeout)])
async def test_a_change_whose_answer_was_lost_is_not_said_to_be_undone(ask: str, refusal: type[Exception]) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, aiohttp.ClientSession() as http:
        company = HttpCompany(http, url=f"http://127.0.0.1:{port}", token="t", timeout_seconds=2)
        with pytest.raises(refusal):
            await (company.ask("/orders/1") if ask == "ask" else company.change("/refunds", {}, key="k"))
