"""`/ws/console` from outside: who may open it, what each frame may do, and when it ends."""

import asyncio
import contextlib
import json
import secrets
import socket as network
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server.realtime.signals import SignedOut
from tests.support.chat import Served, Socket, Tab, console, served, signed_in, socket
from tests.support.server import BOT_TOKEN, clock_of, hire, log_of, opened, row_of, settle, visit


async def _waiting(door: Served, words: str = "I want a person") -> str:
    ana = await visit(door.house)
    taken = await ana.write(words)
    await settle(door.house)
    return str(taken.conversation_id)


async def test_a_socket_without_a_session_is_closed(door: Served) -> None:
    async with socket(door, "/ws/console") as line:
        await line.send(type="hello", csrf="x")
        assert (await line.closing())[0] == 4401


async def test_a_page_of_another_site_cannot_ride_on_the_cookie(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who:
        for origin in (
            "https://evil.example",
            "null",
            f"http://127.0.0.1:{door.port + 1}",
            f"http://localhost:{door.port}",
        ):
            async with socket(door, "/ws/console", cookie=who.cookie, origin=origin) as line:
                await line.send(type="hello", csrf=who.csrf)
                code, bye = await line.closing()
            assert code == 4403, origin
            assert bye is not None
            assert bye["reason"] == "forbidden"
        async with console(door, who, origin=f"http://127.0.0.1:{door.port}"):
            pass


@pytest.mark.parametrize("csrf", ["", "wrong", "\u00e9"])
async def test_a_hello_without_the_sessions_csrf_token_is_closed(door: Served, csrf: str) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who, socket(door, "/ws/console", cookie=who.cookie) as line:
        await line.send(type="hello", csrf=csrf)
        assert (await line.closing())[0] == 4403


async def test_a_machines_token_opens_no_console(door: Served) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with connect(f"{door.sockets}/ws/console", additional_headers=headers) as connection:
        line = Socket(connection)
        await line.send(type="hello", csrf="")
        assert (await line.closing())[0] == 4403


async def test_signing_out_closes_this_sessions_sockets_and_no_others(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    await hire(door.house, "Sam Okoye")
    async with (
        signed_in(door, "kim@example.com") as kim,
        signed_in(door, "kim@example.com") as kims_other_browser,
        signed_in(door, "sam@example.com") as sam,
        console(door, kim) as line,
        console(door, kims_other_browser) as other,
        console(door, sam) as third,
    ):
        status, _ = await kim.call("DELETE", "/api/v1/sessions/me")
        assert status == 204
        assert await line.closing() == (4401, {"type": "bye", "reason": "signed_out", "again": False})
        for stays in (other, third):
            await stays.send(type="ping")
            await stays.until("pong")


async def test_a_sign_in_that_has_run_out_opens_nothing(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who:
        clock_of(door.house).move(timedelta(hours=13))
        async with socket(door, "/ws/console", cookie=who.cookie) as line:
            await line.send(type="hello", csrf=who.csrf)
            assert (await line.closing())[0] == 4401


async def test_a_reply_over_the_socket_reaches_the_customer_once(each_door: Served) -> None:
    kim = await hire(each_door.house, "Kim Larsen")
    ana = await visit(each_door.house)
    tab = Tab(each_door, ana)
    async with (
        signed_in(each_door, "kim@example.com") as who,
        tab.online() as customer,
        console(each_door, who) as desk,
    ):
        await customer.send(type="send", client_id="a1", text="I want a person")
        conversation_id = (await customer.until("accepted"))["conversation_id"]
        await settle(each_door.house)
        status, _ = await who.post(f"/api/v1/conversations/{conversation_id}/take")
        assert status == 200
        reply = {"type": "reply", "client_id": "r1", "conversation_id": conversation_id, "text": "Hello, I am here."}
        await desk.send(**reply)
        first = await desk.until("accepted")
        await desk.send(**reply)
        assert await desk.until("accepted") == first
        frame = await customer.until(lambda found: "I am here" in json.dumps(found))
        assert frame["event"]["actor"] == {"kind": "agent", "id": None, "name": "Kim"}
        assert str(kim.id) not in json.dumps(customer.frames)
        assert not [again for again in await customer.quiet() if "I am here" in json.dumps(again)]


async def test_who_does_not_have_a_conversation_cannot_write_to_its_customer(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    conversation_id = await _waiting(door)
    async with signed_in(door, "kim@example.com") as who, console(door, who) as desk:
        await desk.send(type="reply", client_id="r1", conversation_id=conversation_id, text="Hello")
        refused = await desk.until("refused")
        assert (refused["client_id"], refused["problem"]["code"]) == ("r1", "not_yours")
        await desk.send(type="note", client_id="n1", conversation_id=conversation_id, text="I look into it")
        assert (await desk.until("accepted"))["client_id"] == "n1"


async def test_a_conversation_that_is_not_there_is_refused(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who, console(door, who) as desk:
        nowhere = str(uuid4())
        await desk.send(type="watch", conversation_id=nowhere)
        assert (await desk.until("refused"))["problem"]["code"] == "conversation_not_found"
        await desk.send(type="reply", client_id="r1", conversation_id=nowhere, text="Hello")
        assert (await desk.until("refused"))["problem"]["status"] == 404
        await desk.send(type="typing", conversation_id=nowhere, on=True)
        await desk.send(type="unwatch", conversation_id=nowhere)
        await desk.send(type="ping")
        await desk.until("pong")


async def test_watching_with_an_odd_seq_starts_over_or_goes_on_but_nothing_breaks(each_door: Served) -> None:
    await hire(each_door.house, "Kim Larsen")
    conversation_id = await _waiting(each_door)
    async with signed_in(each_door, "kim@example.com") as who, console(each_door, who) as desk:
        for last_seq in (-1, 10_000, 2**80):
            await desk.send(type="watch", conversation_id=conversation_id, last_seq=last_seq)
            watching = await desk.until("watching")
            assert watching["start_over"] is True
            assert watching["events"][0]["seq"] == 1


async def test_what_happens_while_a_conversation_is_opened_is_told_once(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    ana = await visit(door.house)
    taken = await ana.write("I want a person")
    await settle(door.house)
    async with signed_in(door, "kim@example.com") as who, console(door, who) as desk:
        await desk.send(type="watch", conversation_id=str(taken.conversation_id))
        for number in range(10):
            await ana.write(f"Message {number}")
        await settle(door.house)
        frames = [await desk.until("watching"), *await desk.quiet(0.3)]
    seqs = [event["seq"] for event in frames[0]["events"]]
    seqs += [frame["event"]["seq"] for frame in frames if frame["type"] == "event"]
    assert seqs == list(range(1, len(await log_of(door.house, taken)) + 1))


async def test_typing_goes_both_ways_and_only_to_whom_it_concerns(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    await hire(door.house, "Sam Okoye")
    ana, tom = await visit(door.house), await visit(door.house)
    tab, others_tab = Tab(door, ana), Tab(door, tom)
    await tom.ask("Hello")
    taken = await ana.write("I want a person")
    await settle(door.house)
    conversation_id = str(taken.conversation_id)
    async with (
        signed_in(door, "kim@example.com") as kim,
        signed_in(door, "sam@example.com") as sam,
        console(door, kim) as desk,
        console(door, sam) as other_desk,
        tab.online() as customer,
        others_tab.online() as other_customer,
    ):
        await kim.post(f"/api/v1/conversations/{conversation_id}/take")
        await desk.send(type="watch", conversation_id=conversation_id)
        await desk.until("watching")
        await customer.send(type="typing", on=True)
        assert (await desk.until("typing"))["who"]["kind"] == "customer"
        await other_desk.send(type="typing", conversation_id=conversation_id, on=True)
        await desk.send(type="typing", conversation_id=conversation_id, on=True)
        typing = await customer.until("typing")
        assert typing["who"] == {"kind": "agent", "id": None, "name": "Kim"}
        seen = [*await customer.quiet(), *await other_customer.quiet(), *await other_desk.quiet()]
        assert not [frame for frame in seen if frame["type"] == "typing"]


async def test_who_may_not_read_conversations_is_not_told_of_them(door: Served) -> None:
    await hire(door.house, "Edda Brandt", "knowledge_editor")
    conversation_id = await _waiting(door)
    async with signed_in(door, "edda@example.com") as who, console(door, who, last_id=1) as desk:
        assert desk.frames[0]["changed"] == []
        await desk.send(type="watch", conversation_id=conversation_id)
        assert (await desk.until("refused"))["problem"]["code"] == "missing_permission"
        await _waiting(door, "I want a person, please")
        assert await desk.quiet() == []


async def test_the_list_of_every_desk_is_told_of_what_one_agent_takes(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    await hire(door.house, "Sam Okoye")
    conversation_id = await _waiting(door)
    async with (
        signed_in(door, "kim@example.com") as kim,
        signed_in(door, "sam@example.com") as sam,
        console(door, sam) as desk,
    ):
        await kim.post(f"/api/v1/conversations/{conversation_id}/take")
        changed = await desk.until("conversation")
        assert changed["conversation"]["agent"]["name"] == "Kim Larsen"
        assert changed["conversation"]["state"] == "with_agent"
    assert (await row_of(door.house, UUID(conversation_id)))["agent_name"] == "Kim Larsen"


async def test_an_agent_who_lost_a_right_loses_it_on_the_open_socket_too(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who, console(door, who) as desk:
        await hire(door.house, "Kim Larsen", "analyst")
        door.house.hub.tell(SignedOut(agent_id=UUID(who.agent["id"])))
        await desk.send(type="ping")
        await desk.until("pong")
        conversation_id = await _waiting(door)
        await desk.send(type="watch", conversation_id=conversation_id)
        assert (await desk.until("refused"))["problem"]["code"] == "missing_permission"


async def test_a_socket_that_does_not_read_is_closed_and_resumes_whole(sqlite_url: str, tmp_path: Path) -> None:
    blocks = {"realtime": {"buffer_frames": 8}}
    async with opened(sqlite_url, tmp_path, blocks=blocks) as house, served(house) as where:
        ana = await visit(house)
        tab = Tab(where, ana)
        for listening in where.server.servers[0].sockets:
            # What is accepted inherits it: the kernel holds little of what the client does not read.
            listening.setsockopt(network.SOL_SOCKET, network.SO_SNDBUF, 8192)
        async with tab.online(narrow=True) as line:
            line.connection.transport.pause_reading()
            for number in range(400):
                taken = await ana.only_intake(secrets.token_hex(3900), client_id=f"m{number}")
                assert taken.written is not None
                house.hub.tell(taken.written)
                await asyncio.sleep(0)
                if not house.hub.count(f"customer:{ana.id}"):
                    break
            else:
                pytest.fail("It was never closed.")
            line.connection.transport.resume_reading()
            with contextlib.suppress(ConnectionClosed):
                while True:
                    tab.take_in(await line.next())
        # Whoever reads nothing for a second cannot even be told why.
        assert line.connection.close_code in {4408, 1006}
        async with tab.online() as line:
            for frame in await line.quiet(0.1):
                tab.take_in(frame)
        log = await log_of(house, UUID(str(tab.conversation_id)))
        assert sorted(tab.events) == [event.seq for event in log]
        assert tab.doubled == []
