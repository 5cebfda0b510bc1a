"""A customer's widget as a program: says things and waits for the answer. Used by measurements and journeys."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect

Frame = dict[str, Any]


class Widget:
    """One tab of one visitor over the real socket."""

    def __init__(self, socket: ClientConnection, session: Frame, welcome: Frame) -> None:
        self._socket = socket
        self.session = session
        self.welcome = welcome
        self.events: list[Frame] = list(welcome["events"])
        self.refused: list[Frame] = []

    async def send(self, text: str, *, payload: str | None = None, client_id: str | None = None) -> str:
        """Send a message; return its client id."""
        client_id = client_id or str(uuid.uuid4())
        await self.raw({"type": "send", "client_id": client_id, "text": text, "payload": payload})
        return client_id

    async def raw(self, frame: Frame) -> None:
        """Send any frame."""
        await self._socket.send(json.dumps(frame))

    async def next(self, *, seconds: float = 10) -> Frame:
        """Return the next frame, keeping events and refusals."""
        async with asyncio.timeout(seconds):
            frame: Frame = json.loads(await self._socket.recv())
        if frame["type"] == "event":
            self.events.append(frame["event"])
        elif frame["type"] == "refused":
            self.refused.append(frame)
        return frame

    async def until(self, kind: str, *, actor: str | None = None, seconds: float = 10, **data: Any) -> Frame:
        """Return the next event of a type (by an actor, with these data); raise `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next(seconds=seconds)
                if frame["type"] != "event":
                    continue
                event: Frame = frame["event"]
                if (
                    event["data"]["type"] == kind
                    and (actor is None or event["actor"]["kind"] == actor)
                    and all(event["data"].get(key) == value for key, value in data.items())
                ):
                    return event

    async def ask(self, text: str, *, payload: str | None = None, seconds: float = 10) -> Frame:
        """Send a message and return the bot's first answer to it."""
        await self.send(text, payload=payload)
        return await self.until("message.sent", actor="bot", seconds=seconds)


@asynccontextmanager
async def visitor(
    url: str,
    *,
    account: str = "larkfield",
    locale: str = "en",
    session: Frame | None = None,
    identity: str | None = None,
    last_seq: int = 0,
    conversation_id: str | None = None,
) -> AsyncIterator[Widget]:
    """Open a widget session (or take one that is given) and its socket."""
    if session is None:
        async with (
            aiohttp.ClientSession() as http,
            http.post(
                f"{url}/api/v1/widget/sessions", json={"account": account, "locale": locale, "identity": identity}
            ) as answer,
        ):
            answer.raise_for_status()
            session = await answer.json()
    hello = {
        "type": "hello",
        "token": session["token"],
        "last_seq": last_seq,
        "conversation_id": conversation_id,
        "locale": locale,
    }
    async with connect(url.replace("http", "ws", 1) + "/ws/widget", max_size=2**24) as socket:
        await socket.send(json.dumps(hello))
        welcome: Frame = json.loads(await socket.recv())
        if welcome["type"] != "welcome":
            message = f"The socket said {welcome}."
            raise ConnectionError(message)
        yield Widget(socket, session, welcome)
