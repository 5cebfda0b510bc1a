"""The company of the demo without a socket: calls its ASGI app directly, and may hang up before the answer."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.types import ASGIApp, Message

from demo.company import seed
from demo.company.app import create_app
from demo.company.ledger import Ledger
from demo.company.records import Records

TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 10, 30, tzinfo=UTC)
TOKEN = "a-token-of-the-tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; `status` 0 when the caller hung up first."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Caller:
    """Speaks HTTP to an ASGI app in this process."""

    def __init__(self, app: ASGIApp, token: str | None = TOKEN) -> None:
        self._app = app
        self._token = token

    async def get(self, path: str, **query: str) -> Reply:
        """A GET with query parameters."""
        words = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        return await self.call("GET", path, query=words)

    async def post(self, path: str, body: object, *, key: str | None = None) -> Reply:
        """A POST of JSON with an idempotency key, if any."""
        return await self.call("POST", path, body=json.dumps(body).encode(), key=key)

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        key: str | None = None,
        hang_up: bool = False,
    ) -> Reply:
        """One request; with `hang_up` the caller goes away as soon as the body is sent."""
        headers = [(b"content-type", b"application/json")]
        if self._token is not None:
            headers.append((b"authorization", f"Bearer {self._token}".encode()))
        if key is not None:
            headers.append((b"idempotency-key", key.encode()))
        incoming: asyncio.Queue[Message] = asyncio.Queue()
        incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
        if hang_up:
            incoming.put_nowait({"type": "http.disconnect"})
        outgoing: list[Message] = []

        async def send(message: Message) -> None:
            outgoing.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
        }
        await self._app(scope, incoming.get, send)
        if not outgoing:
            return Reply(status=0)
        return Reply(
            status=outgoing[0]["status"],
            headers={name.decode(): value.decode() for name, value in outgoing[0]["headers"]},
            body=b"".join(message.get("body", b"") for message in outgoing[1:]),
        )


def company(
    folder: Path, records: Callable[[], Records], *, hold_seconds: float = 30.0, now: datetime = NOW
) -> ASGIApp:
    """The company with the data in `folder`, which is loaded if there is none."""
    ledger = Ledger(folder / "company.db")
    ledger.load_once(records)
    return create_app(ledger=ledger, token=TOKEN, clock=lambda: now, hold_seconds=hold_seconds)


def seeded() -> Records:
    """The records of `TODAY`."""
    return seed.records(TODAY)
