"""The only place where the bot speaks HTTP to the server: reads orders and articles, asks for refunds and changes.

Reads are tried up to three times within the patience; writes are sent once, with an idempotency key.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

PATIENCE = 4.0
PAUSES = (0.1, 0.3)
DOWN = {"company_unavailable", "company_timeout"}


class Refused(Exception):
    """The company understood and said no; `code` says which no, `reason` is its text for the customer, if any."""

    def __init__(self, *, code: str, reason: str | None) -> None:
        """Keep what the problem document said."""
        super().__init__(f"The company refused: {code}.")
        self.code = code
        self.reason = reason


class NoAnswer(Exception):
    """Nobody answered; `untouched` is whether it is certain that nothing was changed."""

    def __init__(self, *, code: str, untouched: bool) -> None:
        """Keep what is known about the failure."""
        super().__init__(f"No answer: {code}.")
        self.code = code
        self.untouched = untouched


@dataclass(frozen=True)
class Desk:
    """The server's bot API for one conversation."""

    base: str
    token: str
    conversation: str
    session: aiohttp.ClientSession

    async def read(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """GET; tried again twice when it failed quickly, all within the patience. Raises Refused or NoAnswer."""
        deadline = time.monotonic() + PATIENCE
        for pause in PAUSES:
            try:
                return await self._send("GET", path, params=query, patience=deadline - time.monotonic())
            except NoAnswer:
                if time.monotonic() + pause >= deadline:
                    raise
            await asyncio.sleep(pause)
        return await self._send("GET", path, params=query, patience=deadline - time.monotonic())

    async def write(self, path: str, body: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """POST once with an idempotency key. Raises Refused or NoAnswer."""
        return await self._send("POST", path, json=body, headers={"Idempotency-Key": key}, patience=PATIENCE)

    async def _send(self, method: str, path: str, *, patience: float, **more: Any) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "X-Conversation": self.conversation,
            **more.pop("headers", {}),
        }
        limit = aiohttp.ClientTimeout(total=max(patience, 0.05))
        try:
            async with self.session.request(
                method, f"{self.base}/api/v1/bot{path}", headers=headers, timeout=limit, **more
            ) as answer:
                if answer.status < 300:
                    return dict(await answer.json(content_type=None))
                raise await self._error(answer)
        except aiohttp.ClientConnectorError as error:
            raise NoAnswer(code="server_unreachable", untouched=True) from error
        except (asyncio.TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise NoAnswer(code="server_timeout", untouched=method == "GET") from error

    async def _error(self, answer: aiohttp.ClientResponse) -> Exception:
        try:
            told = await answer.json(content_type=None)
        except ValueError:
            told = None
        problem = told if isinstance(told, dict) else {}
        code = str(problem.get("code") or f"http_{answer.status}")
        if answer.status in (403, 404, 409, 422) and problem.get("code"):
            reason = problem.get("reason")
            return Refused(code=code, reason=str(reason) if reason else None)
        # Everything up to 503 says that the request did not get through; after a 504 nobody knows.
        return NoAnswer(code=code, untouched=answer.status in (401, 403, 404, 422, 429, 503))


@dataclass
class Doorway:
    """Opens desks; one keep-alive connection pool a process, made on first use because it needs the running loop."""

    session: aiohttp.ClientSession | None = None

    def desk(self, conversation: str) -> Desk:
        """The server's bot API in the name of this conversation."""
        if self.session is None or self.session.closed:
            self.session = aiohttp.ClientSession()
        return Desk(
            base=os.environ.get("WARMLINE_SERVER__URL", "http://127.0.0.1:8080").rstrip("/"),
            token=os.environ.get("WARMLINE_SERVER__TOKEN", ""),
            conversation=conversation,
            session=self.session,
        )


DOORWAY = Doorway()
