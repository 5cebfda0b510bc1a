"""Articles that are withheld, or dismissed by an agent, are not offered; not by the bot's search either."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from server.conversations.withheld import ARTICLES, USES
from server.house import House
from server.realtime.events import SuggestionDismissed, SuggestionsOffered
from server.store.base import all_rows
from tests.support.chat import Served, browser, served, signed_in
from tests.support.knowledge import LAMP, PASSWORD, REFUND, library
from tests.support.server import BOT_TOKEN, hire, log_of, opened, settle, visit

ASKED = "/api/v1/bot/knowledge?account=larkfield&q=How+long+do+refunds+take%3F"


@pytest.fixture
async def door(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A house that serves articles, with an agent."""
    shelf = library(tmp_path / "knowledge")
    shelf.serve(shelf.build([REFUND, PASSWORD, LAMP]).id)
    async with opened(database_url, tmp_path, library=shelf) as house:
        await hire(house, "Kim Larsen")
        async with served(house) as where:
            yield where


async def keep(house: House, article_id: str, *, withheld: bool) -> None:
    """Store an article's row."""
    at = house.clock()
    async with house.store.writing() as connection:
        await connection.execute(
            insert(ARTICLES).values(
                id=article_id,
                slug=article_id,
                type="article",
                source_locale="en",
                withheld_at=at if withheld else None,
                version=1,
                created_at=at,
                created_by="Kim",
            )
        )


async def offered(house: House, conversation_id: UUID) -> list[set[str]]:
    """Return the articles of each offer in a conversation."""
    return [
        {item.article_id for item in event.data.items}
        for event in await log_of(house, conversation_id)
        if isinstance(event.data, SuggestionsOffered)
    ]


async def test_a_withheld_article_is_offered_neither_by_the_bot_nor_to_the_agent(door: Served) -> None:
    house = door.house
    await keep(house, "refund-times", withheld=True)
    await keep(house, "lumen-lamp", withheld=False)
    headers = {"authorization": f"Bearer {BOT_TOKEN}"}
    async with browser(door) as bot:
        _, before = await bot.get(ASKED, **headers)
        await house.withheld.refresh()
        _, after = await bot.get(ASKED, **headers)
    assert "refund-times" in {hit["article_id"] for hit in before["hits"]}
    assert "refund-times" not in {hit["article_id"] for hit in after["hits"]}
    ana = await visit(house)
    taken = await ana.write("I want a person")
    await ana.write("How long do refunds take to my card?")
    await settle(house)
    assert all("refund-times" not in items for items in await offered(house, taken.conversation_id))
    async with house.store.writing() as connection:
        await connection.execute(update(ARTICLES).values(withheld_at=None))
    await house.withheld.refresh()
    await ana.write("How long do refunds take to my card?")
    await settle(house)
    assert "refund-times" in (await offered(house, taken.conversation_id))[-1]


async def test_what_an_agent_dismisses_is_not_offered_again_in_that_conversation(door: Served) -> None:
    house = door.house
    ana, ben = await visit(house), await visit(house)
    conversations = []
    for who in (ana, ben):
        taken = await who.write("I want a person")
        await settle(house)
        await who.write("How long do refunds take to my card?")
        await settle(house)
        conversations.append(taken.conversation_id)
    first, second = conversations
    events = [event.data for event in await log_of(house, first) if isinstance(event.data, SuggestionsOffered)]
    item = next(item for item in events[-1].items if item.article_id == "refund-times")
    path = f"/api/v1/conversations/{first}/suggestions/{item.id}/dismiss"
    async with signed_in(door, "kim@example.com") as kim:
        assert (await kim.post(path, {"reason": "That is about another card."}))[0] == 204
        assert (await kim.post(path, {}))[0] == 204
        status, problem = await kim.post(f"/api/v1/conversations/{first}/suggestions/none/dismiss")
        assert (status, problem["code"]) == (404, "suggestion_not_found")
        _, asked = await kim.get(f"/api/v1/conversations/{first}/suggestions?q=how+long+do+refunds+take")
        assert "refund-times" not in {one["article_id"] for one in asked["items"]}
    said = [event for event in await log_of(house, first) if isinstance(event.data, SuggestionDismissed)]
    assert [event.actor.name for event in said] == ["Kim Larsen"]
    assert said[0].data.model_dump(include={"suggestion_id", "article_id", "revision", "release", "reason"}) == {
        "suggestion_id": item.id,
        "article_id": "refund-times",
        "revision": item.revision,
        "release": item.release,
        "reason": "That is about another card.",
    }
    for who in (ana, ben):
        await who.write("And how long do refunds take?")
        await settle(house)
    assert "refund-times" not in (await offered(house, first))[-1]
    assert "refund-times" in (await offered(house, second))[-1]


async def test_a_dismissal_counts_as_a_use_of_its_kind(door: Served) -> None:
    house = door.house
    taken = await (ana := await visit(house)).write("I want a person")
    await settle(house)
    await ana.write("How long do refunds take to my card?")
    await settle(house)
    events = [event.data for event in await log_of(house, taken.conversation_id)]
    offers = [data for data in events if isinstance(data, SuggestionsOffered)]
    item = offers[-1].items[0]
    async with signed_in(door, "kim@example.com") as kim:
        await kim.post(f"/api/v1/conversations/{taken.conversation_id}/suggestions/{item.id}/dismiss")
    async with house.store.reading() as connection:
        rows = all_rows(await connection.execute(select(USES).where(USES.c.kind == "dismissed")))
    assert [(row["article_id"], row["revision"], row["release"]) for row in rows] == [
        (item.article_id, item.revision, item.release)
    ]
