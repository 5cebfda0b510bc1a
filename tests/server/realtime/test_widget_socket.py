"""`/ws/widget` from outside: hello, resume, two tabs, refusals, and who may see what."""

import json
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from server.access.visitors import Identity
from server.conversations.service import Conversations
from server.realtime.hub import customer_topic
from tests.support.chat import Frame, Served, Socket, Tab, eventually, served, socket
from tests.support.server import Visitor, bot_of, clock_of, hire, log_of, opened, received, row_of, settle, visit


async def test_a_first_message_is_accepted_echoed_and_answered(each_door: Served) -> None:
    ana = await visit(each_door.house)
    tab = Tab(each_door, ana)
    async with tab.online() as line:
        await line.send(type="send", client_id="a1", text="Where is my order?")
        while len(tab.texts) < 2:
            tab.take_in(await line.next())
    assert tab.texts == ["Where is my order?", "Order 44110 is on its way."]
    assert tab.gaps == []
    assert set(tab.accepted) <= {"a1"}


async def test_a_send_repeated_after_a_lost_answer_is_accepted_the_same_and_stored_once(door: Served) -> None:
    ana = await visit(door.house)
    tab = Tab(door, ana)
    async with tab.online() as line:
        await line.send(type="send", client_id="a1", text="Hello")
        first = await line.until("accepted")
    async with tab.online() as line:
        await line.send(type="send", client_id="a1", text="Hello")
        assert await line.until("accepted") == first
    await settle(door.house)
    log = await log_of(door.house, (await ana.only_intake("x")).conversation_id)
    assert [event.data.text for event in log if event.data.type == "message.received"] == ["Hello", "x"]


async def test_a_tab_that_comes_back_gets_exactly_what_it_missed(each_door: Served) -> None:
    ana = await visit(each_door.house)
    tab = Tab(each_door, ana)
    async with tab.online() as line:
        await line.send(type="send", client_id="a1", text="Hello")
        while len(tab.texts) < 2:
            tab.take_in(await line.next())
    had = dict(tab.events)
    await ana.ask("Where is my order?")
    async with tab.online():
        pass
    assert tab.texts == ["Hello", "I hear you.", "Where is my order?", "Order 44110 is on its way."]
    assert tab.doubled == []
    assert tab.started_over == 0
    assert set(had) < set(tab.events)


async def test_staff_events_never_reach_the_customer(door: Served) -> None:
    house = door.house
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    tab = Tab(door, ana)
    async with tab.online() as line:
        await line.send(type="send", client_id="a1", text="I want a person, this is ridiculous")
        accepted = await line.until("accepted")
        await settle(house)
        conversation_id = (await ana.only_intake("more")).conversation_id
        assert str(conversation_id) == accepted["conversation_id"]
        await house.conversations.take(conversation_id, kim)
        await house.conversations.note(conversation_id, kim, "A secret note", client_id="n1")
        await house.conversations.say(conversation_id, kim, "Hello, this is Kim", client_id="r1")
        await line.until(lambda frame: "this is Kim" in json.dumps(frame))
        seen = json.dumps(line.frames)
    assert "secret" not in seen
    assert "Larsen" not in seen
    assert str(kim.id) not in seen
    for kind in ("decision.made", "message.understood", "packet.built", "note.added", "suggestions.offered"):
        assert kind not in seen
    assert "versions" not in seen or '"versions": {"' not in seen


async def test_two_tabs_of_one_visitor_stay_in_step(each_door: Served) -> None:
    ana = await visit(each_door.house)
    left, right = Tab(each_door, ana), Tab(each_door, ana)
    async with left.online() as first, right.online() as second:
        for number in range(6):
            writer = (first, second)[number % 2]
            await writer.send(type="send", client_id=f"m{number}", text=f"Message {number}")
            for tab, line in ((left, first), (right, second)):
                while f"Message {number}" not in tab.texts:
                    tab.take_in(await line.next())
        await settle(each_door.house)
        for tab, line in ((left, first), (right, second)):
            for frame in await line.quiet():
                tab.take_in(frame)
    assert left.texts == right.texts
    assert left.events == right.events
    assert (left.gaps, right.gaps, left.doubled, right.doubled) == ([], [], [], [])


async def test_a_tab_of_the_visitor_that_was_offline_comes_into_step(door: Served) -> None:
    ana = await visit(door.house)
    left, right = Tab(door, ana), Tab(door, ana)
    async with right.online():
        pass
    async with left.online() as line:
        await line.send(type="send", client_id="a1", text="Hello")
        while len(left.texts) < 2:
            left.take_in(await line.next())
    async with right.online():
        pass
    assert right.texts == left.texts


