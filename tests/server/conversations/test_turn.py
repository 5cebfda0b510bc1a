"""What happens after a customer's message: once, by whoever owns the conversation, whatever comes between."""

import asyncio
from collections.abc import MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from channels.contract import Inbound
from server.botlink.port import BotSilent
from server.conversations import ledger
from server.conversations.intake import CLAIM, Sender
from server.conversations.ledger import SYSTEM, Draft
from server.house import House
from server.kit.errors import HouseError
from server.realtime.events import (
    BotFailed,
    DecisionMade,
    HandoffRequested,
    MessageDropped,
    MessageSent,
    MessageUnderstood,
    NoteAdded,
)
from tests.support.server import (
    bot_of,
    clock_of,
    hire,
    log_of,
    opened,
    row_of,
    said,
    sent,
    settle,
    types_of,
    visit,
)


async def test_the_bot_answers_and_says_what_it_understood(house: House) -> None:
    ana = await visit(house)
    assert await ana.ask("Where is my order?") == ["Order 44110 is on its way."]
    [heard] = bot_of(house).heard
    assert heard.metadata["account"] == "larkfield"
    assert heard.metadata["identity"]["level"] == "anonymous"


async def test_a_turn_says_which_models_and_rules_it_came_from(house: House) -> None:
    taken = await (await visit(house)).write("Where is my order?")
    await settle(house)
    [understood] = [event for event in await log_of(house, taken) if isinstance(event.data, MessageUnderstood)]
    [sent] = [event for event in await log_of(house, taken) if isinstance(event.data, MessageSent)]
    for event in (understood, sent):
        assert {"embedder", "sentiment_model", "bot_model", "rules"} <= set(event.versions)


async def test_an_agent_who_takes_over_silences_the_bot_that_is_thinking(house: House) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    bot_of(house).hold()
    taken = await ana.write("Where is my order?")
    await bot_of(house).thinking.wait()
    await house.conversations.take(taken.conversation_id, kim)
    bot_of(house).go()
    await settle(house)
    log = await log_of(house, taken)
    [dropped] = [event.data for event in log if isinstance(event.data, MessageDropped)]
    assert dropped.texts == ["Order 44110 is on its way."]
    assert dropped.owner == "agent"
    assert not [event for event in log if event.actor.kind == "bot" and event.data.type == "message.sent"]
    assert (await row_of(house, taken))["turn_due_seq"] is None


async def test_a_handoff_that_the_bot_asks_for_is_dropped_when_an_agent_is_there_already(house: House) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    bot_of(house).hold()
    taken = await ana.write("I want a person")
    await bot_of(house).thinking.wait()
    await house.conversations.take(taken.conversation_id, kim)
    bot_of(house).go()
    await settle(house)
    assert "handoff.requested" not in await types_of(house, taken)
    assert (await row_of(house, taken))["state"] == "with_agent"


async def test_a_reply_to_a_conversation_that_ended_meanwhile_is_dropped(house: House) -> None:
    ana = await visit(house)
    bot_of(house).hold()
    taken = await ana.write("Where is my order?")
    await bot_of(house).thinking.wait()
    await house.conversations.end(taken.conversation_id, ana.id)
    bot_of(house).go()
    await settle(house)
    [dropped] = [event.data for event in await log_of(house, taken) if isinstance(event.data, MessageDropped)]
    assert dropped.owner == "closed"
    assert (await row_of(house, taken))["state"] == "closed"


async def test_a_message_to_an_agent_who_gives_back_meanwhile_is_answered_by_the_bot(house: House) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    taken = await ana.write("Hello")
    await settle(house)
    await house.conversations.take(taken.conversation_id, kim)
    asked = await ana.only_intake("Where is my order?")
    await house.conversations.give_back(taken.conversation_id, kim)
    # The turn begins from what intake saw, as one that only listens; the agent was faster.
    house.turns.start(asked)
    await settle(house)
    answers = [data for data in sent(await log_of(house, taken)) if data.in_reply_to == asked.message_id]
    assert [data.text for data in answers] == ["Order 44110 is on its way."]
    assert (await row_of(house, taken))["turn_due_seq"] is None


