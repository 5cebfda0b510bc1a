"""The hub of one process: who listens to what, and handing them what happened.

Topics are `customer:<id>` (a visitor's tabs), `conversation:<id>` (agents who look at it) and `desk` (the list).
A listener has a bounded queue. One that falls behind is closed and comes back by its last seq: events are never
dropped in silence.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

import structlog

from server.realtime.signals import Nudge, Signal, Signals, SignedOut, TypingNow, Written

log = structlog.get_logger()
DESK = "desk"
OUTBOX = 5_000
"""Signals that may wait for Redis."""


def customer_topic(customer_id: UUID) -> str:
    """Return the topic of one visitor's tabs."""
    return f"customer:{customer_id}"


def conversation_topic(conversation_id: UUID) -> str:
    """Return the topic of one conversation."""
    return f"conversation:{conversation_id}"


def agent_topic(agent_id: UUID) -> str:
    """Return the topic of one agent's own sockets."""
    return f"agent:{agent_id}"


class Listener:
    """One socket's place at the hub: a queue of signals with an end."""

    def __init__(self, size: int) -> None:
        self._queue: asyncio.Queue[Signal] = asyncio.Queue(size)
        self.overflowed = asyncio.Event()

    def offer(self, signal: Signal) -> None:
        """Put a signal into the queue; a full queue marks the listener as too slow."""
        try:
            self._queue.put_nowait(signal)
        except asyncio.QueueFull:
            self.overflowed.set()

    async def next(self) -> Signal:
        """Return the next signal, waiting for it."""
        return await self._queue.get()


class Hub:
    """Hands signals to the listeners of this process and, through `Signals`, to those of the others."""

    def __init__(self, signals: Signals, *, buffer: int) -> None:
        self._signals = signals
        self._buffer = buffer
        self._topics: dict[str, set[Listener]] = defaultdict(set)
        self._outbox: asyncio.Queue[Signal] = asyncio.Queue(OUTBOX)
        self._watchers: list[Callable[[Signal], None]] = []

    def watch(self, notice: Callable[[Signal], None]) -> None:
        """Let `notice` see every signal of every process, at once and before the listeners; it must not wait."""
        self._watchers.append(notice)

    def join(self, *topics: str) -> Listener:
        """Return a listener to the topics."""
        listener = Listener(self._buffer)
        for topic in topics:
            self.add(listener, topic)
        return listener

    def add(self, listener: Listener, topic: str) -> None:
        """Let a listener hear one more topic."""
        self._topics[topic].add(listener)

    def remove(self, listener: Listener, topic: str) -> None:
        """Let a listener no longer hear a topic."""
        listeners = self._topics.get(topic)
        if listeners is not None:
            listeners.discard(listener)
            if not listeners:
                del self._topics[topic]

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        for topic in [topic for topic, listeners in self._topics.items() if listener in listeners]:
            self.remove(listener, topic)

    def count(self, topic: str) -> int:
        """Return how many listen to a topic in this process."""
        return len(self._topics.get(topic, ()))

    def tell(self, signal: Signal) -> None:
        """Hand a signal to everybody: here at once, elsewhere from a background task. Call it after the commit."""
        self._deliver(signal)
        if self._outbox.full():
            # Redis is slow or away: the oldest signal is worth least, and the sweep finds what it told of.
            self._outbox.get_nowait()
        self._outbox.put_nowait(signal)

    async def heard(self, signal: Signal) -> None:
        """Hand on a signal that came from another process or from the sweep."""
        self._deliver(signal)

    async def run(self) -> None:
        """Carry signals to and from the other processes until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._signals.listen(self.heard))
            group.create_task(self._send_out())

    async def _send_out(self) -> None:
        while True:
            await self._signals.publish(await self._outbox.get())

    def _deliver(self, signal: Signal) -> None:
        for notice in self._watchers:
            notice(signal)
        seen: set[int] = set()
        for topic in _topics_of(signal):
            for listener in tuple(self._topics.get(topic, ())):
                if id(listener) not in seen:
                    seen.add(id(listener))
                    listener.offer(signal)


def _topics_of(signal: Signal) -> Iterable[str]:
    match signal:
        case Written() | Nudge():
            return (customer_topic(signal.customer_id), conversation_topic(signal.conversation_id), DESK)
        case TypingNow():
            return (customer_topic(signal.customer_id), conversation_topic(signal.conversation_id))
        case SignedOut():
            return (agent_topic(signal.agent_id),)


class Sweep:
    """Looks at the log now and then for conversations that moved on without a signal.

    `changed(after)` returns the nudges for conversations whose newest event id is above `after`, and the newest id.
    The sweep looks one round further back than it has been: on PostgreSQL a transaction with a lower id may commit
    after one with a higher.
    """

    def __init__(self, hub: Hub, changed: Callable[[int], Awaitable[tuple[list[Nudge], int]]]) -> None:
        self._hub = hub
        self._changed = changed
        self._marks: tuple[int, int] | None = None

    async def once(self) -> int:
        """Nudge what moved since the round before last; return how many were nudged."""
        if self._marks is None:
            _, newest = await self._changed(2**62)
            self._marks = (newest, newest)
            return 0
        nudges, newest = await self._changed(self._marks[0])
        self._marks = (self._marks[1], max(newest, self._marks[1]))
        for nudge in nudges:
            await self._hub.heard(nudge)
        return len(nudges)