async def test_the_end_of_a_conversation_reaches_every_tab_and_a_new_one_begins(door: Served) -> None:
    ana = await visit(door.house)
    left, right = Tab(door, ana), Tab(door, ana)
    async with left.online() as first, right.online() as second:
        await first.send(type="send", client_id="a1", text="Hello")
        for tab, line in ((left, first), (right, second)):
            while len(tab.texts) < 2:
                tab.take_in(await line.next())
        await first.send(type="end")
        for tab, line in ((left, first), (right, second)):
            await _take_until(tab, line, "conversation.closed")
        before = left.conversation_id
        await second.send(type="send", client_id="b1", text="One more thing")
        for tab, line in ((left, first), (right, second)):
            while "One more thing" not in tab.texts:
                tab.take_in(await line.next())
        assert left.conversation_id == right.conversation_id != before
        assert left.gaps == right.gaps == []


async def test_a_message_typed_while_the_bot_thinks_long_shows_its_typing(door: Served) -> None:
    ana = await visit(door.house)
    bot_of(door.house).hold()
    tab = Tab(door, ana)
    async with tab.online() as line:
        await line.send(type="send", client_id="a1", text="Hello")
        typing = await line.until("typing")
        assert (typing["who"]["kind"], typing["on"]) == ("bot", True)
        bot_of(door.house).go()
        assert (await line.until("typing"))["on"] is False


async def test_a_socket_that_says_nothing_is_closed(sqlite_url: str, tmp_path: Path) -> None:
    blocks = {"realtime": {"hello_seconds": 0.1}}
    async with (
        opened(sqlite_url, tmp_path, blocks=blocks) as house,
        served(house) as where,
        socket(where, "/ws/widget") as line,
    ):
        assert await line.closing() == (4400, {"type": "bye", "reason": "bad_frame", "again": False})


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"type": "hello"}',
        '{"type": "send", "client_id": "1", "text": "Hi"}',
        '{"type": "hello", "token": 7}',
        '{"type": "hello", "token": "x", "extra": 1}',
        b"\x00\xff",
        "[" * 5000,
        '{"type": "hello", "token": "\\ud800"}',
    ],
    ids=range(11),
)
async def test_a_first_frame_that_is_no_hello_closes_the_socket(door: Served, garbage: str | bytes) -> None:
    async with socket(door, "/ws/widget") as line:
        await line.raw(garbage)
        code, bye = await line.closing()
    assert code == 4400
    assert bye is not None
    assert bye["reason"] == "bad_frame"


@pytest.mark.parametrize("garbage", ["", "[]", '{"type": "dance"}', b"\x01", '{"type": "send", "text": "Hi"}'])
async def test_garbage_later_is_refused_and_the_socket_goes_on(door: Served, garbage: str | bytes) -> None:
    ana = await visit(door.house)
    async with Tab(door, ana).online() as line:
        await line.raw(garbage)
        assert (await line.until("refused"))["problem"]["code"] == "bad_frame"
        await line.send(type="ping")
        await line.until("pong")


async def test_a_client_that_sends_nothing_but_garbage_is_closed(door: Served) -> None:
    ana = await visit(door.house)
    async with Tab(door, ana).online() as line:
        for _ in range(25):
            await line.raw("nonsense")
        code, bye = await line.closing()
    assert code == 4400
    assert bye is not None


async def test_a_text_of_100_kilobytes_is_refused_by_its_client_id_and_the_next_one_arrives(door: Served) -> None:
    ana = await visit(door.house)
    async with Tab(door, ana).online() as line:
        await line.send(type="send", client_id="big", text="x" * 100_000)
        refused = await line.until("refused")
        assert (refused["client_id"], refused["problem"]["code"]) == ("big", "too_large")
        await line.send(type="send", client_id="small", text="Hello")
        assert (await line.until("accepted"))["client_id"] == "small"


@pytest.mark.parametrize("text", ["", "   \n", "\u200f", "\x00"])
async def test_an_empty_text_is_refused_by_its_client_id(door: Served, text: str) -> None:
    ana = await visit(door.house)
    async with Tab(door, ana).online() as line:
        await line.send(type="send", client_id="a1", text=text)
        refused = await line.until("refused")
    assert (refused["client_id"], refused["problem"]["code"]) == ("a1", "empty_message")


