"""The skills about the account: password reset, copy of an invoice, balance."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import EMAIL, Events, FormListener, entity_field
from actions.speech import money, say
from actions.turn import Turn
from actions.writes import Task, attempt

RESET = Task("password_reset", "/password-resets", "password_reset_form", "Our account system", "email", "account")
INVOICE = Task(
    "invoice_copy", "/invoice-copies", "invoice_copy_form", "Our billing system", "invoice_number", "invoice", ()
)
BALANCE = Task("balance", "/balances", "balance_form", "Our billing system", "customer_number", "customer number", ())


class PasswordResetForm(FormListener):
    """Listens while the password reset form asks."""

    form = "password_reset_form"
    trigger = "password_reset"
    fields = (EMAIL,)


class InvoiceCopyForm(FormListener):
    """Listens while the invoice form asks."""

    form = "invoice_copy_form"
    trigger = "invoice_copy"
    fields = (
        entity_field(
            "invoice_number",
            hint="I could not find an invoice number in that.",
        ),
        EMAIL,
    )


class BalanceForm(FormListener):
    """Listens while the balance form asks."""

    form = "balance_form"
    trigger = "balance"
    fields = (
        EMAIL,
        entity_field(
            "customer_number",
            hint="I could not find a customer number in that.",
            identity="customer_number",
        ),
    )


class SendPasswordReset(Action):
    """Asks for a reset link; says the same whether or not the account exists."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_send_password_reset"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask the company, and say what happens next."""
        turn = Turn.of(tracker)
        email = turn.slot("email")
        answer, events = await attempt(dispatcher, turn, RESET, {"email": email})
        if answer:
            say(
                dispatcher,
                f"If there is an account for {email}, a link to set a new password is on its way. "
                "It can take a few minutes; please look in the spam folder too.",
                signals=["self_served:password_reset"],
            )
        return events


class SendInvoiceCopy(Action):
    """Has a copy of an invoice sent by email."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_send_invoice_copy"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask the company, and say where the copy went."""
        turn = Turn.of(tracker)
        body = {"invoice": turn.slot("invoice_number"), "email": turn.slot("email")}
        answer, events = await attempt(dispatcher, turn, INVOICE, body)
        if answer:
            say(
                dispatcher,
                f"A copy of invoice {answer['invoice']} is on its way to {answer['sent_to']}.",
                signals=["self_served:invoice_copy"],
            )
            events = [*events, SlotSet("invoice_number", None)]
        return events


class TellBalance(Action):
    """Tells what is open on a customer account."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_tell_balance"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask the company, and list what is open."""
        turn = Turn.of(tracker)
        body = {"email": turn.slot("email"), "customer": turn.slot("customer_number")}
        answer, events = await attempt(dispatcher, turn, BALANCE, body)
        if answer:
            say(dispatcher, balance_text(answer), signals=["self_served:balance"])
        return events


def balance_text(answer: dict[str, Any]) -> str:
    """The balance in words, one line for each open invoice."""
    currency = answer["currency"]
    if not float(answer["balance"]):
        return f"Nothing is open on customer account {answer['customer']}: the balance is {money(0, currency)}."
    due = f", due on {answer['due_on']}" if answer.get("due_on") else ""
    lines = [f"The balance of customer account {answer['customer']} is {money(answer['balance'], currency)}{due}."]
    lines += [
        f"{one['invoice']}: {money(one['amount'], currency)}, due on {one['due_on']}" for one in answer["open_invoices"]
    ]
    return "\n".join(lines)
