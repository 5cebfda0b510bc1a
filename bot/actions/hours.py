"""The opening hours skill."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import DOORWAY, NoAnswer, Refused
from actions.forms import Events
from actions.speech import say, say_no_answer
from actions.turn import Turn


class OpeningHours(Action):
    """Tells when people are there, today and in the week."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_opening_hours"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Read the hours of the account that the customer writes to."""
        turn = Turn.of(tracker)
        try:
            hours = await DOORWAY.desk(tracker.sender_id).read("/hours", {"account": turn.account})
        except (NoAnswer, Refused) as error:
            silent = error if isinstance(error, NoAnswer) else NoAnswer(code=error.code, untouched=True)
            say_no_answer(dispatcher, silent, operation="hours", system="Our calendar", changes=False)
            return []
        say(dispatcher, hours_text(hours), signals=["self_served:opening_hours"])
        return []


def hours_text(hours: dict[str, Any]) -> str:
    """Whether we are open now, and the week with equal days put together."""
    today = f"today {hours['today']}" if hours.get("today") else "closed today"
    now = f"Our team is {'there now' if hours['open'] else 'not there right now'} ({today}, {hours['timezone']})."
    groups: list[list[str]] = []
    for day in hours["week"]:
        opening = day.get("hours") or "closed"
        if groups and groups[-1][2] == opening:
            groups[-1][1] = day["day"]
        else:
            groups.append([day["day"], day["day"], opening])
    lines = [f"{first if first == last else f'{first} to {last}'}: {opening}" for first, last, opening in groups]
    return "\n".join([now, *lines, "I am automated and answer at any time."])
