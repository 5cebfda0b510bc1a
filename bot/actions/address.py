"""The address change skill: which order, who asks, where it should go instead; shown before it is sent."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import EMAIL, ORDER, Events, Field, FormListener, confirm_field, text_field
from actions.speech import say
from actions.turn import Turn
from actions.writes import Task, attempt

TASK = Task(
    operation="address_change",
    path="/address-changes",
    form="address_change_form",
    system="Our order system",
    number_slot="order_number",
    number_word="order",
    scratch=("street", "postcode", "city", "address_confirm"),
)
# Digits on the continent, letters and digits in the UK and Ireland.
POSTCODE = (
    r"(?:[A-Z]{1,2}-)?(?:\d{4,5}(?: ?[A-Z]{2})?|\d{2,3}[- ]\d{2,3}"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d{2} ?[A-Z\d]{4})"
)
WHOLE = re.compile(rf"^(?P<street>[^,]*\d[^,]*),\s*(?P<postcode>{POSTCODE})\s+(?P<city>[^\d,]{{2,60}})$", re.IGNORECASE)
WHOLE_UK = re.compile(
    rf"^(?P<street>[^,]*\d[^,]*),\s*(?P<city>[^\d,]{{2,60}}),?\s+(?P<postcode>{POSTCODE})$", re.IGNORECASE
)
TAIL = re.compile(rf"^(?P<postcode>{POSTCODE})(?:[\s,]+(?P<city>[^\d,]{{2,60}}))?$", re.IGNORECASE)


LEAD = re.compile(
    r"^(?:no,? )?(?:i(?:'ve| have)? moved to|(?:it|that)(?:'s| is)|(?:my|the)(?: new)? address is"
    r"|(?:please )?(?:send|ship|deliver) it to)\W+",
    re.IGNORECASE,
)


def words_of(turn: Turn) -> str:
    """The text on one line, without a lead such as "I moved to" and without the full stop."""
    return LEAD.sub("", " ".join(turn.text.split()).rstrip("."))


def read_whole(turn: Turn) -> dict[str, Any] | None:
    """Street, postcode and city in one line, in either order of the last two."""
    whole = WHOLE.match(words_of(turn)) or WHOLE_UK.match(words_of(turn))
    return {name: value.strip() for name, value in whole.groupdict().items()} if whole else None


def read_street(turn: Turn) -> dict[str, Any] | None:
    """A street, or a whole address in one line."""
    whole = read_whole(turn)
    if whole:
        return whole
    text = words_of(turn)
    fits = 4 <= len(text) <= 120 and re.search(r"\d", text) and re.search(r"[^\W\d]{2}", text)
    return {"street": text} if fits and not turn.is_payload else None


def read_postcode(turn: Turn) -> dict[str, Any] | None:
    """A postcode, perhaps with the city behind it."""
    tail = TAIL.match(words_of(turn))
    if not tail:
        return None
    return {name: value.strip() for name, value in tail.groupdict().items() if value}


class AddressChangeForm(FormListener):
    """Listens while the address change form asks."""

    form = "address_change_form"
    trigger = "address_change"
    confirm = "address_confirm"
    fields = (
        ORDER,
        EMAIL,
        Field(
            "street", read_street, "Please write the street with the house number, for example Lindenweg 12.", free=True
        ),
        Field("postcode", read_postcode, "Please write only the postcode, for example 10115 or SW1A 1AA.", free=True),
        text_field("city", hint="Please write the name of the city.", longest=60),
        confirm_field("address_confirm"),
    )

    def corrections(self, turn: Turn) -> dict[str, Any]:
        """A new address, whose postcode is no order number; else what any form takes."""
        return read_whole(turn) or super().corrections(turn)


class SendAddressChange(Action):
    """Sends the new address once the customer said yes."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_send_address_change"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask the company, and say what it answered."""
        turn = Turn.of(tracker)
        if not turn.slot("address_confirm"):
            say(dispatcher, "All right, the address stays as it is. Nothing has been changed.")
            return TASK.done()
        body = {"order": turn.slot("order_number")} | {s: turn.slot(s) for s in ("email", "street", "postcode", "city")}
        answer, events = await attempt(dispatcher, turn, TASK, body)
        if answer:
            say(
                dispatcher,
                f"Done: order {answer['order']} now goes to {answer['street']}, {answer['postcode']} {answer['city']}.",
                signals=["self_served:address_change"],
            )
        return events
