"""A real server on a random port with clients that speak as the widget and the console do."""

import asyncio
import contextlib
import json
import socket as network
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import uvicorn
from typing_extensions import override
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.app import make_app
from server.house import House
from server.settings import Settings
from tests.support.server import PASSWORD, Visitor

PATIENCE = 10.0
Frame = dict[str, Any]


class Quiet(uvicorn.Server):
    """A uvicorn that leaves the signals to pytest."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to pytest."""
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A house with a door."""

    house: House
    port: int
    server: uvicorn.Server

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sockets(self) -> str:
        """Its address for sockets."""
        return f"ws://127.0.0.1:{self.port}"


@asynccontextmanager
async def served(house: House) -> AsyncIterator[Served]:
    """Serve a house that is open already."""

    @asynccontextmanager
    async def same(_: Settings) -> AsyncIterator[House]:
        yield house

    config = uvicorn.Config(
        make_app(house.settings, same),
        host="127.0.0.1",
        port=0,
        log_config=None,
        access_log=False,
        ws_max_size=1024 * 1024,
        ws_ping_interval=None,
        timeout_graceful_shutdown=2,
    )
    server = Quiet(config)
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(PATIENCE):
            while not server.started:
                if task.done():
                    task.result()
                await asyncio.sleep(0.005)
        yield Served(house=house, port=server.servers[0].sockets[0].getsockname()[1], server=server)
    finally:
        server.should_exit = True
        await task


@dataclass(slots=True)
class Browser:
    """An HTTP client with cookies; signed in, it carries the session's CSRF token."""

    http: aiohttp.ClientSession
    url: str
    csrf: str = ""
    agent: Frame = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Return status and body (JSON where it is JSON) of one request."""
        sent = {"x-csrf-token": self.csrf} if self.csrf else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {} if body is None else {"json": body}
        async with self.http.request(method, f"{self.url}{path}", headers=sent, **options) as response:
            raw = await response.read()
            kind = response.headers.get("content-type", "")
            return response.status, json.loads(raw) if "json" in kind and raw else raw.decode(errors="replace")

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Ask for something."""
        return await self.call("GET", path, **headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send something."""
        return await self.call("POST", path, {} if body is None else body, **headers)

    async def put(self, path: str, body: Any) -> tuple[int, Any]:
        """Change something."""
        return await self.call("PUT", path, body)

    @property
    def cookie(self) -> str:
        """The cookies as a header, for a socket."""
        return "; ".join(f"{cookie.key}={cookie.value}" for cookie in self.http.cookie_jar)


@asynccontextmanager
async def browser(where: Served) -> AsyncIterator[Browser]:
    """Open a browser that nobody is signed in with."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Browser(http, where.url)


@asynccontextmanager
async def signed_in(where: Served, email: str, password: str = PASSWORD) -> AsyncIterator[Browser]:
    """Open a browser and sign in."""
    async with browser(where) as opened:
        status, session = await opened.post("/api/v1/sessions", {"email": email, "password": password})
        assert status == 201, session
        opened.csrf, opened.agent = session["csrf"], session["agent"]
        yield opened


class Socket:
    """A client's end of one of our sockets: keeps every frame that came, and waits for the one that a test wants."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[Frame] = []
        self._read = 0

    async def send(self, **frame: Any) -> None:
        """Send one frame; the server may have closed already, which the next wait tells."""
        await self.raw(json.dumps(frame))

    async def raw(self, data: str | bytes) -> None:
        """Send something that may be no frame at all."""
        with contextlib.suppress(ConnectionClosed):
            await self.connection.send(data)

    async def next(self) -> Frame:
        """Return the next frame; raise `ConnectionClosed`, or `TimeoutError` when nothing comes."""
        async with asyncio.timeout(PATIENCE):
            frame: Frame = json.loads(await self.connection.recv())
        self.frames.append(frame)
        return frame

    async def until(self, wanted: str | Callable[[Frame], bool]) -> Frame:
        """Return the next frame of a type, or for which something holds; the others before it are kept."""
        while True:
            frame = await self.next()
            if frame["type"] == wanted if isinstance(wanted, str) else wanted(frame):
                return frame

    async def closing(self) -> tuple[int, Frame | None]:
        """Return the code with which the server closes, and its goodbye if there was one."""
        try:
            while True:
                await self.next()
        except ConnectionClosed:
            byes = [frame for frame in self.frames if frame["type"] == "bye"]
            return self.connection.close_code or 0, byes[-1] if byes else None

    async def quiet(self, seconds: float = 0.15) -> list[Frame]:
        """Return what comes within a moment."""
        found = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found.append(json.loads(await self.connection.recv()))
        except (TimeoutError, ConnectionClosed):
            self.frames += found
            return found

    def cut(self) -> None:
        """Lose the network: no goodbye."""
        self.connection.transport.abort()


@asynccontextmanager
async def socket(
    where: Served, path: str, *, cookie: str = "", origin: str | None = None, narrow: bool = False
) -> AsyncIterator[Socket]:
    """Connect and say nothing yet; a `narrow` one has hardly any room for what it has not read."""
    options: dict[str, Any] = {}
    if narrow:
        raw = network.socket()
        raw.setsockopt(network.SOL_SOCKET, network.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", where.port))
        raw.setblocking(False)
        options = {"sock": raw, "max_queue": 1}
    headers = {"Cookie": cookie} if cookie else {}
    if origin is not None:
        headers["Origin"] = origin
    async with connect(
        f"{where.sockets}{path}", additional_headers=headers, close_timeout=1, max_size=None, **options
    ) as connection:
        yield Socket(connection)


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds that nobody announces."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110  # there is no event to wait for
            await asyncio.sleep(0.005)


class Tab:
    """One tab of a visitor: what the widget keeps, by the widget's rules (docs/realtime.md)."""

    def __init__(self, where: Served, visitor: Visitor) -> None:
        self._where = where
        self._visitor = visitor
        self.events: dict[int, Frame] = {}
        self.last_seq = 0
        self.conversation_id: str | None = None
        self.doubled: list[int] = []
        self.gaps: list[tuple[int, int]] = []
        self.accepted: dict[str, Frame] = {}
        self.started_over = 0

    @asynccontextmanager
    async def online(self, *, narrow: bool = False) -> AsyncIterator[Socket]:
        """Connect, say hello with what this tab has, and take in the welcome."""
        async with socket(self._where, "/ws/widget", narrow=narrow) as open_socket:
            await open_socket.send(
                type="hello",
                token=self._visitor.token,
                last_seq=self.last_seq,
                conversation_id=self.conversation_id,
            )
            self.take_in(await open_socket.until("welcome"))
            yield open_socket

    def take_in(self, frame: Frame) -> None:
        """Take in one frame as the widget does."""
        if frame["type"] == "welcome":
            if frame["start_over"]:
                self.started_over += 1
                self.events, self.last_seq = {}, 0
            if frame["conversation"] is not None:
                self.conversation_id = frame["conversation"]["id"]
            for event in frame["events"]:
                self._add(event)
        elif frame["type"] == "event":
            event = frame["event"]
            if event["conversation_id"] != self.conversation_id:
                self.conversation_id, self.events, self.last_seq = event["conversation_id"], {}, 0
            if frame["after"] != self.last_seq:
                self.gaps.append((frame["after"], self.last_seq))
            self._add(event)
        elif frame["type"] == "accepted":
            self.accepted[frame["client_id"]] = frame

    def _add(self, event: Frame) -> None:
        if event["seq"] in self.events:
            self.doubled.append(event["seq"])
        self.events[event["seq"]] = event
        self.last_seq = max(self.last_seq, event["seq"])

    @property
    def texts(self) -> list[str]:
        """What is on the screen, oldest first."""
        return [
            event["data"]["text"]
            for _, event in sorted(self.events.items())
            if event["data"]["type"] in {"message.received", "message.sent"}
        ]


@asynccontextmanager
async def console(where: Served, who: Browser, *, last_id: int = 0, origin: str | None = None) -> AsyncIterator[Socket]:
    """Open the console's socket of somebody who is signed in, and take in the welcome."""
    async with socket(where, "/ws/console", cookie=who.cookie, origin=origin) as open_socket:
        await open_socket.send(type="hello", csrf=who.csrf, last_id=last_id)
        await open_socket.until("welcome")
        yield open_socket
