"""The order status skill."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import DOORWAY, NoAnswer, Refused
from actions.forms import Events
from actions.speech import PERSON, say, say_no_answer
from actions.turn import Turn

STATUS = {
    "processing": "is being prepared",
    "packed": "is packed and waits for the carrier",
    "shipped": "is on its way",
    "out_for_delivery": "is out for delivery today",
    "delivered": "was delivered",
    "returned": "was returned to us",
    "cancelled": "was cancelled",
}


class OrderStatus(Action):
    """Tells where an order is: the number in the message, else the one this conversation is about, else it asks."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_order_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Read the order and put it in plain words."""
        turn = Turn.of(tracker)
        number = turn.entity("order_number") or turn.slot("order_number")
        if not number:
            say(dispatcher, "Which order is it? Please send me the order number: five digits, for example 44110.")
            return []
        try:
            order = await DOORWAY.desk(tracker.sender_id).read(f"/orders/{number}")
        except NoAnswer as error:
            say_no_answer(dispatcher, error, operation="order_status", system="Our order system", changes=False)
            return [SlotSet("order_number", number)]
        except Refused:
            say(
                dispatcher,
                f"I cannot find an order with the number {number}. Please check it: it has five digits and is in "
                "the email that confirmed your order.",
                quick_replies=[PERSON],
            )
            return [SlotSet("order_number", None)]
        say(dispatcher, order_text(order), signals=["self_served:order_status"])
        # A detour inside a form must not change which order the form is about.
        return [] if (tracker.active_loop or {}).get("name") else [SlotSet("order_number", number)]


def order_text(order: dict[str, Any]) -> str:
    """Number, status in plain words, carrier, dates and items."""
    status = order["status"]
    text = f"Order {order['number']} {STATUS.get(status, status.replace('_', ' '))}"
    if status == "delivered" and order.get("delivered_on"):
        text += f" on {order['delivered_on']}"
    if order.get("carrier") and status in ("shipped", "out_for_delivery", "delivered"):
        text += f" by {order['carrier']}" if status == "delivered" else f" with {order['carrier']}"
    text += "."
    if order.get("expected_on") and status in ("processing", "packed", "shipped"):
        text += f" It is expected on {order['expected_on']}."
    if order.get("tracking") and status in ("shipped", "out_for_delivery"):
        text += f" Tracking number: {order['tracking']}."
    items = ", ".join(
        f"{item['quantity']} x {item['name']}" if item.get("quantity", 1) != 1 else item["name"]
        for item in order["items"]
    )
    return f"{text}\nItems: {items}." if items else text