async def test_a_turn_that_ends_while_somebody_writes_into_the_conversation_waits_for_them(house: House) -> None:
    ana = await visit(house)
    bot_of(house).hold()
    taken = await ana.write("Where is my order?")
    await bot_of(house).thinking.wait()
    async with house.store.writing() as connection:
        row = await ledger.lock(connection, taken.conversation_id)
        bot_of(house).go()
        # Long enough for the turn to come to its own transaction.
        await asyncio.sleep(0.3)
        note = NoteAdded(note_id=uuid4(), text="Meanwhile.")
        await ledger.append(connection, row, [Draft(actor=SYSTEM, data=note)], now=house.clock())
    await settle(house)
    types = await types_of(house, taken)
    assert types.index("note.added") < types.index("message.sent")
    assert (await row_of(house, taken))["last_seq"] == len(types)


async def test_of_a_burst_in_several_tabs_every_message_reaches_the_bot(house: House) -> None:
    ana = await visit(house)
    taken = await ana.write("Hello")
    await settle(house)
    words = ("where is it", "a refund", "bye now")
    sender = Sender(customer_id=ana.id, account=ana.account, channel="webchat")
    for number, text in enumerate(words, 2):
        inbound = Inbound(external_id=f"c{number}", sender=str(ana.id), text=text)
        house.turns.ask_ahead(taken.conversation_id, house.intake.message_id(sender, inbound), text)
    for text in words:
        await ana.write(text)
    await settle(house)
    heard = "\n".join(message.message for message in bot_of(house).heard)
    assert heard == "\n".join(("Hello", *words))


async def test_a_bot_that_breaks_while_it_is_asked_ahead_ends_no_other_turn(house: House) -> None:
    ana, tom = await visit(house), await visit(house)
    taken = await ana.write("Hello")
    await settle(house)
    bot_of(house).script.insert(0, ("(", said("never")))  # no pattern at all: `re` raises
    house.turns.ask_ahead(taken.conversation_id, uuid4(), "Where is my order?")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del bot_of(house).script[0]
    assert await tom.ask("Where is my order?") == ["Order 44110 is on its way."]


async def test_messages_that_come_while_the_bot_thinks_are_answered_together(house: House) -> None:
    ana = await visit(house)
    bot_of(house).hold()
    taken = await ana.write("Hello there")
    await bot_of(house).thinking.wait()
    for words in ("where", "is", "my order"):
        await ana.write(words)
    bot_of(house).go()
    await settle(house)
    assert [message.message for message in bot_of(house).heard] == ["Hello there", "where\nis\nmy order"]
    log = await log_of(house, taken)
    assert [event.data.text for event in log if event.data.type == "message.sent"] == [
        "I hear you.",
        "Order 44110 is on its way.",
    ]
    assert (await row_of(house, taken))["turn_due_seq"] is None


async def test_a_long_burst_is_answered_to_its_end_and_in_order(house: House) -> None:
    ana = await visit(house)
    bot_of(house).hold()
    taken = await ana.write("Hello")
    await bot_of(house).thinking.wait()
    for number in range(13):
        await ana.write(f"order {number}")
    bot_of(house).go()
    await settle(house)
    heard = "\n".join(message.message for message in bot_of(house).heard).split("\n")
    assert heard == ["Hello", *(f"order {number}" for number in range(13))][: len(heard)]
    row = await row_of(house, taken)
    assert row["turn_due_seq"] is None
    understood = [event.data for event in await log_of(house, taken) if isinstance(event.data, MessageUnderstood)]
    received = [event.data for event in await log_of(house, taken) if event.data.type == "message.received"]
    assert understood[-1].message_id == received[-1].message_id


async def test_a_quick_reply_goes_to_the_bot_as_its_payload(house: House) -> None:
    ana = await visit(house)
    await ana.ask("menu please")
    payload = '/order_status{"order": "44110"}'
    assert await ana.ask("An order", payload=payload) == ["Order 44110 is on its way."]
    assert bot_of(house).heard[-1].message == payload


async def test_a_payload_that_was_never_offered_is_only_its_text(house: House) -> None:
    ana = await visit(house)
    await ana.ask("menu please")
    await ana.ask("An invoice", payload='/balance{"email": "tom.becker@example.com"}')
    assert bot_of(house).heard[-1].message == "An invoice"


async def test_a_payload_offered_to_another_customer_is_only_its_text(house: House) -> None:
    ana, tom = await visit(house), await visit(house)
    await ana.ask("menu please")
    await tom.ask("A refund", payload="/refund")
    assert bot_of(house).heard[-1].message == "A refund"


