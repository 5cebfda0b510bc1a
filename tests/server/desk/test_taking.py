"""Taking a conversation: exactly one of many gets it, and the others are told who."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

from sqlalchemy import select

from server.handoffs.repository import ASSIGNMENTS, HANDOFFS
from server.house import House
from server.store.base import all_rows
from tests.support.chat import Browser, Served, signed_in
from tests.support.server import clock_of, hire, log_of, row_of, settle, types_of, visit


async def waiting(house: House) -> UUID:
    """Return a conversation that waits for a person."""
    taken = await (await visit(house)).write("I want a person")
    await settle(house)
    return taken.conversation_id


@asynccontextmanager
async def everybody(door: Served, *names: str) -> AsyncIterator[list[Browser]]:
    """Sign several people in."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(signed_in(door, f"{name}@example.com")) for name in names]


async def test_of_two_agents_at_once_exactly_one_gets_it(door: Served) -> None:
    async with everybody(door, "kim", "sam") as people:
        for _ in range(10):
            conversation_id = await waiting(door.house)
            answers = await asyncio.gather(
                *(who.post(f"/api/v1/conversations/{conversation_id}/take") for who in people)
            )
            assert sorted(status for status, _ in answers) == [200, 409]
            [winner] = [body for status, body in answers if status == 200]
            [problem] = [body for status, body in answers if status == 409]
            assert problem["code"] == "already_taken"
            assert problem["agent"] == {"id": winner["agent"]["id"], "name": winner["agent"]["name"]}
            assert winner["agent"]["name"] in problem["detail"]
            types = await types_of(door.house, conversation_id)
            assert types.count("conversation.assigned") == 1
            assert (await row_of(door.house, conversation_id))["agent_name"] == winner["agent"]["name"]


async def test_of_many_agents_at_once_exactly_one_gets_it(door: Served) -> None:
    agents = [await hire(door.house, f"Agent{number} Somebody") for number in range(12)]
    conversation_id = await waiting(door.house)
    results = await asyncio.gather(
        *(door.house.conversations.take(conversation_id, agent) for agent in agents), return_exceptions=True
    )
    assert len([result for result in results if not isinstance(result, Exception)]) == 1
    async with door.house.store.reading() as db:
        query = select(ASSIGNMENTS).where(ASSIGNMENTS.c.conversation_id == conversation_id)
        assert len(all_rows(await db.execute(query))) == 1


async def test_taking_what_one_has_is_no_error_and_no_event(door: Served) -> None:
    conversation_id = await waiting(door.house)
    async with everybody(door, "kim") as [kim]:
        first = await kim.post(f"/api/v1/conversations/{conversation_id}/take")
        before = await types_of(door.house, conversation_id)
        assert await kim.post(f"/api/v1/conversations/{conversation_id}/take") == first
        assert await types_of(door.house, conversation_id) == before


async def test_a_supervisor_may_take_over_from_a_colleague_who_can_then_no_longer_write(door: Served) -> None:
    conversation_id = await waiting(door.house)
    async with everybody(door, "kim", "robin") as [kim, robin]:
        await kim.post(f"/api/v1/conversations/{conversation_id}/take")
        status, summary = await robin.post(f"/api/v1/conversations/{conversation_id}/take")
        assert (status, summary["agent"]["name"]) == (200, "Robin Vega")
        message = {"client_id": "1", "text": "Hello"}
        status, problem = await kim.post(f"/api/v1/conversations/{conversation_id}/messages", message)
        assert (status, problem["code"]) == (409, "not_yours")
    async with door.house.store.reading() as db:
        query = select(ASSIGNMENTS.c.until).where(ASSIGNMENTS.c.conversation_id == conversation_id)
        ends = (await db.execute(query)).scalars().all()
    assert len([end for end in ends if end is None]) == 1


async def test_taken_from_the_bot_without_a_handoff(door: Served) -> None:
    taken = await (await visit(door.house)).write("Hello")
    await settle(door.house)
    async with everybody(door, "kim") as [kim]:
        status, summary = await kim.post(f"/api/v1/conversations/{taken.conversation_id}/take")
        assert (status, summary["state"]) == (200, "with_agent")
        status, problem = await kim.get(f"/api/v1/conversations/{taken.conversation_id}/packet")
        assert (status, problem["code"]) == (404, "no_packet")


async def test_given_back_the_bot_answers_again_and_the_handoff_is_over(door: Served) -> None:
    ana = await visit(door.house)
    taken = await ana.write("I want a person")
    await settle(door.house)
    async with everybody(door, "kim", "sam") as [kim, sam]:
        path = f"/api/v1/conversations/{taken.conversation_id}"
        await kim.post(f"{path}/take")
        status, problem = await sam.post(f"{path}/give-back")
        assert (status, problem["code"]) == (409, "already_taken")
        status, summary = await kim.post(f"{path}/give-back")
        assert (status, summary["state"], summary["agent"]) == (200, "with_bot", None)
    assert await ana.ask("Where is my order?") == ["Order 44110 is on its way."]
    async with door.house.store.reading() as db:
        [handoff] = all_rows(await db.execute(select(HANDOFFS)))
    assert handoff["state"] == "given_back"
    assert handoff["ended_at"] == clock_of(door.house)()


async def test_resolved_it_is_over_for_everybody_and_a_new_word_opens_a_new_one(door: Served) -> None:
    ana = await visit(door.house)
    taken = await ana.write("I want a person")
    await settle(door.house)
    async with everybody(door, "kim", "sam") as [kim, sam]:
        path = f"/api/v1/conversations/{taken.conversation_id}"
        await kim.post(f"{path}/take")
        assert (await sam.post(f"{path}/resolve"))[1]["code"] == "already_taken"
        status, summary = await kim.post(f"{path}/resolve")
        assert (status, summary["state"], summary["outcome"]) == (200, "closed", "resolved")
        for verb in ("take", "resolve", "give-back"):
            status, problem = await kim.post(f"{path}/{verb}")
            assert (status, problem["code"]) == (409, "wrong_state")
        message = {"client_id": "1", "text": "Hello"}
        assert (await kim.post(f"{path}/messages", message))[1]["code"] == "conversation_closed"
    again = await ana.write("One more thing")
    assert again.conversation_id != taken.conversation_id
    assert (await log_of(door.house, again))[0].data.type == "conversation.started"
