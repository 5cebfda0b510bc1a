"""One socket's mechanics, the same for widget and console: hello in time, frames in, frames out, a clean end.

Nothing here holds a database session. Frames go out in the order in which they are sent; a client that does not read
is closed (`too_slow`) when its listener's buffer is full, and resumes.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.kit.errors import HouseError
from server.realtime.frames import Bye, Problem, Refused
from server.realtime.hub import Listener
from server.realtime.pace import Pace

CLOSE_NORMAL = 1000
CLOSE_BAD_FRAME = 4400
CLOSE_TOKEN = 4401
CLOSE_FORBIDDEN = 4403
CLOSE_TOO_SLOW = 4408
CLOSE_TOO_MANY = 4429
CLOSE_RESTARTING = 1012
BAD_FRAMES_ALLOWED = 20
SILENT_HEARTBEATS = 3


class Closed(Exception):
    """Ends a socket from inside with a code and, where it helps, a word to the client."""

    def __init__(self, code: int, bye: Bye | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.bye = bye


class Connection:
    """A socket that is open."""

    def __init__(self, socket: WebSocket, *, largest_frame: int, heartbeat_seconds: int) -> None:
        self._socket = socket
        self._largest = largest_frame
        self._heartbeat = heartbeat_seconds
        self._bad = 0
        self._pace = Pace(asyncio.get_running_loop().time)

    async def send(self, frame: BaseModel) -> None:
        """Send one frame."""
        if self._socket.application_state is WebSocketState.CONNECTED:
            await self._socket.send_text(frame.model_dump_json())

    async def hello(self, frames: TypeAdapter[Any], kind: type[BaseModel], *, seconds: float) -> Any:
        """Return the first frame, which must be a hello and must come in time; raise `Closed`."""
        try:
            async with asyncio.timeout(seconds):
                frame = frames.validate_json(await self._text())
        except (TimeoutError, ValidationError):
            raise Closed(CLOSE_BAD_FRAME, Bye(reason="bad_frame", again=False)) from None
        except WebSocketDisconnect:
            raise Closed(CLOSE_NORMAL) from None
        if not isinstance(frame, kind):
            raise Closed(CLOSE_BAD_FRAME, Bye(reason="bad_frame", again=False))
        return frame

    async def read(self, frames: TypeAdapter[Any], hear: Callable[[Any], Awaitable[None]]) -> None:
        """Hand every frame to `hear` until the client goes; refusals go back as frames and end nothing."""
        while True:
            async with asyncio.timeout(self._heartbeat * SILENT_HEARTBEATS):
                text = await self._text()
            if (seconds := self._pace.frame()) > 0:
                await asyncio.sleep(seconds)
            try:
                frame = frames.validate_json(text)
            except ValidationError:
                await self._refuse_bad(text)
                continue
            try:
                await hear(frame)
            except HouseError as error:
                await self.refuse(error, getattr(frame, "client_id", None))

    async def _text(self) -> str:
        try:
            return await self._socket.receive_text()
        except KeyError:
            # A binary frame: nothing that we speak, so it is refused as any other nonsense.
            return ""

    async def refuse(self, error: HouseError, client_id: str | None) -> None:
        """Tell the client that a frame was not accepted."""
        problem = error.problem()
        await self.send(
            Refused(
                client_id=client_id,
                problem=Problem(
                    status=problem["status"],
                    code=problem["code"],
                    detail=problem["detail"],
                    retry_after=problem.get("retry_after"),
                ),
            )
        )

    async def _refuse_bad(self, text: str) -> None:
        self._bad += 1
        if self._bad > BAD_FRAMES_ALLOWED:
            raise Closed(CLOSE_BAD_FRAME, Bye(reason="bad_frame", again=False))
        code = "too_large" if len(text) > self._largest else "bad_frame"
        detail = "This frame is not one that we know." if code == "bad_frame" else "This frame is too large."
        status = 413 if code == "too_large" else 422
        await self.send(Refused(problem=Problem(status=status, code=code, detail=detail)))


Job = Callable[[], Coroutine[Any, Any, None]]


async def serve(socket: WebSocket, listener: Listener, welcome: Job, *jobs: Job) -> None:
    """Welcome a client, then run a socket's jobs until one of them ends, and close it for the right reason."""
    try:
        await welcome()
        await _first_of(*(job() for job in jobs), _too_slow(listener))
    except Closed as closed:
        await close(socket, closed)
    except (WebSocketDisconnect, TimeoutError):
        # Gone, or silent for too long: nothing to say, the client comes back and resumes.
        await close(socket, Closed(CLOSE_NORMAL))
    except HouseError:
        # The database did not answer while this socket was told something: the client resumes where it was.
        await close(socket, Closed(CLOSE_RESTARTING, Bye(reason="restarting", again=True)))


async def close(socket: WebSocket, closed: Closed) -> None:
    """Say goodbye and close, as far as the client still listens."""
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(1):
            if closed.bye is not None and socket.application_state is WebSocketState.CONNECTED:
                await socket.send_text(closed.bye.model_dump_json())
            if socket.application_state is not WebSocketState.DISCONNECTED:
                await socket.close(closed.code)


async def _too_slow(listener: Listener) -> None:
    await listener.overflowed.wait()
    raise Closed(CLOSE_TOO_SLOW, Bye(reason="too_slow", again=True))


async def _first_of(*jobs: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for task, result in zip(tasks, results, strict=True):
        if task in done and isinstance(result, BaseException):
            raise result
