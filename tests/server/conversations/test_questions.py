"""The log of what the knowledge base was asked: by the bot, for the desk, by an agent; masked, and never in the way."""

from collections.abc import AsyncIterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.conversations.questions import QUESTIONS, WAITING, Question
from server.house import House
from server.store.base import all_rows
from tests.support.chat import Served, browser, served, signed_in
from tests.support.knowledge import LAMP, PASSWORD, REFUND, library
from tests.support.server import BOT_TOKEN, hire, opened, settle, visit


@pytest.fixture
async def door(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A house that serves articles, with an agent."""
    shelf = library(tmp_path / "knowledge", floor=0.35)
    shelf.serve(shelf.build([REFUND, PASSWORD, LAMP]).id)
    async with opened(database_url, tmp_path, library=shelf) as house:
        await hire(house, "Kim Larsen")
        async with served(house) as where:
            yield where


async def kept(house: House) -> list[Mapping[str, Any]]:
    """Write what waits and return every question, oldest first."""
    await house.questions.flush()
    async with house.store.reading() as connection:
        return all_rows(await connection.execute(select(QUESTIONS).order_by(QUESTIONS.c.id)))


async def test_what_the_bot_searches_is_kept_with_intent_and_conversation(door: Served) -> None:
    taken = await (await visit(door.house)).write("How long do refunds take?")
    await settle(door.house)
    path = "/api/v1/bot/knowledge?account=larkfield&topic=returns_faq&q=How%20long%20do%20refunds%20take%3F"
    async with browser(door) as bot:
        status, found = await bot.get(
            path, authorization=f"Bearer {BOT_TOKEN}", x_conversation=str(taken.conversation_id)
        )
    assert status == 200
    [row] = await kept(door.house)
    assert row["text"] == "How long do refunds take?"
    assert (row["source"], row["intent"], row["account"]) == ("bot", "returns_faq", "larkfield")
    assert row["conversation_id"] == taken.conversation_id
    assert (row["release"], row["confident"]) == (found["release"], found["confident"])
    assert row["article_id"] == found["hits"][0]["article_id"]
    assert row["score"] == pytest.approx(found["hits"][0]["score"], abs=1e-3)


async def test_questions_for_the_desk_and_of_the_agent_are_kept_apart(door: Served) -> None:
    ana = await visit(door.house)
    taken = await ana.write("I want a person")
    await settle(door.house)
    await ana.write("My lamp flickers, is the bulb loose?")
    await settle(door.house)
    async with signed_in(door, "kim@example.com") as kim:
        await kim.get(f"/api/v1/conversations/{taken.conversation_id}/suggestions?q=dimmable+bulb+for+C-10001")
    rows = {row["source"]: row for row in await kept(door.house)}
    assert rows["desk"]["text"].startswith("My lamp flickers")
    assert rows["desk"]["message_id"] is not None
    assert rows["desk"]["article_id"] == "lumen-lamp"
    assert rows["agent"]["text"].startswith("dimmable bulb")
    assert rows["agent"]["conversation_id"] == taken.conversation_id


async def test_private_details_are_masked_before_they_are_stored(sqlite_house: House) -> None:
    text = "I am anna@web.example, order 44110, card 4111 1111 1111 1111"
    sqlite_house.questions.note(Question(source="help", text=text, locale="en", score=0.0, confident=False))
    [row] = await kept(sqlite_house)
    assert row["text"] == "I am [email], order [order_number], card [card]"


async def test_what_says_nothing_is_no_question(sqlite_house: House) -> None:
    sqlite_house.questions.note(Question(source="help", text="  ?! ", locale="en", score=0.0, confident=False))
    assert await kept(sqlite_house) == []


async def test_a_database_that_cannot_take_it_costs_the_question_and_nothing_else(
    sqlite_house: House, logs: list[MutableMapping[str, Any]]
) -> None:
    house = sqlite_house
    async with house.store.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE asked_questions")
    house.questions.note(Question(source="help", text="Anything?", locale="en", score=0.0, confident=False))
    await house.questions.flush()
    [entry] = [entry for entry in logs if entry["event"] == "questions.not_kept"]
    assert entry["count"] == 1
    assert "Anything" not in str(logs)


async def test_questions_that_nobody_writes_do_not_fill_the_memory(sqlite_house: House) -> None:
    for place in range(WAITING + 10):
        text = f"question {place}"
        sqlite_house.questions.note(Question(source="help", text=text, locale="en", score=0.0, confident=False))
    rows = await kept(sqlite_house)
    assert len(rows) == WAITING
    assert rows[0]["text"] == "question 10"
