"""Doing something in the company's systems, at most once, and telling the customer honestly how it went."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import DOORWAY, NoAnswer, Refused
from actions.forms import Events
from actions.speech import PERSON, say, say_no_answer
from actions.turn import Turn


@dataclass(frozen=True)
class Task:
    """One thing that the company does for a customer: where to ask, and how to speak about it."""

    operation: str
    path: str
    form: str
    system: str
    number_slot: str
    number_word: str
    scratch: tuple[str, ...] = ()

    def done(self) -> Events:
        """Forget what belonged to this one request; numbers and email stay for the next question."""
        return [SlotSet(slot, None) for slot in (*self.scratch, "desk_write", "desk_mismatches")]


def write_key(turn: Turn, task: Task, body: dict[str, Any]) -> str:
    """The idempotency key: message id and operation, or the key of an unanswered first try of the very same request."""
    mark = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
    pending = str(turn.slot("desk_write") or "")
    if pending.startswith(f"{mark} "):
        return pending.removeprefix(f"{mark} ")
    return f"{turn.message_id}:{task.operation}"


async def attempt(
    dispatcher: CollectingDispatcher, turn: Turn, task: Task, body: dict[str, Any]
) -> tuple[dict[str, Any] | None, Events]:
    """Send the request once; returns the company's answer, or nothing when the customer was already told why not."""
    key = write_key(turn, task, body)
    try:
        answer = await DOORWAY.desk(turn.tracker.sender_id).write(task.path, body, key=key)
    except NoAnswer as error:
        say_no_answer(dispatcher, error, operation=task.operation, system=task.system, changes=True)
        if error.untouched:
            return None, task.done()
        mark = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
        return None, [*task.done(), SlotSet("desk_write", f"{mark} {key}")]
    except Refused as error:
        return None, refused(dispatcher, turn, task, error)
    return answer, task.done()


def refused(dispatcher: CollectingDispatcher, turn: Turn, task: Task, error: Refused) -> Events:
    """Say why the company said no; a wrong email or number may be given once more, then a person is offered."""
    if error.code == "identity_mismatch":
        return _once_more(
            dispatcher, turn, task, "email", f"That email address does not belong to this {task.number_word}."
        )
    if error.code.endswith("_not_found"):
        number = turn.slot(task.number_slot)
        return _once_more(dispatcher, turn, task, task.number_slot, f"I cannot find {task.number_word} {number}.")
    told = {
        "not_refundable": "This order cannot be refunded any more.",
        "already_refunded": "This order has already been refunded.",
        "too_late_to_change": "It is too late to change the address of this order.",
    }.get(error.code, f"{task.system} did not accept this.")
    reason = f" {error.reason.rstrip('.')}." if error.reason else ""
    say(
        dispatcher,
        f"{told}{reason} Nothing has been changed. If you think that is wrong, a person can look at it.",
        signals=[f"refused:{task.operation}"],
        quick_replies=[PERSON],
    )
    return task.done()


def _once_more(dispatcher: CollectingDispatcher, turn: Turn, task: Task, slot: str, told: str) -> Events:
    if int(turn.slot("desk_mismatches") or 0):
        say(
            dispatcher,
            f"{told} To protect the account I cannot go on with this, and nothing has been changed. "
            "A person can sort it out with you.",
            signals=[f"refused:{task.operation}"],
            quick_replies=[PERSON],
        )
        return [*task.done(), SlotSet(slot, None)]
    say(dispatcher, f"{told} Nothing has been changed. Please check it once more.")
    return [SlotSet(slot, None), SlotSet("desk_mismatches", 1), FollowupAction(task.form)]
