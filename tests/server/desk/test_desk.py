"""The desk over HTTP: lists, the packet, replies with their sources, and help with answering."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest

from server.house import House
from server.realtime.events import MessageSent, SuggestionsOffered, SuggestionUsed
from tests.support.chat import Browser, Served, console, served, signed_in
from tests.support.knowledge import LAMP, PASSWORD, REFUND, library
from tests.support.server import clock_of, hire, log_of, opened, row_of, settle, types_of, visit

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/context-packet.schema.json").read_text())


@pytest.fixture
async def stocked(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house whose knowledge base serves a release."""
    shelf = library(tmp_path / "knowledge")
    shelf.serve(shelf.build([REFUND, PASSWORD, LAMP]).id)
    async with opened(database_url, tmp_path, library=shelf) as house:
        await hire(house, "Kim Larsen")
        yield house


async def test_the_packet_is_there_before_the_agents_first_word_and_holds_what_was_said(door: Served) -> None:
    ana = await visit(door.house)
    taken = await ana.write("Where is my order 44110?")
    await settle(door.house)
    await ana.ask("I want a person")
    async with signed_in(door, "kim@example.com") as kim:
        status, packet = await kim.get(f"/api/v1/conversations/{taken.conversation_id}/packet")
        assert status == 200
        jsonschema.validate(packet, SCHEMA)
        words = json.dumps(packet)
        assert "44110" in words
        assert packet["reason"]
        row = await row_of(door.house, taken)
        assert row["reason"] in words
    types = await types_of(door.house, taken)
    assert types.index("packet.built") == types.index("handoff.requested") + 1


async def test_every_published_example_of_the_schema_is_itself_valid(door: Served) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    ana = await visit(door.house)
    taken = await ana.write("I want a person")
    for words in ("This is ridiculous, the third time I ask!", "<script>alert(1)</script>"):
        await ana.write(words)
    await settle(door.house)
    async with signed_in(door, "kim@example.com") as kim:
        status, packet = await kim.get(f"/api/v1/conversations/{taken.conversation_id}/packet")
        assert status == 200
        jsonschema.validate(packet, SCHEMA)


async def test_suggestions_come_with_each_message_while_a_person_is_needed(stocked: House) -> None:
    ana, kim = await visit(stocked), await hire(stocked, "Kim Larsen")
    taken = await ana.write("When will I get my refund? I want a person")
    await settle(stocked)
    offered = [event.data for event in await log_of(stocked, taken) if isinstance(event.data, SuggestionsOffered)]
    assert [data.message_id for data in offered] == [taken.message_id]
    assert offered[0].items[0].article_id == "refund-times"
    assert offered[0].release == stocked.suggesting.release()
    await stocked.conversations.take(taken.conversation_id, kim)
    second = await ana.write("And how do I reset my password?")
    await settle(stocked)
    offered = [event.data for event in await log_of(stocked, taken) if isinstance(event.data, SuggestionsOffered)]
    assert [data.message_id for data in offered] == [taken.message_id, second.message_id]
    assert "password-reset" in {item.article_id for item in offered[1].items}


async def test_suggestions_come_to_the_socket_of_who_looks_at_the_conversation(stocked: House) -> None:
    ana = await visit(stocked)
    taken = await ana.write("I want a person")
    await settle(stocked)
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(served(stocked))
        kim = await stack.enter_async_context(signed_in(door, "kim@example.com"))
        desk = await stack.enter_async_context(console(door, kim))
        await desk.send(type="watch", conversation_id=str(taken.conversation_id))
        await desk.until("watching")
        await ana.write("When will I get my refund?")
        frame = await desk.until(
            lambda found: found["type"] == "event" and found["event"]["data"]["type"] == "suggestions.offered"
        )
        assert frame["event"]["data"]["items"][0]["article_id"] == "refund-times"


async def test_none_are_offered_while_the_bot_has_the_conversation(stocked: House) -> None:
    taken = await (await visit(stocked)).write("When will I get my refund?")
    await settle(stocked)
    assert "suggestions.offered" not in await types_of(stocked, taken)


