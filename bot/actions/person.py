"""Handing over, stopping, and the plain yes or no after an offer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import Events
from actions.speech import say
from actions.turn import Turn

ONE_REQUEST = (
    "refund_reason",
    "refund_confirm",
    "street",
    "postcode",
    "city",
    "address_confirm",
    "desk_attempts",
    "desk_mismatches",
)
JOINING = (
    "I will ask a colleague to join. They see everything that you have told me, so you do not have to repeat it. "
    "You can keep writing meanwhile."
)


class TalkToPerson(Action):
    """Signals the wish for a person; an unfinished form stays as it is, for the person and for later."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_talk_to_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say so, and listen instead of asking the form's question again."""
        say(dispatcher, JOINING, signals=["handoff:customer_asked"])
        form = (tracker.active_loop or {}).get("name")
        # Naming the form again lifts its rejection: should the bot get the conversation back, it listens for the form.
        return [*([ActiveLoop(form)] if form else []), FollowupAction("action_listen")]


class Stop(Action):
    """Leaves a form and forgets what belonged to it."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_stop"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say what was stopped."""
        inside = bool((tracker.active_loop or {}).get("name"))
        if inside:
            say(dispatcher, "All right, I have stopped this. Nothing has been changed. What else can I do for you?")
        else:
            say(dispatcher, "All right. What else can I do for you?")
        return [ActiveLoop(None), SlotSet("requested_slot", None), *(SlotSet(slot, None) for slot in ONE_REQUEST)]


class Goodbye(Action):
    """Says goodbye; an open form asks no further question."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_goodbye"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say goodbye, and leave a form unfinished."""
        inside = bool((tracker.active_loop or {}).get("name"))
        say(
            dispatcher,
            "Goodbye. What we had begun is not sent." if inside else "Goodbye, and thank you for writing to us.",
        )
        return [ActiveLoop(None), SlotSet("requested_slot", None)]


class Agreed(Action):
    """A yes outside a form: to the offer of a person, if that was the last thing said."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_agreed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Look at what was offered."""
        if Turn.of(tracker).last_said().get("offer") == "person":
            say(dispatcher, JOINING, signals=["handoff:customer_asked"])
        else:
            say(dispatcher, "Good. What can I do for you?")
        return []


class Declined(Action):
    """A no outside a form."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_declined"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Stay available."""
        say(dispatcher, "All right. If there is anything else, just write to me.")
        return []
