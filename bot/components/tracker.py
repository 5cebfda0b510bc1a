"""Conversations that survive a restart: an append-only SQLite log behind a cache of live trackers.

Rasa's SQL store reads and decodes the whole conversation each turn. Here a live conversation stays decoded in
memory and each turn only inserts its new events, in one transaction, before the reply leaves.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

log = logging.getLogger(__name__)

# Rasa replays all events of a conversation several times a turn, so long ones are folded to slots + last events.
FOLD_ABOVE = 120
KEEP = 60
LONGEST_TURN = 80

SCHEMA = """
create table if not exists events (id integer primary key, sender text not null, message_id text, data text not null);
create index if not exists events_by_sender on events (sender, id);
create index if not exists events_by_message on events (sender, message_id) where message_id is not null;
"""


class SqliteTrackers(TrackerStore):
    """A tracker store on one SQLite file (WAL), with the most recent conversations kept live in memory.

    A tracker handed out leaves the cache and comes back with `save`; a turn that fails half-way is therefore read
    again from the file as it was before the turn. A file that cannot be written (locked, disk full) costs the
    bot only its memory across a restart: the events wait in the live tracker for the next `save`.
    """

    def __init__(
        self,
        domain: Domain | None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        path: str = ":memory:",
        live: int = 1000,
        **kwargs: Any,
    ) -> None:
        """Open (or make) the file at `path`; `live` is how many conversations stay decoded in memory."""
        super().__init__(domain, event_broker, **kwargs)
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._sql = sqlite3.connect(path, isolation_level=None, timeout=0.2, check_same_thread=False)
        self._sql.execute("pragma journal_mode=wal")
        # A killed process loses nothing with this; only a power cut could lose the last turns.
        self._sql.execute("pragma synchronous=normal")
        self._sql.executescript(SCHEMA)
        self._live: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        self._most = live

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, taken out of the cache or read from the file; nothing when it is new."""
        tracker = self._live.pop(sender_id, None)
        return tracker if tracker is not None else self._read(sender_id)

    async def retrieve_full_tracker(self, sender_id: str) -> DialogueStateTracker | None:
        """The same as `retrieve`: sessions are not cut."""
        return await self.retrieve(sender_id)

    def look(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation for reading only; it stays (or comes to be) in the cache."""
        tracker = self._live.get(sender_id) or self._read(sender_id)
        if tracker is not None:
            self._keep(tracker)
        return tracker

    def recall(self, sender_id: str, message_id: str) -> list[Event]:
        """The customer's message with this id and what followed until the next one; empty when it was never heard."""
        live = self._live.get(sender_id)
        turn = turn_in(list(live.events), message_id) if live is not None else []
        if turn:
            return turn
        rows = self._sql.execute(
            "select data from events where sender = ?1 and id >= "
            "(select max(id) from events where sender = ?1 and message_id = ?2) order by id limit ?3",
            (sender_id, message_id, LONGEST_TURN),
        ).fetchall()
        return turn_in(deserialise_events([json.loads(data) for (data,) in rows]), message_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are not in the file yet, in one transaction, and keep the tracker live."""
        events = list(tracker.events)
        if self._append(tracker.sender_id, events[getattr(tracker, "stored_events", 0) :]):
            tracker = self._folded(tracker) if len(events) > FOLD_ABOVE else tracker
            tracker.stored_events = len(tracker.events)
        self._keep(tracker)

    async def keys(self) -> Iterable[str]:
        """The ids of all stored conversations."""
        return [sender for (sender,) in self._sql.execute("select distinct sender from events")]

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation, in memory and in the file."""
        self._live.pop(sender_id, None)
        self._sql.execute("delete from events where sender = ?", (sender_id,))

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def _append(self, sender_id: str, events: list[Event]) -> bool:
        if not events:
            return True
        rows = [
            (sender_id, getattr(event, "message_id", None), json.dumps(event.as_dict(), separators=(",", ":")))
            for event in events
        ]
        try:
            self._sql.execute("begin immediate")
            try:
                self._sql.executemany("insert into events (sender, message_id, data) values (?, ?, ?)", rows)
                self._sql.execute("commit")
            except sqlite3.Error:
                self._sql.execute("rollback")
                raise
        except sqlite3.Error as error:
            log.error("tracker.not_stored events=%d error=%s", len(rows), error)  # noqa: TRY400 - no trace needed
            return False
        return True

    def _keep(self, tracker: DialogueStateTracker) -> None:
        self._live[tracker.sender_id] = tracker
        self._live.move_to_end(tracker.sender_id)
        while len(self._live) > self._most:
            self._live.popitem(last=False)

    def _read(self, sender_id: str) -> DialogueStateTracker | None:
        rows = self._sql.execute("select data from events where sender = ? order by id", (sender_id,)).fetchall()
        if not rows:
            return None
        tracker = self._rebuilt(sender_id, deserialise_events([json.loads(data) for (data,) in rows]))
        tracker = self._folded(tracker) if len(rows) > FOLD_ABOVE else tracker
        tracker.stored_events = len(tracker.events)
        return tracker

    def _folded(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """The same state with a shorter memory: what the slots hold, then the last events from a customer's turn on."""
        events = list(tracker.events)
        start = len(events) - KEEP
        while start > 0 and not isinstance(events[start], UserUttered):
            start -= 1
        before = self._rebuilt(tracker.sender_id, events[:start])
        held = [slot for slot in before.slots.values() if slot.value is not None]
        state: list[Event] = [SlotSet(slot.name, slot.value) for slot in held]
        if before.active_loop_name:
            state += [ActionExecuted(before.active_loop_name), ActiveLoop(before.active_loop_name)]
        state.append(ActionExecuted("action_listen"))
        return self._rebuilt(tracker.sender_id, state + events[start:])

    def _rebuilt(self, sender_id: str, events: list[Event]) -> DialogueStateTracker:
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)


def turn_in(events: list[Event], message_id: str) -> list[Event]:
    """The customer's message with this id and what followed until the next one; empty when it is not among these."""
    for start in range(len(events) - 1, -1, -1):
        first = events[start]
        if isinstance(first, UserUttered) and first.message_id == message_id:
            rest = events[start + 1 :]
            end = next((i for i, event in enumerate(rest) if isinstance(event, UserUttered)), len(rest))
            return [first, *rest[:end]]
    return []
