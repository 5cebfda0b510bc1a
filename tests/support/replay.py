"""A conversation's row, told again from its events alone: a pure fold that the stored rows are compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from server.conversations.intake import preview
from server.conversations.state import OWNER_OF, State
from server.realtime.events import Event

COMPARED = (
    "state",
    "owner",
    "agent_id",
    "agent_name",
    "customer",
    "last_seq",
    "last_event_id",
    "handoff_id",
    "reason",
    "preview",
    "mood",
    "intent",
    "outcome",
    "given_back_seq",
    "started_at",
    "waiting_since",
    "closed_at",
)
"""The columns that events decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the events so far make of a conversation."""

    state: State = State.with_bot
    agent_id: UUID | None = None
    agent_name: str | None = None
    customer: Mapping[str, Any] = field(default_factory=dict)
    last_seq: int = 0
    last_event_id: int = 0
    handoff_id: UUID | None = None
    reason: str | None = None
    preview: Mapping[str, Any] | None = None
    mood: Mapping[str, Any] | None = None
    intent: str | None = None
    outcome: str | None = None
    given_back_seq: int | None = None
    started_at: datetime | None = None
    waiting_since: datetime | None = None
    closed_at: datetime | None = None
    signals: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Who may speak."""
        return OWNER_OF[self.state].value

    def columns(self) -> dict[str, Any]:
        """Return what has to stand in the row."""
        return {name: getattr(self, name) for name in COMPARED}


class BrokenLog(AssertionError):
    """The events cannot have happened in this order."""


def step(now: Replayed, event: Event) -> Replayed:
    """Return what one more event makes of a conversation; raise `BrokenLog` for one that may not be."""
    if event.seq != now.last_seq + 1:
        raise BrokenLog(f"{event.seq} follows {now.last_seq}.")
    if event.id <= now.last_event_id:
        raise BrokenLog(f"Event {event.seq} has id {event.id} after {now.last_event_id}.")
    return replace(_changed(now, event), last_seq=event.seq, last_event_id=event.id)


def _changed(now: Replayed, event: Event) -> Replayed:
    data = event.data
    match data.type:
        case "conversation.started":
            return replace(now, customer=data.customer.model_dump(mode="json"), started_at=event.at)
        case "customer.identified":
            return replace(now, customer=data.customer.model_dump(mode="json"))
        case "message.received":
            waits = event.at if now.state is State.with_agent and now.waiting_since is None else now.waiting_since
            return replace(now, preview=preview(data.text, "customer", event.at), waiting_since=waits)
        case "message.understood":
            mood = data.mood.model_dump(mode="json") if data.mood else now.mood
            intent = data.intent if event.actor.kind == "bot" and data.intent else now.intent
            return replace(now, mood=mood, intent=intent, signals=tuple(data.signals))
        case "decision.made":
            served = any(signal.startswith("self_served") for signal in now.signals)
            answers = data.move in {"reply", "clarify"}
            return replace(now, outcome="self_served" if served and answers else now.outcome)
        case "message.sent":
            return _after_words(now, event, data.text)
        case "handoff.requested":
            _must(now.state in {State.with_bot, State.with_agent}, now, event)
            return replace(
                now,
                state=State.waiting,
                waiting_since=event.at,
                handoff_id=data.handoff_id,
                reason=data.reason,
                outcome="handed_off",
            )
        case "conversation.assigned":
            _must(now.state is not State.closed, now, event)
            return replace(now, state=State.with_agent, agent_id=data.agent_id, agent_name=data.agent_name)
        case "conversation.given_back":
            _must(now.state in {State.with_agent, State.waiting}, now, event)
            return replace(
                now,
                state=State.with_bot,
                agent_id=None,
                agent_name=None,
                waiting_since=None,
                handoff_id=None,
                reason=None,
                given_back_seq=event.seq,
            )
        case "conversation.closed":
            _must(now.state is not State.closed, now, event)
            kept = data.outcome != "resolved" and now.outcome == "self_served"
            outcome = "self_served" if kept else data.outcome
            return replace(now, state=State.closed, waiting_since=None, closed_at=event.at, outcome=outcome)
        case _:
            return now


def _after_words(now: Replayed, event: Event, text: str) -> Replayed:
    if event.actor.kind == "bot":
        _must(now.state is State.with_bot, now, event)
        return replace(now, preview=preview(text, "bot", event.at))
    if event.actor.kind == "agent":
        _must(now.state is State.with_agent and str(now.agent_id) == event.actor.id, now, event)
        return replace(now, preview=preview(text, "agent", event.at), waiting_since=None)
    return now


def _must(holds: bool, now: Replayed, event: Event) -> None:
    if not holds:
        raise BrokenLog(f"{event.data.type} by {event.actor.kind} while the conversation was {now.state}.")


def replay(events: Iterable[Event], old: Replayed | None = None) -> Replayed:
    """Return what events make of an old state, or of nothing."""
    now = old or Replayed()
    for event in events:
        now = step(now, event)
    return now
