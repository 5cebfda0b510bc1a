"""What stands before every request: the token, the limit of the body, and the faults that are switched on."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from secrets import compare_digest

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.company.payloads import FaultOut, FaultWish
from demo.company.problems import problem

BODY_LIMIT = 16 * 1024
BODY_SECONDS = 5.0
HOLD_SECONDS = 10.0
# Watching the service must work while it plays broken, and must not use the faults up.
ALWAYS_WELL = frozenset({"/faults", "/effects", "/health"})


class Faults:
    """The fault to show and how often it is left; lives in memory, a restart heals."""

    def __init__(self) -> None:
        self._wish = FaultWish(mode="none")
        self._left: int | None = None

    def switch(self, wish: FaultWish) -> FaultOut:
        """Shows this fault from now on."""
        self._wish = wish
        self._left = wish.count if wish.mode != "none" else None
        return self.now()

    def now(self) -> FaultOut:
        """The fault that is switched on."""
        return FaultOut(mode=self._wish.mode, left=self._left, only=self._wish.only)

    def draw(self, path: str) -> str:
        """The fault for one request; counts down."""
        if path in ALWAYS_WELL or (self._wish.only and not path.startswith(self._wish.only)):
            return "none"
        mode = self._wish.mode
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.switch(FaultWish(mode="none"))
        return mode


class Gate:
    """ASGI middleware that lets in who has the token, with a body of at most `BODY_LIMIT` bytes."""

    def __init__(self, app: ASGIApp, *, token: str, faults: Callable[[str], str], hold_seconds: float) -> None:
        self._app = app
        self._token = f"Bearer {token}".encode()
        self._faults = faults
        self._hold_seconds = hold_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not compare_digest(headers.get("authorization", "").encode("latin-1"), self._token):
            refusal = problem(HTTPStatus.UNAUTHORIZED, "unauthorized", "A valid bearer token is needed.")
            await refusal(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(receive)
        except TimeoutError:
            refusal = problem(HTTPStatus.REQUEST_TIMEOUT, "body_too_slow", "The request did not arrive in time.")
            await refusal(scope, receive, send)
            return
        if body is None:
            return
        if len(body) > BODY_LIMIT:
            detail = f"A request may hold at most {BODY_LIMIT} bytes."
            refusal = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)
            await refusal(scope, receive, send)
            return
        await self._answer(scope, body, receive, send)

    async def _answer(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Plays the fault that is due, if any."""
        match self._faults(scope["path"]):
            case "error":
                failure = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The system failed.")
                await failure(scope, receive, send)
            case "timeout":
                if await _stays(receive, self._hold_seconds):
                    await self._app(scope, _again(body, receive), send)
            case "answer_lost":
                kept: list[Message] = []

                async def keep(message: Message) -> None:
                    kept.append(message)

                await self._app(scope, _again(body, receive), keep)
                if await _stays(receive, self._hold_seconds):
                    for message in kept:
                        await send(message)
            case _:
                await self._app(scope, _again(body, receive), send)


async def _body(receive: Receive) -> bytes | None:
    """The body, cut off soon after the limit; None when the caller has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > BODY_LIMIT or not message.get("more_body", False):
            return body


async def _stays(receive: Receive, seconds: float) -> bool:
    """Waits; False as soon as the caller goes away."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return True
    return False


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then whatever comes next."""
    handed_out = False

    async def replay() -> Message:
        nonlocal handed_out
        if handed_out:
            return await receive()
        handed_out = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