async def test_a_reply_keeps_the_source_that_it_came_from(stocked: House) -> None:
    ana = await visit(stocked)
    taken = await ana.write("When will I get my refund? I want a person")
    await settle(stocked)
    async with served(stocked) as door, signed_in(door, "kim@example.com") as kim:
        path = f"/api/v1/conversations/{taken.conversation_id}"
        await kim.post(f"{path}/take")
        status, found = await kim.get(f"{path}/suggestions?q=refund%20working%20days")
        assert status == 200
        item = found["items"][0]
        cited = {key: item[key] for key in ("article_id", "revision", "release", "title", "heading")}
        body = {
            "client_id": "1",
            "text": "Five to seven working days.",
            "citations": [cited | {"suggestion_id": item["id"], "edited": True}],
        }
        status, accepted = await kim.post(f"{path}/messages", body)
        assert status == 201
        assert (await kim.post(f"{path}/messages", body))[1] == accepted
    log = await log_of(stocked, taken)
    said = [event.data for event in log if isinstance(event.data, MessageSent) and event.actor.kind == "agent"]
    assert [data.citations[0].article_id for data in said] == ["refund-times"]
    used = [event.data for event in log if isinstance(event.data, SuggestionUsed)]
    assert [(data.suggestion_id, data.edited) for data in used] == [(item["id"], True)]


async def test_without_a_release_the_desk_goes_on_without_suggestions(door: Served) -> None:
    taken = await (await visit(door.house)).write("I want a person")
    await settle(door.house)
    async with signed_in(door, "kim@example.com") as kim:
        status, found = await kim.get(f"/api/v1/conversations/{taken.conversation_id}/suggestions?q=refund")
        assert (status, found["items"]) == (200, [])
        assert (await kim.get("/readyz"))[1]["parts"]["knowledge"] == "empty"


async def test_views_and_counts_hold_what_they_say(door: Served) -> None:
    house = door.house
    waits, with_bot, mine, closed = [await visit(house) for _ in range(4)]
    await waits.ask("I want a person")
    await with_bot.ask("Hello")
    third, fourth = await mine.write("Hello"), await closed.write("Hello")
    await settle(house)
    await house.conversations.end(fourth.conversation_id, closed.id)
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "sam@example.com") as sam:
        await kim.post(f"/api/v1/conversations/{third.conversation_id}/take")
        assert (await kim.get("/api/v1/conversations/counts"))[1] == {
            "mine": 1,
            "unassigned": 1,
            "bot": 1,
            "closed": 1,
        }
        assert (await sam.get("/api/v1/conversations/counts"))[1]["mine"] == 0
        views = {view: await _listed(kim, view) for view in ("mine", "unassigned", "bot", "closed", "all")}
    assert [len(views[view]) for view in ("mine", "unassigned", "bot", "closed", "all")] == [1, 1, 1, 1, 4]
    assert views["mine"] == [str(third.conversation_id)]


async def _listed(who: Browser, view: str, limit: int = 50) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        status, page = await who.get(f"/api/v1/conversations?view={view}&limit={limit}{more}")
        assert status == 200, page
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            return found


async def test_pages_hold_every_conversation_once_in_order_of_change(door: Served) -> None:
    wanted = []
    for number in range(11):
        # Several change in the same moment: the id decides between them.
        if number % 3 == 0:
            clock_of(door.house).move(timedelta(seconds=1))
        wanted.append(str((await (await visit(door.house)).only_intake("Hello")).conversation_id))
    async with signed_in(door, "kim@example.com") as kim:
        paged = await _listed(kim, "bot", limit=2)
        assert sorted(paged) == sorted(wanted)
        assert paged == await _listed(kim, "bot", limit=200)


async def test_events_are_paged_by_seq(door: Served) -> None:
    taken = await (await visit(door.house)).write("Hello")
    await settle(door.house)
    async with signed_in(door, "kim@example.com") as kim:
        path = f"/api/v1/conversations/{taken.conversation_id}/events"
        _, first = await kim.get(f"{path}?limit=2")
        _, rest = await kim.get(f"{path}?after=2")
        assert [event["seq"] for event in first["items"] + rest["items"]] == list(range(1, first["last_seq"] + 1))
        assert (await kim.get(f"/api/v1/conversations/{uuid4()}/events"))[1]["code"] == "conversation_not_found"
