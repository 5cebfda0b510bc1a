"""The outbox: in order within a conversation, with retry by kind of error, and nothing sent twice."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from typing_extensions import override

from channels.contract import Outbound, Receipt
from channels.errors import BadCredentials, ChannelDown, Refused
from channels.recording import RecordingChannel
from server.conversations import repository as conversations
from server.conversations.intake import Taken
from server.conversations.outcome import delivery_rows
from server.delivery import repository
from server.delivery.repository import DELIVERIES, ORDER
from server.delivery.sender import ATTEMPTS, FIRST_WAIT, LONGEST_WAIT, Sender, wait_before
from server.house import House
from server.realtime.events import MessageSent
from server.store.base import all_rows
from tests.support.server import MENU, bot_of, clock_of, log_of, row_of, said, settle, visit

STEP = timedelta(seconds=1)


class Postman:
    """A channel, its sender, and two conversations with messages in the outbox."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.channel = RecordingChannel()
        self.sender = Sender(house.store, house.clock, {"recording": self.channel})

    async def queue(self, *words: str) -> list[UUID]:
        """Let one conversation's bot say these words over the recording channel; return the messages' ids."""
        ana = await visit(self.house)
        taken = None
        for text in words:
            bot_of(self.house).script.insert(0, (rf"^ask {text}$", said(text)))
            taken = await ana.write(f"ask {text}")
            await settle(self.house)
        assert taken is not None
        return await self.put_in(taken, words)

    async def put_in(self, taken: Taken, words: Sequence[str]) -> list[UUID]:
        """Put what was said with these words into the outbox, as if the conversation were on the recording channel."""
        log = await log_of(self.house, taken)
        row = {**await row_of(self.house, taken), "channel": "recording"}
        found = [event for event in log if isinstance(event.data, MessageSent) and event.data.text in words]
        async with self.house.store.writing() as db:
            for event in found:
                assert isinstance(event.data, MessageSent)
                queued = delivery_rows(row, event.data.message_id, event.seq, self.house.clock())
                await conversations.add_deliveries(db, queued)
        return [event.data.message_id for event in found if isinstance(event.data, MessageSent)]

    async def rows(self) -> dict[UUID, Mapping[str, Any]]:
        """Return the outbox."""
        async with self.house.store.reading() as db:
            return {row["message_id"]: row for row in all_rows(await db.execute(select(DELIVERIES)))}

    @property
    def texts(self) -> list[str]:
        """What was sent, in order."""
        return [message.text for message in self.channel.sent]

    async def later(self, by: timedelta = STEP) -> int:
        """Let time pass and send."""
        clock_of(self.house).move(by)
        return await self.sender.once()


@pytest.fixture
def postman(house: House) -> Postman:
    """A postman on each database."""
    return Postman(house)


async def test_messages_go_out_in_order_once_with_their_receipt(postman: Postman) -> None:
    ids = await postman.queue("one", "two", "three")
    assert await postman.sender.once() == 3
    assert postman.texts == ["one", "two", "three"]
    assert await postman.sender.once() == 0
    rows = await postman.rows()
    assert [rows[message_id]["state"] for message_id in ids] == ["sent"] * 3
    assert rows[ids[0]]["external_id"] == f"recorded-{ids[0]}"


async def test_a_stuck_message_holds_back_the_later_ones_of_its_conversation_only(postman: Postman) -> None:
    await postman.queue("one", "two")
    postman.channel.failures = [ChannelDown("busy")]
    assert await postman.sender.once() == 0
    await postman.queue("elsewhere")
    assert await postman.sender.once() == 1, "The other conversation goes on; this one keeps its order."
    assert postman.texts == ["elsewhere"]
    assert await postman.later(FIRST_WAIT) == 2
    assert postman.texts == ["elsewhere", "one", "two"]


async def test_a_provider_that_is_down_is_tried_again_later_and_later(postman: Postman) -> None:
    [message_id] = await postman.queue("one")
    waits = []
    for attempt in range(1, 5):
        postman.channel.failures = [ChannelDown("busy")]
        await postman.sender.once()
        row = (await postman.rows())[message_id]
        assert (row["state"], row["attempts"]) == ("queued", attempt)
        waits.append(row["next_at"] - postman.house.clock())
        clock_of(postman.house).move(waits[-1] - timedelta(milliseconds=1))
        assert await postman.sender.once() == 0
        clock_of(postman.house).move(timedelta(milliseconds=1))
    assert waits == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, FIRST_WAIT * 8]
    assert await postman.sender.once() == 1


async def test_the_providers_own_wish_is_kept(postman: Postman) -> None:
    [message_id] = await postman.queue("one")
    postman.channel.failures = [ChannelDown("busy", retry_after=90)]
    await postman.sender.once()
    row = (await postman.rows())[message_id]
    assert row["next_at"] - postman.house.clock() == timedelta(seconds=90)


async def test_wrong_credentials_wait_long_for_the_operator(postman: Postman) -> None:
    [message_id] = await postman.queue("one")
    postman.channel.failures = [BadCredentials("unknown key")]
    await postman.sender.once()
    row = (await postman.rows())[message_id]
    assert row["next_at"] - postman.house.clock() == LONGEST_WAIT
    assert await postman.later(LONGEST_WAIT) == 1