async def test_half_a_character_is_refused_and_the_socket_goes_on(door: Served) -> None:
    ana = await visit(door.house)
    async with Tab(door, ana).online() as line:
        await line.send(type="send", client_id="a1", text="Hi \ud83d")
        assert (await line.until("refused"))["problem"]["status"] == 422
        await line.send(type="ping")
        await line.until("pong")


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "send", "client_id": "nul\x00", "text": "Hi"},
        {"type": "send", "client_id": "a", "text": "Hi", "payload": "\x00"},
        {"type": "read", "seq": 2**80},
        {"type": "read", "seq": -(2**80)},
        {"type": "typing", "on": True},
        {"type": "end"},
        {"type": "hello", "token": "again"},
    ],
    ids=lambda frame: str(frame["type"]),
)
async def test_odd_frames_are_answered_or_ignored_and_the_socket_goes_on(
    each_door: Served, frame: dict[str, object]
) -> None:
    ana = await visit(each_door.house)
    async with Tab(each_door, ana).online() as line:
        await line.send(**frame)
        await line.send(type="ping")
        await line.until("pong")
    await ana.ask("Hello")
    async with Tab(each_door, ana).online() as line:
        await line.send(**frame)
        await line.send(type="ping")
        await line.until("pong")


async def test_what_was_read_before_costs_the_database_nothing(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await visit(door.house)
    told: list[int] = []
    read = Conversations.read

    async def counted(self: Conversations, conversation_id: UUID, customer_id: UUID, seq: int) -> None:
        told.append(seq)
        await read(self, conversation_id, customer_id, seq)

    monkeypatch.setattr(Conversations, "read", counted)
    taken = await ana.write("Hello")
    await settle(door.house)
    last = len(await log_of(door.house, taken))
    tab = Tab(door, ana)
    async with tab.online() as line:
        for seq in (2, 2, 1, last, last, 10**9, -1):
            await line.send(type="read", seq=seq)
        await line.send(type="ping")
        await line.until("pong")
    assert told == [2, last]


async def test_a_language_that_is_none_is_kept_short(door: Served) -> None:
    ana = await visit(door.house)
    async with socket(door, "/ws/widget") as line:
        await line.send(type="hello", token=ana.token, locale="x" * 2000)
        await line.send(type="send", client_id="a1", text="Hello")
        accepted = await line.until("accepted")
    await settle(door.house)
    assert len((await row_of(door.house, UUID(accepted["conversation_id"])))["locale"]) <= 16


@pytest.mark.parametrize(
    "hello",
    [
        {"last_seq": 2**80},
        {"last_seq": -5},
        {"locale": "x" * 2000},
        {"locale": "\x00"},
        {"page": "\x00"},
        {"page": "https://larkfield.example/" + "x" * 400},
    ],
    ids=lambda hello: next(iter(hello)),
)
async def test_an_odd_hello_is_refused_or_served_but_nothing_breaks(
    each_door: Served, hello: dict[str, object]
) -> None:
    ana = await visit(each_door.house)
    async with socket(each_door, "/ws/widget") as line:
        await line.send(type="hello", token=ana.token, **hello)
        await line.send(type="send", client_id="a1", text="Hello")
        try:
            answer = await line.until(lambda frame: frame["type"] in {"accepted", "refused", "bye"})
        except ConnectionClosed:
            answer = {"type": "closed"}
            assert line.connection.close_code in {4400, 1000}
    assert answer["type"] in {"accepted", "refused", "bye", "closed"}
    tab = Tab(each_door, ana)
    async with tab.online() as line:
        await line.send(type="send", client_id="a2", text="And now?")
        await line.until("accepted")


def _token(visitor: Visitor, key: str, algorithm: str = "HS256", **claims: object) -> str:
    now = int(visitor.house.clock().timestamp())
    base = {"sub": str(visitor.id), "acc": visitor.account, "aud": "warmline:visitor", "iat": now, "exp": now + 600}
    return jwt.encode(base | claims, key, algorithm=algorithm)


async def test_forged_expired_and_foreign_tokens_open_nothing(door: Served) -> None:
    ana = await visit(door.house)
    await ana.ask("My secret question")
    short = _token(ana, "k" * 48)
    unsigned = _token(ana, "", "none")
    identity = door.house.visitors.sign_identity(
        "larkfield", Identity(email="ana.ruiz@example.com", name=None, customer_number=None), lifetime=timedelta(1)
    )
    tampered = ana.token[:-6] + ("aaaaaa" if not ana.token.endswith("aaaaaa") else "bbbbbb")
    for token in ("", "x.y.z", short, unsigned, identity, tampered):
        async with socket(door, "/ws/widget") as line:
            await line.send(type="hello", token=token)
            code, bye = await line.closing()
        assert code == 4401, token
        assert bye == {"type": "bye", "reason": "signed_out", "again": True}
        assert "secret" not in json.dumps(line.frames)
    clock_of(door.house).move(timedelta(days=91))
    async with socket(door, "/ws/widget") as line:
        await line.send(type="hello", token=ana.token)
        assert (await line.closing())[0] == 4401


async def test_asking_for_anothers_conversation_gives_ones_own_and_says_start_over(each_door: Served) -> None:
    ana, eve = await visit(each_door.house), await visit(each_door.house)
    secret = await ana.write("My secret question")
    await settle(each_door.house)
    await eve.ask("Hello")
    for last_seq in (0, 1, 100):
        async with socket(each_door, "/ws/widget") as line:
            await line.send(
                type="hello", token=eve.token, last_seq=last_seq, conversation_id=str(secret.conversation_id)
            )
            welcome = await line.until("welcome")
            assert welcome["start_over"] is True
            assert welcome["customer"]["visitor_id"] == str(eve.id)
            assert welcome["conversation"]["id"] != str(secret.conversation_id)
            await ana.ask("Another secret")
            await line.quiet(0.05)
        assert "secret" not in json.dumps(line.frames)
    async with socket(each_door, "/ws/widget") as line:
        await line.send(type="hello", token=(await visit(each_door.house)).token, conversation_id=str(uuid4()))
        welcome = await line.until("welcome")
        assert welcome["conversation"] is None
        assert welcome["events"] == []
        assert welcome["start_over"] is True


async def test_one_visitors_reads_and_end_touch_nobody_elses_conversation(door: Served) -> None:
    ana, eve = await visit(door.house), await visit(door.house)
    secret = await ana.write("Hello")
    await settle(door.house)
    before = await log_of(door.house, secret)
    async with socket(door, "/ws/widget") as line:
        await line.send(type="hello", token=eve.token, conversation_id=str(secret.conversation_id))
        await line.until("welcome")
        await line.send(type="end")
        assert (await line.until("refused"))["problem"]["code"] == "conversation_closed"
        await line.send(type="read", seq=3)
        await line.send(type="ping")
        await line.until("pong")
    assert await log_of(door.house, secret) == before


async def test_fifty_messages_in_a_second_get_a_clear_answer_each_and_none_accepted_is_lost(
    sqlite_url: str, tmp_path: Path
) -> None:
    blocks = {"limits": {"burst_messages": 10, "messages_per_second": 1.0}}
    async with opened(sqlite_url, tmp_path, blocks=blocks) as house, served(house) as where:
        ana = await visit(house)
        async with Tab(where, ana).online() as line:
            for number in range(50):
                await line.send(type="send", client_id=f"m{number}", text=f"Message {number}")
            answers: dict[str, Frame] = {}
            while len(answers) < 50:
                frame = await line.until(lambda found: found["type"] in {"accepted", "refused"})
                answers[frame["client_id"]] = frame
            accepted = {key for key, frame in answers.items() if frame["type"] == "accepted"}
            for key in set(answers) - accepted:
                problem = answers[key]["problem"]
                assert (problem["status"], problem["code"]) == (429, "rate_limited")
                assert 0 < problem["retry_after"] <= 11
            assert len(accepted) == 10
            await settle(house)
            clock_of(house).move(timedelta(seconds=30))
            await line.send(type="send", client_id="later", text="Later")
            taken = await line.until(lambda found: found["type"] in {"accepted", "refused"})
            assert taken["type"] == "accepted"
        await settle(house)
        log = await log_of(house, UUID(taken["conversation_id"]))
        stored = {data.client_id for data in received(log)}
        assert stored == accepted | {"later"}


async def test_more_sockets_than_a_visitor_may_have_are_closed(sqlite_url: str, tmp_path: Path) -> None:
    blocks = {"realtime": {"sockets_per_visitor": 3}}
    async with opened(sqlite_url, tmp_path, blocks=blocks) as house, served(house) as where:
        ana = await visit(house)
        async with AsyncExitStack() as stack:
            for _ in range(3):
                await stack.enter_async_context(Tab(where, ana).online())
            line = await stack.enter_async_context(socket(where, "/ws/widget"))
            await line.send(type="hello", token=ana.token)
            assert (await line.closing())[0] == 4429


async def test_sockets_that_are_gone_leave_nothing_at_the_hub(door: Served) -> None:
    ana = await visit(door.house)
    for _ in range(5):
        async with Tab(door, ana).online() as line:
            line.cut()
    await eventually(lambda: not door.house.hub.count(customer_topic(ana.id)))


async def _take_until(tab: Tab, line: Socket, kind: str) -> None:
    while not any(event["data"]["type"] == kind for event in tab.events.values()):
        tab.take_in(await line.next())