@pytest.mark.parametrize(
    "words",
    [
        "/refund",
        "//refund",
        " / /refund",
        "/\n/refund",
        "/restart",
        '/order_status{"order": "1"}',
        "\u200e/refund",
        "\ufeff/refund",
    ],
)
async def test_words_that_begin_with_a_slash_never_reach_the_bot_as_an_intent(sqlite_house: House, words: str) -> None:
    ana = await visit(sqlite_house)
    await ana.ask(words)
    [heard] = bot_of(sqlite_house).heard
    assert not heard.message.strip().startswith("/")


async def test_a_slash_alone_is_a_message_like_any_other(sqlite_house: House) -> None:
    taken = await (await visit(sqlite_house)).write("/")
    await settle(sqlite_house)
    assert (await types_of(sqlite_house, taken))[-1] == "message.sent"


@pytest.mark.parametrize("why", ["timeout", "unreachable", "error", "resting"])
async def test_a_silent_bot_brings_a_person_and_says_so(sqlite_house: House, why: str) -> None:
    house = sqlite_house
    ana = await visit(house)
    bot_of(house).silent = BotSilent(why)  # type: ignore[arg-type]  # the four that there are
    taken = await ana.write("Where is my order?")
    await settle(house)
    log = await log_of(house, taken)
    assert [event.data.why for event in log if isinstance(event.data, BotFailed)] == [why]
    [handoff] = [event.data for event in log if isinstance(event.data, HandoffRequested)]
    assert handoff.reason == "bot_unavailable"
    [notice] = [event.data for event in log if isinstance(event.data, MessageSent)]
    assert notice.notice == "bot_unavailable"
    assert (await row_of(house, taken))["state"] == "waiting"


async def test_after_a_crash_between_storing_and_answering_another_process_answers_once(house: House) -> None:
    ana = await visit(house)
    taken = await ana.only_intake("Where is my order?")
    assert await house.turns.pick_up() == 0, "The claim of the process that died still holds."
    clock_of(house).move(CLAIM + timedelta(seconds=1))
    assert await house.turns.pick_up() == 1
    await settle(house)
    assert await house.turns.pick_up() == 0
    assert (await types_of(house, taken)).count("message.sent") == 1


async def test_the_turns_of_a_process_that_was_killed_are_free_when_it_comes_back(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path) as first:
        ana = await visit(first)
        taken = await ana.only_intake("Where is my order?")
    async with opened(database_url, tmp_path) as second:
        assert await second.turns.pick_up() == 1, "It waited for a claim that nobody holds."
        await settle(second)
        assert (await types_of(second, taken)).count("message.sent") == 1


async def test_a_turn_that_was_finished_elsewhere_is_not_finished_again(house: House) -> None:
    ana = await visit(house)
    bot_of(house).hold()
    taken = await ana.write("Where is my order?")
    await bot_of(house).thinking.wait()
    # This process sleeps (a closed laptop) for longer than its claim holds; another one answers meanwhile.
    clock_of(house).move(CLAIM + timedelta(seconds=1))
    url, home = house.settings.database_url(), house.settings.home
    async with opened(url, home, clock=house.clock, instance="server-2") as other:
        assert await other.turns.pick_up() == 1
        await settle(other)
    bot_of(house).go()
    await settle(house)
    types = await types_of(house, taken)
    assert types.count("message.sent") == 1
    assert types.count("message.understood") == 1


async def test_decisions_are_in_the_log_with_their_rule(house: House) -> None:
    taken = await (await visit(house)).write("I want a person")
    await settle(house)
    log = await log_of(house, taken)
    [decision] = [event.data for event in log if isinstance(event.data, DecisionMade)]
    assert decision.move == "hand_off"
    assert decision.rule
    [handoff] = [event.data for event in log if isinstance(event.data, HandoffRequested)]
    assert handoff.reason == decision.reason
    assert handoff.position == 1
    row = await row_of(house, taken)
    assert (row["state"], row["owner"], row["reason"]) == ("waiting", "queue", decision.reason)


async def test_what_is_written_while_waiting_arrives_and_is_not_answered_by_the_bot(house: House) -> None:
    ana = await visit(house)
    taken = await ana.write("I want a person")
    await settle(house)
    asked = len(bot_of(house).heard)
    for words in ("Hello?", "Are you there?", "Where is my order?"):
        await ana.write(words)
        await settle(house)
    log = await log_of(house, taken)
    assert [event.data.text for event in log if event.data.type == "message.received"][1:] == [
        "Hello?",
        "Are you there?",
        "Where is my order?",
    ]
    assert len(bot_of(house).heard) == asked
    assert (await row_of(house, taken))["turn_due_seq"] is None


