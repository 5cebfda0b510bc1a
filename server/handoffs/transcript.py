"""The log of a conversation in the assist room's words, one way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from assist.types import Citation, Line, QuickReply, Transcript
from server.realtime.events import (
    ConversationGivenBack,
    Event,
    HandoffRequested,
    MessageReceived,
    MessageSent,
    MessageUnderstood,
)

TYPES = (
    "message.received",
    "message.understood",
    "message.sent",
    "handoff.requested",
    "conversation.given_back",
)
"""The event types that a transcript is made of."""


def transcript_of(events: Sequence[Event], row: Mapping[str, Any]) -> Transcript:
    """Return the transcript of a conversation's row and its events, oldest first."""
    lines: list[Line] = []
    place: dict[str, int] = {}
    signals: dict[str, tuple[str, ...]] = {}
    for event in events:
        data = event.data
        if isinstance(data, MessageReceived):
            place[str(data.message_id)] = len(lines)
            lines.append(
                Line(author="customer", text=data.text, at=event.at, message_id=str(data.message_id), seq=event.seq)
            )
        elif isinstance(data, MessageUnderstood):
            key = str(data.message_id)
            signals[key] = tuple(data.signals)
            if key in place:
                lines[place[key]] = replace(
                    lines[place[key]],
                    intent=data.intent,
                    confidence=data.confidence,
                    sentiment=data.mood.score if data.mood else None,
                )
        elif isinstance(data, MessageSent):
            # The signals of a turn stand on its first bot line only, so that nothing counts them twice.
            said = signals.pop(str(data.in_reply_to), ()) if event.actor.kind == "bot" else ()
            lines.append(_sent(event, data, said))
    return Transcript(
        conversation_id=str(row["id"]),
        lines=tuple(lines),
        locale=row["locale"],
        channel=row["channel"],
        account=row["account"],
    )


def _sent(event: Event, data: MessageSent, signals: tuple[str, ...]) -> Line:
    cited = data.citations[0] if data.citations else None
    return Line(
        author=event.actor.kind,
        text=data.text,
        at=event.at,
        message_id=str(data.message_id),
        seq=event.seq,
        citation=Citation(
            article_id=cited.article_id,
            revision=cited.revision,
            release=cited.release,
            title=cited.title,
            heading=cited.heading,
            snippet=cited.snippet,
        )
        if cited
        else None,
        quick_replies=tuple(QuickReply(title=reply.title, payload=reply.payload) for reply in data.quick_replies),
        signals=signals,
    )


def given_back_at(events: Sequence[Event]) -> datetime | None:
    """Return when an agent last gave the conversation back to the bot."""
    times = [event.at for event in events if isinstance(event.data, ConversationGivenBack)]
    return times[-1] if times else None


def mood_at_handoff(events: Sequence[Event]) -> float | None:
    """Return the customer's score when a person was last asked for."""
    found: float | None = None
    last: float | None = None
    for event in events:
        if isinstance(event.data, MessageUnderstood) and event.data.mood is not None:
            last = event.data.mood.score
        elif isinstance(event.data, HandoffRequested):
            found = last
    return found


def slots_now(events: Sequence[Event]) -> tuple[dict[str, Any], str | None, str | None]:
    """Return the bot's slots, its unfinished form and the slot that it asks for, as last seen."""
    for event in reversed(events):
        if isinstance(event.data, MessageUnderstood) and event.actor.kind == "bot":
            return event.data.slots, event.data.active_form, event.data.requested_slot
    return {}, None, None
