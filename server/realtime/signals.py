"""What travels between processes: hints that something was committed or is going on. SQL has the truth.

A signal may be lost. Whoever listens finds gaps by seq, and a slow sweep finds what no later signal would show.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

import structlog
from pydantic import Field, TypeAdapter, ValidationError
from redis.exceptions import RedisError

from server.realtime.events import Actor, Event, Wire
from server.realtime.frames import ConversationSummary

log = structlog.get_logger()
CHANNEL = "warmline:signals"


class Written(Wire):
    """A committed transaction appended these events; `summary` is the conversation's line after it."""

    kind: Literal["written"] = "written"
    conversation_id: UUID
    customer_id: UUID
    events: tuple[Event, ...]
    summary: ConversationSummary
    read_seq: int = 0


class TypingNow(Wire):
    """Somebody types, or stopped."""

    kind: Literal["typing"] = "typing"
    conversation_id: UUID
    customer_id: UUID
    who: Actor
    on: bool


class Nudge(Wire):
    """The sweep found that a conversation has got this far; whoever is behind reads on."""

    kind: Literal["nudge"] = "nudge"
    conversation_id: UUID
    customer_id: UUID
    last_seq: int
    summary: ConversationSummary


class SignedOut(Wire):
    """An agent's session ended; its sockets must close."""

    kind: Literal["signed_out"] = "signed_out"
    agent_id: UUID


Signal = Written | TypingNow | Nudge | SignedOut


SIGNAL: TypeAdapter[Signal] = TypeAdapter(Annotated[Signal, Field(discriminator="kind")])


class Signals(Protocol):
    """Carries signals to the other processes."""

    async def publish(self, signal: Signal) -> None:
        """Tell the others; a failure is logged once, never raised."""

    async def listen(self, heard: Callable[[Signal], Awaitable[None]]) -> None:
        """Hand every signal of the others to `heard` until cancelled."""


class RedisSignals:
    """Signals over Redis publish/subscribe: a real server, or the one built into the process."""

    def __init__(self, redis: Any, *, origin: str) -> None:
        self._redis = redis
        self._mark = origin.encode() + b"\n"
        self.healthy = True

    async def publish(self, signal: Signal) -> None:
        """Tell the others; when Redis is away this says so once and the sweep does the work."""
        try:
            await self._redis.publish(CHANNEL, self._mark + SIGNAL.dump_json(signal))
        except (RedisError, OSError) as error:
            self._went_away(error)

    async def listen(self, heard: Callable[[Signal], Awaitable[None]]) -> None:
        """Listen until cancelled, coming back after Redis was away."""
        while True:
            pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
            try:
                await pubsub.subscribe(CHANNEL)
                self._came_back()
                while True:
                    message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5.0)
                    if message is not None:
                        await self._hear(message, heard)
            except (RedisError, OSError) as error:
                self._went_away(error)
                await asyncio.sleep(1)
            finally:
                with contextlib.suppress(RedisError, OSError):
                    await pubsub.aclose()

    async def _hear(self, message: dict[str, Any], heard: Callable[[Signal], Awaitable[None]]) -> None:
        data: bytes = message["data"]
        # Most of what comes is our own: told by its first bytes, without reading the rest.
        if data.startswith(self._mark):
            return
        try:
            signal = SIGNAL.validate_json(data.partition(b"\n")[2])
        except ValidationError:
            # Another version of us may speak of things that we do not know; the sweep shows us the result.
            log.warning("signals.not_understood")
            return
        await heard(signal)

    def _went_away(self, error: Exception) -> None:
        if self.healthy:
            self.healthy = False
            log.warning("signals.redis_away", error=str(error))

    def _came_back(self) -> None:
        if not self.healthy:
            self.healthy = True
            log.info("signals.redis_back")
