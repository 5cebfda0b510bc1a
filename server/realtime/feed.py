"""One conversation's events to one socket: in order, none missing, none twice, whatever the signals did."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from server.realtime.events import Event, for_customer
from server.realtime.frames import EventFrame
from server.realtime.signals import Nudge, Written

Load = Callable[[UUID, int], Awaitable[Sequence[Event]]]
"""Reads the events of a conversation after a seq from the log."""


class Feed:
    """Where one socket stands in one conversation.

    `seq` is the last event of the log that was considered; `shown` the last that was sent, which lags behind where
    a customer is spared the staff's events.
    """

    def __init__(self, conversation_id: UUID, *, seq: int, shown: int, public: bool, load: Load) -> None:
        self.conversation_id = conversation_id
        self.seq = seq
        self.shown = shown
        self._public = public
        self._load = load

    async def frames(self, signal: Written | Nudge) -> list[EventFrame]:
        """Return the frames that a signal makes due; reads the log when the signal is not the very next thing."""
        if isinstance(signal, Nudge):
            return await self._read_on() if signal.last_seq > self.seq else []
        if not signal.events or signal.events[-1].seq <= self.seq:
            return []
        if signal.events[0].seq != self.seq + 1:
            return await self._read_on()
        return self._frames(signal.events)

    async def _read_on(self) -> list[EventFrame]:
        return self._frames(await self._load(self.conversation_id, self.seq))

    def _frames(self, events: Sequence[Event]) -> list[EventFrame]:
        frames = []
        for event in events:
            if event.seq <= self.seq:
                continue
            self.seq = event.seq
            shown = for_customer(event) if self._public else event
            if shown is not None:
                frames.append(EventFrame(event=shown, after=self.shown))
                self.shown = event.seq
        return frames
