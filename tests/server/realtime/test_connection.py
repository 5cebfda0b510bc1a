"""How a socket ends: whoever goes first, and with which word."""

import asyncio
from typing import cast
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.kit.errors import Unavailable
from server.realtime.connection import CLOSE_RESTARTING, CLOSE_TOO_SLOW, serve
from server.realtime.events import Actor
from server.realtime.hub import Hub
from server.realtime.signals import Signal, TypingNow


class SocketStub:
    """A socket that writes down what is sent and never hears anything."""

    def __init__(self) -> None:
        self.application_state = WebSocketState.CONNECTED
        self.sent: list[str] = []
        self.code: int | None = None

    async def send_text(self, text: str) -> None:
        """Keep a frame."""
        self.sent.append(text)

    async def close(self, code: int) -> None:
        """Keep the code."""
        self.code = code
        self.application_state = WebSocketState.DISCONNECTED


class NoSignals:
    """Carries nothing to nobody."""

    async def publish(self, signal: Signal) -> None:
        """Drop it."""

    async def listen(self, heard: object) -> None:
        """Hear nothing."""
        await asyncio.Event().wait()


def _typing() -> TypingNow:
    return TypingNow(conversation_id=uuid4(), customer_id=uuid4(), who=Actor(kind="bot"), on=True)


async def _nothing() -> None:
    return


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def test_a_listener_that_falls_behind_is_told_and_closed() -> None:
    stub, hub = SocketStub(), Hub(NoSignals(), buffer=8)
    listener = hub.join("customer:1")
    for _ in range(9):
        listener.offer(_typing())
    await serve(cast("WebSocket", stub), listener, _nothing, _for_ever)
    assert stub.code == CLOSE_TOO_SLOW
    assert stub.sent == ['{"type":"bye","reason":"too_slow","again":true}']


async def test_a_client_that_goes_ends_every_job_of_its_socket() -> None:
    stub, hub = SocketStub(), Hub(NoSignals(), buffer=8)
    ended = asyncio.Event()

    async def goes() -> None:
        raise WebSocketDisconnect(1001)

    async def stays() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await serve(cast("WebSocket", stub), hub.join(), _nothing, stays, goes)
    assert ended.is_set()


async def test_a_client_that_is_silent_for_too_long_is_closed() -> None:
    stub, hub = SocketStub(), Hub(NoSignals(), buffer=8)

    async def silent() -> None:
        raise TimeoutError

    await serve(cast("WebSocket", stub), hub.join(), _nothing, silent, _for_ever)
    assert stub.code == 1000


async def test_a_database_that_is_away_while_a_socket_is_told_something_ends_it_for_a_resume() -> None:
    socket = SocketStub()

    async def welcome() -> None:
        message = "The database went away."
        raise Unavailable(message)

    await serve(cast("WebSocket", socket), Hub(NoSignals(), buffer=8).join(), welcome)
    assert socket.code == CLOSE_RESTARTING
    assert '"reason":"restarting"' in socket.sent[0]
