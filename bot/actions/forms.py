"""How a form listens: which words answer its question, which are a detour, and what to say when neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import PERSON, say
from actions.turn import Turn

Events = list[dict[str, Any]]
Read = Callable[[Turn], "dict[str, Any] | None"]

STOP = re.compile(
    r"^\W*(please )?(stop|cancel|never ?mind|forget (it|that)|abort|quit|leave it|exit|nvm)\b", re.IGNORECASE
)
BARE = re.compile(r"(yes|yep|yeah|no|nope|ok|okay|sure|hello|hi|thanks|thank you|please)\W*$", re.IGNORECASE)
ALWAYS_DETOUR = {"cancel": 0.5, "talk_to_person": 0.5, "goodbye": 0.6}
# Words that answer no question of a form and ask for nothing else either.
NEUTRAL = {"affirm", "deny", "inform", "nlu_fallback", "out_of_scope", ""}
SURE = 0.6
TOO_NEW = 0.5


@dataclass(frozen=True)
class Field:
    """One thing that a form asks for."""

    slot: str
    read: Read
    hint: str
    entity: str | None = None
    known: Callable[[Turn], Any] = lambda turn: None
    free: bool = False


def entity_field(slot: str, *, hint: str, identity: str | None = None) -> Field:
    """A field that an entity of the same name answers, and that a known identity may answer before it is asked."""

    def read(turn: Turn) -> dict[str, Any] | None:
        value = turn.entity(slot)
        return None if value is None else {slot: value}

    return Field(slot, read, hint, entity=slot, known=lambda turn: turn.identity.get(identity) if identity else None)


def text_field(slot: str, *, hint: str, shortest: int = 2, longest: int = 300) -> Field:
    """A field that the customer's own words answer."""

    def read(turn: Turn) -> dict[str, Any] | None:
        text = " ".join(turn.text.split())
        fits = shortest <= len(text) <= longest and re.search(r"\w", text) and not BARE.match(text)
        return {slot: text} if fits and not (turn.is_payload or text.endswith("?")) else None

    return Field(slot, read, hint, free=True)


def confirm_field(slot: str) -> Field:
    """The last field: whether to go ahead."""

    def read(turn: Turn) -> dict[str, Any] | None:
        if turn.intent in ("affirm", "deny"):
            return {slot: turn.intent == "affirm"}
        return None

    return Field(slot, read, 'Please answer "yes" or "no".')


class FormListener(Action):
    """The `validate_<form>` action of a form; subclasses name the form, its fields and what starts it."""

    form: ClassVar[str]
    trigger: ClassVar[str]
    fields: ClassVar[Sequence[Field]]
    confirm: ClassVar[str | None] = None

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return f"validate_{self.form}"

    def at_start(self, turn: Turn) -> dict[str, Any]:
        """Further slots that the words which started the form already fill."""
        return {}

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Fill slots from the message, or leave it to others by rejecting, or say what is wanted."""
        turn = Turn.of(tracker)
        if self._starting(turn):
            return self._prefill(turn)
        if turn.ran_now() and turn.ran_now() != [self.form]:
            return []  # back from a detour: the question is only asked again
        asked = next((field for field in self.fields if field.slot == turn.slot("requested_slot")), None)
        if asked is None:
            return []
        if self._detour(turn, asked):
            return [ActionExecutionRejected(self.form)]
        filled = self._filled(turn, asked)
        if filled:
            return [SlotSet("desk_attempts", None), *(SlotSet(slot, value) for slot, value in filled.items())]
        return self._again(dispatcher, turn, asked)

    def _starting(self, turn: Turn) -> bool:
        began = any(e.get("event") == "active_loop" and e.get("name") == self.form for e in turn.events_now())
        return began or (turn.tracker.active_loop or {}).get("name") != self.form

    def _prefill(self, turn: Turn) -> Events:
        slots: dict[str, Any] = {"desk_attempts": None}
        for field in self.fields:
            said = turn.entity(field.entity) if field.entity else None
            value = said or turn.slot(field.slot) or field.known(turn)
            slots[field.slot] = None if field.slot == self.confirm else value
        if turn.ran_now() in ([], [self.form]):
            slots.update({slot: value for slot, value in self.at_start(turn).items() if slots.get(slot) is None})
        return [SlotSet(slot, value) for slot, value in slots.items()]

    def _detour(self, turn: Turn, asked: Field) -> bool:
        readable = asked.read(turn) is not None
        if turn.is_payload:
            return not readable and turn.intent not in (*NEUTRAL, self.trigger)
        if asked.free and STOP.search(turn.text):
            return True
        if readable and not asked.free and not turn.is_question:
            return False
        if turn.intent in ALWAYS_DETOUR:
            # Free words may sound like anything: only a clear wish leaves the question.
            clear = 0.8 if asked.free else ALWAYS_DETOUR[turn.intent]
            return turn.confidence >= clear and not (asked.free and turn.intent == "cancel")
        if turn.intent in (*NEUTRAL, self.trigger) or turn.confidence < SURE or turn.novelty > TOO_NEW:
            return False
        return turn.is_question or not (asked.free or self._mentions(turn))

    def _mentions(self, turn: Turn) -> bool:
        return any(turn.entity(field.entity) for field in self.fields if field.entity)

    def corrections(self, turn: Turn) -> dict[str, Any]:
        """Slots that the message changes without being asked for them: entities that differ from what is held."""
        values = {field.slot: turn.entity(field.entity) for field in self.fields if field.entity}
        return {slot: value for slot, value in values.items() if value is not None and value != turn.slot(slot)}

    def _filled(self, turn: Turn, asked: Field) -> dict[str, Any]:
        answer = asked.read(turn) or {}
        if asked.free:
            return answer
        corrections = self.corrections(turn)
        if asked.slot == self.confirm and corrections:
            # "No, the number is 43871" corrects what was shown; the new version is shown before anything is done.
            return {**corrections, asked.slot: None}
        return {**corrections, **answer}

    def _again(self, dispatcher: CollectingDispatcher, turn: Turn, asked: Field) -> Events:
        attempts = int(turn.slot("desk_attempts") or 0) + 1
        if attempts >= 2:
            say(
                dispatcher,
                f"{asked.hint} If you would rather not go on alone, I can ask a person.",
                signals=["clarify"],
            )
        else:
            say(dispatcher, asked.hint)
        return [SlotSet("desk_attempts", attempts), SlotSet(asked.slot, None)]


ORDER = entity_field("order_number", hint="I could not find an order number in that.")
EMAIL = entity_field(
    "email", hint="I could not read an email address in that. It looks like name@example.com.", identity="email"
)
__all__ = ["EMAIL", "ORDER", "PERSON", "Events", "Field", "FormListener", "confirm_field", "entity_field", "text_field"]
