"""An agent's browser as a program: signs in, works over HTTP, and listens on the console's socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from websockets.asyncio.client import ClientConnection, connect

from server.kit.secrets import load_secrets

Frame = dict[str, Any]


class AgentBrowser:
    """A signed-in agent."""

    def __init__(self, http: aiohttp.ClientSession, url: str, session: Frame) -> None:
        self._http = http
        self._url = url
        self.session = session

    async def call(self, method: str, path: str, body: Frame | None = None) -> tuple[int, Any]:
        """Call the API; return status and answer."""
        headers = {"X-CSRF-Token": self.session["csrf"]}
        async with self._http.request(method, f"{self._url}/api/v1{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None) if answer.content_length != 0 else None

    async def get(self, path: str) -> Any:
        """Return what is at a path; fail on a refusal."""
        status, answer = await self.call("GET", path)
        assert status == 200, answer
        return answer

    async def post(self, path: str, body: Frame | None = None) -> Any:
        """Return the answer to a post; fail on a refusal."""
        status, answer = await self.call("POST", path, body)
        assert status in {200, 201}, answer
        return answer

    async def say(self, conversation: str, text: str, citations: list[Frame] | None = None) -> Any:
        """Write to the customer."""
        body = {"client_id": str(uuid4()), "text": text, "citations": citations or []}
        return await self.post(f"/conversations/{conversation}/messages", body)

    async def events(self, conversation: str) -> list[Frame]:
        """Return every event of a conversation."""
        found: list[Frame] = (await self.get(f"/conversations/{conversation}/events?limit=1000"))["items"]
        return found

    async def wait_for(self, conversation: str, kind: str, *, seconds: float = 10) -> Frame:
        """Return the newest event of a type as soon as there is one."""
        async with asyncio.timeout(seconds):
            while True:
                found = [event for event in await self.events(conversation) if event["data"]["type"] == kind]
                if found:
                    return found[-1]
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def socket(self, *, last_id: int = 0) -> AsyncIterator[ClientConnection]:
        """Open the console's socket and say hello."""
        cookies = self._http.cookie_jar.filter_cookies(self._http._base_url or self._url)  # type: ignore[arg-type]
        header = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
        address = self._url.replace("http", "ws", 1) + "/ws/console"
        async with connect(address, additional_headers={"Cookie": header}, max_size=2**24) as socket:
            await socket.send(json.dumps({"type": "hello", "csrf": self.session["csrf"], "last_id": last_id}))
            yield socket


@asynccontextmanager
async def agent(url: str, home: Path, email: str = "kim@larkfield.example") -> AsyncIterator[AgentBrowser]:
    """Sign one of the demo company's people in."""
    password = load_secrets(home)[f"password:{email}"]
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        aiohttp.ClientSession(cookie_jar=jar) as http,
        http.post(f"{url}/api/v1/sessions", json={"email": email, "password": password}) as answer,
    ):
        assert answer.status == 201, await answer.text()
        yield AgentBrowser(http, url, await answer.json())
