"""What the bot does when it did not understand: ask which of the likely things was meant, then offer a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import NoAnswer
from actions.forms import Events
from actions.knowledge import say_hit, search
from actions.speech import PERSON, say
from actions.titles import titles
from actions.turn import Turn

OFFERED = 3
LIKELY = 0.05
WORDS_OF_A_QUESTION = 4


class Clarify(Action):
    """First a confident article, if the words are a question; then the likeliest skills; the second time a person."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_clarify"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Choose by what happened the turn before."""
        turn = Turn.of(tracker)
        if turn.is_question and len(turn.text.split()) >= WORDS_OF_A_QUESTION and await self._article(dispatcher, turn):
            return []
        if self.name() in turn.actions_before():
            say(
                dispatcher,
                "I am sorry, I still do not understand. A person can help you better; shall I ask one to join?",
                signals=["clarify"],
                quick_replies=[PERSON],
            )
            return []
        known = titles()
        likely = [one["name"] for one in turn.ranking if one["confidence"] >= LIKELY and one["name"] in known]
        choices = [{"title": known[intent], "payload": f"/{intent}"} for intent in likely if intent != "talk_to_person"]
        text = (
            "I am not sure that I understood you. Is it about one of these?"
            if choices
            else "I am not sure that I understood you. Could you say it in other words?"
        )
        say(dispatcher, text, signals=["clarify"], quick_replies=[*choices[:OFFERED], PERSON])
        return []

    async def _article(self, dispatcher: CollectingDispatcher, turn: Turn) -> bool:
        try:
            hit = await search(turn, turn.text)
        except NoAnswer:
            return False
        if hit is None:
            return False
        say_hit(dispatcher, hit, skill="knowledge")
        return True
