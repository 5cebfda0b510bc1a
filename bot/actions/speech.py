"""How actions speak: text, quick replies, citation, and signals for the server that the customer never sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.desk import NoAnswer

PERSON = {"title": "Talk to a person", "payload": "/talk_to_person"}
YES = {"title": "Yes", "payload": "/affirm"}
NO = {"title": "No", "payload": "/deny"}


def say(
    dispatcher: CollectingDispatcher,
    text: str,
    *,
    signals: Sequence[str] = (),
    quick_replies: Sequence[dict[str, str]] = (),
    citation: dict[str, Any] | None = None,
) -> None:
    """Say one message; where a person is among the quick replies, a plain "yes" afterwards means that too."""
    custom: dict[str, Any] = {}
    if signals:
        custom["signals"] = list(signals)
    if citation:
        custom["citation"] = citation
    if PERSON in quick_replies and YES not in quick_replies:
        custom["offer"] = "person"
    dispatcher.utter_message(text=text, buttons=list(quick_replies), json_message=custom or None)


def say_no_answer(
    dispatcher: CollectingDispatcher, error: NoAnswer, *, operation: str, system: str, changes: bool
) -> None:
    """Tell honestly that a system of the company did not answer, and what that means for what was asked."""
    if not changes:
        text = f"{system} is not answering right now, so I cannot look that up. Please try again in a few minutes."
    elif error.untouched:
        text = f"{system} is not answering right now, so nothing has been changed."
    else:
        text = (
            f"{system} did not confirm this in time, so I cannot see whether it was done. "
            "I will not send it a second time: a person can check it for you."
        )
    say(
        dispatcher,
        f"{text} Shall I ask a person to help?",
        signals=[f"company_failed:{operation}"],
        quick_replies=[PERSON],
    )


def money(amount: Any, currency: str) -> str:
    """An amount with two decimals and its currency: 89.00 EUR."""
    return f"{float(amount):.2f} {currency}"