async def test_what_the_provider_will_never_take_has_failed_and_the_next_one_goes(postman: Postman) -> None:
    ids = await postman.queue("one", "two")
    postman.channel.failures = [Refused("too rude")]
    await postman.sender.once()
    rows = await postman.rows()
    assert [rows[message_id]["state"] for message_id in ids] == ["failed", "sent"]
    assert rows[ids[0]]["error"] == "too rude"


async def test_after_the_last_attempt_it_has_failed_and_the_next_one_goes(postman: Postman) -> None:
    ids = await postman.queue("one", "two")
    for _ in range(ATTEMPTS):
        postman.channel.failures = [ChannelDown("busy")]
        await postman.later(LONGEST_WAIT)
    assert (await postman.rows())[ids[0]]["state"] == "failed"
    postman.channel.failures = []
    await postman.later(LONGEST_WAIT)
    assert postman.texts == ["two"]


async def test_a_channel_that_is_not_there_is_said(postman: Postman) -> None:
    [message_id] = await postman.queue("one")
    await Sender(postman.house.store, postman.house.clock, {}).once()
    row = (await postman.rows())[message_id]
    assert (row["state"], row["error"]) == ("failed", "There is no such channel here.")


async def test_two_workers_at_once_send_nothing_twice(postman: Postman) -> None:
    class Slow(RecordingChannel):
        """Takes its time, and does not know keys."""

        @override
        async def send(self, message: Outbound) -> Receipt:
            await asyncio.sleep(0.02)
            self.sent.append(message)
            return Receipt(external_id=message.key)

    slow = Slow()
    await postman.queue("one", "two", "three")
    workers = [Sender(postman.house.store, postman.house.clock, {"recording": slow}) for _ in range(3)]
    await asyncio.gather(*(worker.once() for worker in workers))
    for worker in workers:
        await worker.once()
    assert [message.text for message in slow.sent] == ["one", "two", "three"]


async def test_a_worker_that_died_while_sending_is_followed_by_another(postman: Postman) -> None:
    class Dies(RecordingChannel):
        """The process ends in the middle of a call."""

        @override
        async def send(self, message: Outbound) -> Receipt:
            raise asyncio.CancelledError

    await postman.queue("one")
    with pytest.raises(asyncio.CancelledError):
        await Sender(postman.house.store, postman.house.clock, {"recording": Dies()}).once()
    await postman.later(timedelta(minutes=2))
    assert postman.texts == ["one"]


async def test_buttons_are_said_in_words_where_the_channel_has_none(postman: Postman) -> None:
    ana = await visit(postman.house)
    bot_of(postman.house).script.insert(0, ("^menu$", MENU))
    taken = await ana.write("menu")
    await settle(postman.house)
    await postman.put_in(taken, ["What is it about?"])
    await postman.sender.once()
    assert postman.texts == ["What is it about?\n\n1. An order\n2. A refund"]


@pytest.mark.parametrize("reached", ORDER)
@pytest.mark.parametrize("state", [*ORDER[1:], "failed"])
async def test_states_move_forward_only(sqlite_house: House, reached: str, state: str) -> None:
    postman = Postman(sqlite_house)
    [message_id] = await postman.queue("one")
    async with sqlite_house.store.writing() as db:
        await db.execute(update(DELIVERIES).where(DELIVERIES.c.message_id == message_id).values(state=reached))
        moved = await repository.move(db, message_id, state, now=sqlite_house.clock())
    forward = state != "failed" and ORDER.index(state) > ORDER.index(reached)
    now = (await postman.rows())[message_id]["state"]
    if state == "failed":
        # What arrived cannot fail any more.
        assert moved == (reached in {"queued", "sent"})
    else:
        assert moved == forward
    assert now == (state if moved else reached)


async def test_what_the_customer_has_read_is_read_and_never_less(house: House) -> None:
    ana = await visit(house)
    taken = await ana.write("Hello")
    await settle(house)
    log = await log_of(house, taken)
    await house.conversations.read(taken.conversation_id, ana.id, log[-1].seq)
    await house.conversations.read(taken.conversation_id, ana.id, 1)
    await house.conversations.read(taken.conversation_id, ana.id, 10_000)
    log = await log_of(house, taken)
    assert [event.data.state for event in log if event.data.type == "delivery.updated"] == ["read"]
    async with house.store.reading() as db:
        row = await conversations.conversation(db, taken.conversation_id)
    assert row is not None
    assert row["read_seq"] <= row["last_seq"]


@pytest.mark.parametrize(
    ("attempt", "wish", "wait"),
    [(1, None, FIRST_WAIT), (3, None, FIRST_WAIT * 4), (40, None, LONGEST_WAIT), (1, 7.5, timedelta(seconds=7.5))],
)
def test_the_wait_doubles_up_to_a_limit(attempt: int, wish: float | None, wait: timedelta) -> None:
    assert wait_before(attempt, wish) == wait
