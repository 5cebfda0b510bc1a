"""Taking in a message: once, whatever happens around it."""

import asyncio

from sqlalchemy import func, select

from server.conversations.ledger import EVENTS
from server.house import House
from tests.support.server import all_conversations, log_of, received, row_of, settle, types_of, visit


async def test_the_first_message_opens_a_conversation_with_the_bot(house: House) -> None:
    ana = await visit(house)
    taken = await ana.write("Where is my order?")
    await settle(house)
    row = await row_of(house, taken)
    assert (row["state"], row["owner"], row["account"]) == ("with_bot", "bot", "larkfield")
    assert await types_of(house, taken) == [
        "conversation.started",
        "message.received",
        "message.understood",
        "decision.made",
        "message.sent",
    ]
    assert row["turn_due_seq"] is None


async def test_the_same_client_id_again_is_the_same_message(house: House) -> None:
    ana = await visit(house)
    first = await ana.write("Where is my order?", client_id="same")
    await settle(house)
    again = await ana.write("Where is my order?", client_id="same")
    await settle(house)
    assert (first.fresh, again.fresh) == (True, False)
    assert (again.message_id, again.seq, again.conversation_id) == (first.message_id, first.seq, first.conversation_id)
    assert (await types_of(house, first)).count("message.received") == 1
    assert (await types_of(house, first)).count("message.sent") == 1


async def test_twenty_at_once_with_one_key_store_one_message(house: House) -> None:
    ana = await visit(house)
    taken = await asyncio.gather(*(ana.write("Hello", client_id="same") for _ in range(20)))
    await settle(house)
    assert len({one.message_id for one in taken}) == 1
    assert [one.fresh for one in taken].count(True) == 1
    assert (await types_of(house, taken[0])).count("message.received") == 1


async def test_twenty_first_messages_at_once_make_one_conversation_and_lose_none(house: House) -> None:
    ana = await visit(house)
    taken = await asyncio.gather(*(ana.write(f"Message {number}") for number in range(20)))
    await settle(house)
    assert len({one.conversation_id for one in taken}) == 1
    assert len(await all_conversations(house)) == 1
    log = await log_of(house, taken[0])
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    received = {event.data.text for event in log if event.data.type == "message.received"}
    assert received == {f"Message {number}" for number in range(20)}
    assert {one.seq for one in taken} == {event.seq for event in log if event.data.type == "message.received"}


async def test_bursts_of_many_customers_whose_turns_run_meanwhile_are_all_stored_and_answered(house: House) -> None:
    visitors = [await visit(house) for _ in range(2)]
    for round_ in range(3):
        burst = (visitor.write(f"Message {round_}-{number}") for number in range(20) for visitor in visitors)
        taken = await asyncio.gather(*burst)
        await settle(house)
        assert all(one.fresh for one in taken)
    rows = await all_conversations(house)
    assert len(rows) == len(visitors)
    for row in rows:
        log = await log_of(house, row["id"])
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        assert len(received(log)) == 60
        assert row["turn_due_seq"] is None


async def test_a_customer_has_one_open_conversation_on_each_account(house: House) -> None:
    ana, tom = await visit(house), await visit(house, "fjord")
    await ana.ask("Hello")
    await tom.ask("Hello")
    first = await ana.write("One more")
    await settle(house)
    assert len(await all_conversations(house)) == 2
    await house.conversations.end(first.conversation_id, ana.id)
    second = await ana.write("And again")
    await settle(house)
    assert second.conversation_id != first.conversation_id
    states = [row["state"] for row in await all_conversations(house) if row["customer_id"] == ana.id]
    assert sorted(states) == ["closed", "with_bot"]


async def test_a_message_repeated_after_the_end_opens_nothing(house: House) -> None:
    ana = await visit(house)
    first = await ana.write("Hello", client_id="same")
    await settle(house)
    await house.conversations.end(first.conversation_id, ana.id)
    again = await ana.write("Hello", client_id="same")
    assert again.conversation_id == first.conversation_id
    assert len(await all_conversations(house)) == 1


async def test_two_customers_may_use_the_same_client_id(house: House) -> None:
    ana, tom = await visit(house), await visit(house)
    first, second = await ana.write("I am Ana", client_id="1"), await tom.write("I am Tom", client_id="1")
    await settle(house)
    assert first.message_id != second.message_id
    async with house.store.reading() as connection:
        count = select(func.count()).where(EVENTS.c.type == "message.received")
        assert (await connection.execute(count)).scalar_one() == 2
