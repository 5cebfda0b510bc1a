"""Text as people, keyboards and attackers send it: kept as it was meant, or refused; never a crash."""

from typing import Any

import pytest

from channels.errors import NotUnderstood
from server.conversations.errors import EmptyMessage, MessageTooLong
from server.conversations.service import checked
from server.house import House
from server.kit.errors import Invalid
from server.realtime.frames import MAX_TEXT
from tests.support.server import all_conversations, bot_of, hire, log_of, received, sent, settle, visit

HEBREW = "\u200f\u05d0\u05d9\u05e4\u05d4 44110?\u200e"
KEPT = {
    "emoji only": ("😀👍🏽", "😀👍🏽"),
    "a family with joiners": ("👨‍👩‍👧", "👨‍👩‍👧"),
    "an emoji newer than this Python": ("\U0001fae8", "\U0001fae8"),
    "words hidden in tags": ("Hello\U000e0068\U000e0069", "Hello"),
    "a noncharacter": ("Hel\uffff\ufdd0lo", "Hello"),
    "control characters": ("Hel\x07lo\x1b[31m wor\x00ld\x7f", "Hello[31m world"),
    "NUL": ("\x00Hello\x00", "Hello"),
    "line breaks": ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    "right to left with marks": (HEBREW, HEBREW),
    "Arabic": ("أين طلبي رقم ٤٤١١٠؟", "أين طلبي رقم ٤٤١١٠؟"),
    "an override that hides a name": ("invoice\u202egnp.exe", "invoicegnp.exe"),
    "markup": ("<script>alert('x')</script>", "<script>alert('x')</script>"),
    "a decomposed letter": ("Cafe\u0301", "Café"),
    "a lone surrogate": ("Hi \ud83d there", "Hi  there"),
    "as long as may be": ("x" * MAX_TEXT, "x" * MAX_TEXT),
}
NOTHING = {
    "empty": "",
    "white space": " \n\t\u00a0\u2003 ",
    "control characters alone": "\x00\x01\x1b",
    "marks alone": "\u200f\u200e\u200d\u2066\u2069",
    "lone surrogates alone": "\ud800\udfff",
}


@pytest.mark.parametrize(("wrote", "kept"), KEPT.values(), ids=list(KEPT))
async def test_a_customers_words_are_stored_as_they_were_meant(house: House, wrote: str, kept: str) -> None:
    ana = await visit(house)
    taken = await ana.write(wrote)
    await settle(house)
    log = await log_of(house, taken)
    assert [data.text for data in received(log)] == [kept]
    assert sent(log)[-1].text
    assert bot_of(house).heard[0].message == kept


@pytest.mark.parametrize("wrote", NOTHING.values(), ids=list(NOTHING))
async def test_a_message_with_nothing_in_it_is_refused(sqlite_house: House, wrote: str) -> None:
    ana = await visit(sqlite_house)
    with pytest.raises(NotUnderstood):
        await ana.write(wrote)


@pytest.mark.parametrize(("wrote", "kept"), KEPT.values(), ids=list(KEPT))
async def test_an_agents_words_are_stored_as_they_were_meant(house: House, wrote: str, kept: str) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    taken = await ana.write("Hello")
    await settle(house)
    await house.conversations.take(taken.conversation_id, kim)
    await house.conversations.say(taken.conversation_id, kim, wrote, client_id="1")
    await house.conversations.note(taken.conversation_id, kim, wrote, client_id="2")
    log = await log_of(house, taken)
    assert sent(log)[-1].text == kept
    assert [event.data.text for event in log if event.data.type == "note.added"] == [kept]


@pytest.mark.parametrize("wrote", NOTHING.values(), ids=list(NOTHING))
def test_an_agent_cannot_say_nothing_either(wrote: str) -> None:
    with pytest.raises(EmptyMessage):
        checked(wrote)


def test_a_text_of_100_kilobytes_is_refused_and_says_how_long_it_may_be() -> None:
    with pytest.raises(MessageTooLong) as caught:
        checked("x" * 100_000)
    assert caught.value.problem()["status"] == 413
    assert caught.value.problem()["limit"] == MAX_TEXT


@pytest.mark.parametrize(
    "where",
    [
        {"client_id": "nul\x00nul"},
        {"payload": "/refund\x00"},
        {"payload": "/refund\ud800"},
        {"client_id": "x" * 64},
        {"payload": "x" * 500},
    ],
    ids=str,
)
async def test_odd_characters_beside_the_text_break_nothing(house: House, where: dict[str, Any]) -> None:
    ana = await visit(house)
    try:
        taken = await ana.write("Hello", **where)
    except Invalid:
        # A clear refusal is an answer too; nothing may be half stored.
        assert not await all_conversations(house)
    else:
        await settle(house)
        assert [data.text for data in received(await log_of(house, taken))] == ["Hello"]
    assert await ana.ask("Where is my order?") == ["Order 44110 is on its way."]
