"""What the bot says over HTTP (recorded) is what we read; what goes wrong on the way is a fact with a name."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web

from server.botlink.patient import PatientBot
from server.botlink.port import BotMessage, BotReply, BotSilent
from server.botlink.rasa import RasaBot
from server.kit.clock import MovableClock
from tests.support.databases import free_port
from tests.support.server import NOON

RECORDED = {path.stem: json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "recorded").glob("*"))}
TOKEN = "a-token-of-the-bot"
MESSAGE = BotMessage(
    sender=UUID(int=1),
    message="Where is my order 44110?",
    message_id=UUID(int=2),
    metadata={"locale": "en", "channel": "webchat", "account": "larkfield", "identity": {"level": "anonymous"}},
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def rasa(handler: Handler) -> AsyncIterator[str]:
    """Run a Rasa that answers as told and return its address."""
    app = web.Application()
    app.router.add_post("/webhooks/warmline/webhook", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def _ask(url: str) -> BotReply:
    async with aiohttp.ClientSession() as http:
        return await RasaBot(http, url=url, token=TOKEN).reply(MESSAGE)


@pytest.mark.parametrize("said", RECORDED.values(), ids=list(RECORDED))
async def test_what_the_bot_says_is_read_whole(said: dict[str, Any]) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response(said)

    async with rasa(answer) as url:
        reply = await _ask(url)
    assert [message.text for message in reply.messages] == [message["text"] for message in said["messages"]]
    assert [message.citation for message in reply.messages] == [message["citation"] for message in said["messages"]]
    assert reply.understanding.intent == said["understanding"]["intent"]
    assert reply.understanding.confidence == said["understanding"]["confidence"]
    assert [entity.value for entity in reply.understanding.entities] == [
        entity["value"] for entity in said["understanding"]["entities"]
    ]
    assert reply.state.slots == said["state"]["slots"]
    assert (reply.signals, reply.model, reply.replayed) == (said["signals"], said["model"], said["replayed"])


async def test_the_bot_is_asked_as_agreed() -> None:
    heard: list[dict[str, object]] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert request.content_type == "application/json"
        heard.append(await request.json())
        return web.json_response(RECORDED["article"])

    async with rasa(answer) as url:
        await _ask(url + "/")
    assert heard == [
        {
            "sender": str(UUID(int=1)),
            "message": "Where is my order 44110?",
            "message_id": str(UUID(int=2)),
            "metadata": MESSAGE.metadata,
        }
    ]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (401, b'{"status": "failure"}'),
        (404, b"no such page"),
        (204, b""),
        (200, b""),
        (200, b"<html>proxy</html>"),
        (200, b"[]"),
        (200, b'{"messages": [{"words": "Hello"}]}'),
        (200, b'{"messages": "Hello"}'),
        (200, b"\xff\xfe"),
    ],
    ids=range(10),
)
async def test_an_answer_that_is_none_is_an_error(status: int, body: bytes) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    async with rasa(answer) as url:
        with pytest.raises(BotSilent) as caught:
            await _ask(url)
    assert caught.value.why == "error"


async def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(BotSilent) as caught:
        await _ask(f"http://127.0.0.1:{free_port()}")
    assert caught.value.why == "unreachable"


async def test_a_bot_that_dies_in_mid_answer_is_unreachable() -> None:
    async def dies(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"messages": [')
        assert request.transport is not None
        request.transport.abort()
        return response

    async with rasa(dies) as url:
        with pytest.raises(BotSilent) as caught:
            await _ask(url)
    assert caught.value.why == "unreachable"


class Moody:
    """A bot that answers, fails or thinks for ever, as told; and says whether it lives."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = True
        self.hangs = False
        self.alive = True

    async def reply(self, message: BotMessage) -> BotReply:
        """Answer, or not."""
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise BotSilent("error")
        return BotReply()

    async def healthy(self) -> bool:
        """Say whether it lives."""
        return self.alive


def _patient(bot: Moody, clock: MovableClock) -> PatientBot:
    return PatientBot(bot, clock, patience_seconds=0.05, longest_seconds=0.1, rest_seconds=5)


async def _why(bot: PatientBot) -> str | None:
    try:
        await bot.reply(MESSAGE)
    except BotSilent as silent:
        return silent.why
    return None


async def test_three_failures_in_a_row_and_the_bot_is_left_alone() -> None:
    bot, clock = Moody(), MovableClock(NOON)
    patient = _patient(bot, clock)
    assert [await _why(patient) for _ in range(5)] == ["error", "error", "error", "resting", "resting"]
    assert (bot.asked, patient.state) == (3, "open")


async def test_after_the_rest_one_trial_decides() -> None:
    bot, clock = Moody(), MovableClock(NOON)
    patient = _patient(bot, clock)
    for _ in range(3):
        await _why(patient)
    clock.move(timedelta(seconds=5))
    assert patient.state == "half_open"
    assert await _why(patient) == "error"
    assert await _why(patient) == "resting"
    clock.move(timedelta(seconds=5))
    bot.fails = False
    assert [await _why(patient) for _ in range(3)] == [None, None, None]
    assert patient.state == "closed"


async def test_only_one_of_many_is_the_trial() -> None:
    bot, clock = Moody(), MovableClock(NOON)
    patient = _patient(bot, clock)
    for _ in range(3):
        await _why(patient)
    clock.move(timedelta(seconds=5))
    bot.asked = 0
    answers = await asyncio.gather(*(_why(patient) for _ in range(10)))
    assert bot.asked == 1
    assert sorted(str(answer) for answer in answers) == ["error", *["resting"] * 9]


async def test_a_success_in_between_begins_the_count_anew() -> None:
    bot, clock = Moody(), MovableClock(NOON)
    patient = _patient(bot, clock)
    for _ in range(3):
        await _why(patient)
        bot.fails = False
        await _why(patient)
        bot.fails = True
    assert patient.state == "closed"


@pytest.mark.parametrize("alive", [True, False])
async def test_a_bot_that_never_answers_is_a_timeout(alive: bool) -> None:
    bot = Moody()
    bot.hangs, bot.alive = True, alive
    async with asyncio.timeout(2):
        assert await _why(_patient(bot, MovableClock(NOON))) == "timeout"
