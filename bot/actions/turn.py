"""What the customer just said, as the actions need it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

QUESTION = re.compile(
    r"\?\s*$|^\s*(what|how|when|where|why|which|who|do|does|did|can|could|is|are|will|would|should|may)\b",
    re.IGNORECASE,
)
BOOKKEEPING = {"action_listen", "action_extract_slots", "action_session_start"}


@dataclass(frozen=True)
class Turn:
    """One customer message with what was understood, and the conversation that it belongs to."""

    tracker: Tracker
    text: str
    intent: str
    confidence: float
    novelty: float
    ranking: list[dict[str, Any]]
    message_id: str
    metadata: dict[str, Any]

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        """Read the latest message of a tracker."""
        latest = tracker.latest_message
        intent = latest.get("intent") or {}
        return cls(
            tracker=tracker,
            text=latest.get("text") or "",
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
            novelty=float(latest.get("novelty") or 0.0),
            ranking=[one for one in latest.get("intent_ranking") or [] if one.get("name") != "nlu_fallback"],
            message_id=str(latest.get("message_id") or ""),
            metadata=latest.get("metadata") or {},
        )

    @property
    def is_payload(self) -> bool:
        """Whether a quick reply was pressed."""
        return self.text.startswith("/")

    @property
    def is_question(self) -> bool:
        """Whether the words look like a question."""
        return bool(QUESTION.search(self.text))

    @property
    def identity(self) -> dict[str, Any]:
        """Who the server says this is: level, email, name, customer_number."""
        return self.metadata.get("identity") or {}

    @property
    def account(self) -> str:
        """The channel account (brand) that the customer writes to."""
        return str(self.metadata.get("account") or "")

    @property
    def locale(self) -> str:
        """The language of the conversation."""
        return str(self.metadata.get("locale") or "en")

    def entity(self, name: str) -> str | None:
        """The last entity of this name in the message."""
        values = list(self.tracker.get_latest_entity_values(name))
        return str(values[-1]) if values else None

    def slot(self, name: str) -> Any:
        """What a slot holds."""
        return self.tracker.slots.get(name)

    def events_now(self) -> list[dict[str, Any]]:
        """The events since the message."""
        events = self.tracker.events
        for index in range(len(events) - 1, -1, -1):
            if events[index].get("event") == "user":
                return events[index + 1 :]
        return events

    def ran_now(self) -> list[str]:
        """The actions that ran since the message, without Rasa's bookkeeping."""
        names = [event.get("name") for event in self.events_now() if event.get("event") == "action"]
        return [str(name) for name in names if name not in BOOKKEEPING]

    def actions_before(self) -> list[str]:
        """The actions that answered the message before this one."""
        names: list[str] = []
        users = 0
        for event in reversed(self.tracker.events):
            if event.get("event") == "user":
                users += 1
            elif event.get("event") == "action" and users == 1 and event.get("name") not in BOOKKEEPING:
                names.append(str(event.get("name")))
            if users == 2:
                break
        return names

    def last_said(self) -> dict[str, Any]:
        """The `custom` part of the last thing that the bot said before this message."""
        users = 0
        for event in reversed(self.tracker.events):
            users += event.get("event") == "user"
            if event.get("event") == "bot" and users:
                return dict((event.get("data") or {}).get("custom") or {})
        return {}