async def test_nobody_acts_on_a_closed_conversation(house: House) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    taken = await ana.write("Hello")
    await settle(house)
    await house.conversations.end(taken.conversation_id, ana.id)
    before = await types_of(house, taken)
    for act in (
        house.conversations.take(taken.conversation_id, kim),
        house.conversations.give_back(taken.conversation_id, kim),
        house.conversations.resolve(taken.conversation_id, kim),
        house.conversations.end(taken.conversation_id, ana.id),
        house.conversations.say(taken.conversation_id, kim, "Hello?", client_id="1"),
    ):
        with pytest.raises(HouseError):
            await act
    assert await types_of(house, taken) == before


async def test_two_questions_in_one_burst_get_two_answers(house: House) -> None:
    ana = await visit(house)
    bot_of(house).hold()
    taken = await ana.write("Hello there")
    await bot_of(house).thinking.wait()
    for words in ("where is my order?", "one more thing", "can I have a refund?"):
        await ana.write(words)
    bot_of(house).go()
    await settle(house)
    assert [message.message for message in bot_of(house).heard] == [
        "Hello there",
        "where is my order?",
        "one more thing\ncan I have a refund?",
    ]
    assert (await row_of(house, taken))["turn_due_seq"] is None


async def test_what_an_agent_left_unanswered_is_answered_by_the_bot_when_it_is_given_back(house: House) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    taken = await ana.write("I want a person")
    await settle(house)
    await house.conversations.take(taken.conversation_id, kim)
    await house.conversations.say(taken.conversation_id, kim, "I am here.", client_id="k1")
    await ana.write("Where is my order?")
    await settle(house)
    await house.conversations.give_back(taken.conversation_id, kim)
    await house.turns.pick_up()
    await settle(house)
    said = [event.data.text for event in await log_of(house, taken) if isinstance(event.data, MessageSent)]
    assert said[-1] == "Order 44110 is on its way."


async def test_the_call_for_a_person_is_not_asked_again_when_the_agent_gives_back(house: House) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    taken = await ana.write("I want a person")
    await settle(house)
    await house.conversations.take(taken.conversation_id, kim)
    await house.conversations.give_back(taken.conversation_id, kim)
    await house.turns.pick_up()
    await settle(house)
    assert (await row_of(house, taken))["owner"] == "bot"
    assert len(bot_of(house).heard) == 1


async def test_a_turn_that_breaks_again_and_again_ends_with_a_person(
    house: House, logs: list[MutableMapping[str, Any]]
) -> None:
    ana = await visit(house)
    bot_of(house).script.insert(0, ("(", said("never")))  # no pattern at all: `re` raises
    taken = await ana.write("Where is my order?")
    await settle(house)
    for _ in range(4):
        clock_of(house).move(CLAIM + timedelta(seconds=1))
        await house.turns.pick_up()
        await settle(house)
    row = await row_of(house, taken)
    assert (row["owner"], row["turn_due_seq"], row["turn_tries"]) == ("queue", None, 0)
    assert [entry["event"] for entry in logs].count("turn.broken") == 4
    logs.clear()


async def test_after_a_crash_the_first_message_is_asked_alone_so_that_its_id_stays(
    house: House, logs: list[MutableMapping[str, Any]]
) -> None:
    ana = await visit(house)
    bot_of(house).script.insert(0, ("(", said("never")))
    first = await ana.write("Where is")
    await settle(house)
    await ana.write("my order")
    del bot_of(house).script[0]
    logs.clear()
    bot_of(house).heard.clear()
    clock_of(house).move(CLAIM + timedelta(seconds=1))
    await house.turns.pick_up()
    await settle(house)
    heard = bot_of(house).heard[0]
    assert (heard.message, heard.message_id) == ("Where is", first.message_id)


@pytest.mark.parametrize("verb", ["resolve", "give_back"])
async def test_an_agent_ends_only_what_they_have(house: House, verb: str) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    taken = await ana.write("I want a person")
    await settle(house)
    with pytest.raises(HouseError) as refused:
        await getattr(house.conversations, verb)(taken.conversation_id, kim)
    assert refused.value.code == "not_yours"
    assert (await row_of(house, taken))["owner"] == "queue"
