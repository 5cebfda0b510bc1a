"""The refund skill: what was bought, who asks, why; shown before it is sent."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import DOORWAY, NoAnswer, Refused
from actions.forms import EMAIL, ORDER, Events, FormListener, confirm_field, text_field
from actions.speech import NO, YES, money, say
from actions.turn import Turn
from actions.writes import Task, attempt

TASK = Task(
    operation="refund",
    path="/refunds",
    form="refund_form",
    system="Our order system",
    number_slot="order_number",
    number_word="order",
    scratch=("refund_reason", "refund_confirm"),
)
REASON = re.compile(
    r"\b(broken|broke|damaged?|scratch\w*|wrong|defect\w*|faulty|missing|not working|doesn'?t (work|fit)|"
    r"too (big|small|late|bright|dark)|changed my mind|twice|never arrived|late|crack\w*|flicker\w*)\b",
    re.IGNORECASE,
)


class RefundForm(FormListener):
    """Listens while the refund form asks."""

    form = "refund_form"
    trigger = "refund"
    confirm = "refund_confirm"
    fields = (
        ORDER,
        EMAIL,
        text_field("refund_reason", hint="Please tell me in a few words why you want your money back."),
        confirm_field("refund_confirm"),
    )

    def at_start(self, turn: Turn) -> dict[str, Any]:
        """Take a reason that was already given ("the lamp is broken, I want my money back")."""
        return {"refund_reason": " ".join(turn.text.split())[:300]} if REASON.search(turn.text) else {}


class AskRefundConfirm(Action):
    """Shows what would be sent, with what was bought where the order system tells."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_ask_refund_form_refund_confirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Read the order for its items and total; without an answer the summary is simply shorter."""
        turn = Turn.of(tracker)
        number = turn.slot("order_number")
        try:
            order = await DOORWAY.desk(tracker.sender_id).read(f"/orders/{number}")
            items = ", ".join(item["name"] for item in order["items"])
            bought = f" ({items}, {money(order['total'], order['currency'])})"
        except (NoAnswer, Refused, KeyError):
            bought = ""
        say(
            dispatcher,
            f"I will ask for a refund of order {number}{bought}.\n"
            f"Email: {turn.slot('email')}\nReason: {turn.slot('refund_reason')}\n"
            "The money goes back to the way you paid. Shall I send this?",
            quick_replies=[YES, NO],
        )
        return []


class SendRefund(Action):
    """Sends the refund request once the customer said yes."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_send_refund"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask the company, and say what it answered."""
        turn = Turn.of(tracker)
        if not turn.slot("refund_confirm"):
            say(dispatcher, "All right, I have not asked for a refund. Nothing has been changed.")
            return TASK.done()
        body = {
            "order": turn.slot("order_number"),
            "email": turn.slot("email"),
            "reason": turn.slot("refund_reason"),
            "amount": None,
        }
        answer, events = await attempt(dispatcher, turn, TASK, body)
        if answer:
            say(
                dispatcher,
                f"The refund of {money(answer['amount'], answer['currency'])} for order {answer['order']} has been "
                f"requested. Your reference is {answer['refund']}. The money should be with you in {answer['days']} "
                "working days.",
                signals=["self_served:refund"],
            )
        return events
