"""Answers from the knowledge base, with the article that they come from."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import DOORWAY, NoAnswer, Refused
from actions.forms import Events
from actions.speech import PERSON, say, say_no_answer
from actions.turn import Turn

CITED = ("article_id", "revision", "release", "title", "heading", "snippet")
LONGEST = 600
# A longer disclaimer is named; it stands whole beside the article that the answer cites.
LONGEST_BESIDE = 300
# What a pressed button asks for.
QUESTIONS = {
    "delivery_faq": "How long does delivery take and what does it cost?",
    "returns_faq": "How do I return an item?",
    "warranty_faq": "What does the warranty cover?",
    "payment_faq": "Which payment methods do you accept?",
}


async def search(turn: Turn, question: str) -> dict[str, Any] | None:
    """The best hit, or nothing when the knowledge base is not confident. Raises NoAnswer."""
    query = {"q": question[:500], "locale": turn.locale, "account": turn.account, "topic": turn.intent}
    try:
        found = await DOORWAY.desk(turn.tracker.sender_id).read("/knowledge", query)
    except Refused:
        return None
    hits = found.get("hits") or []
    return dict(hits[0]) if found.get("confident") and hits else None


def unmarked(text: str) -> str:
    """The words of a Markdown text without its marks and links."""
    return re.sub(r"\*\*|__|`", "", re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)).strip()


def shortened(text: str) -> str:
    """At most 600 characters, cut at the end of a sentence where there is one, without Markdown marks."""
    plain = unmarked(text)
    if len(plain) <= LONGEST:
        return plain
    head = plain[:LONGEST]
    end = max(head.rfind(mark) for mark in (". ", ".\n", "! ", "? "))
    return head[: end + 1] if end > LONGEST // 3 else f"{head.rsplit(' ', 1)[0]} ..."


def say_hit(dispatcher: CollectingDispatcher, hit: dict[str, Any], *, skill: str) -> None:
    """Say what the article says with what must be said beside it where the customer is, and cite it."""
    citation = {name: hit.get(name) for name in CITED}
    answer = shortened(str(hit.get("text") or hit.get("snippet") or ""))
    beside = [_beside(dict(one)) for one in hit.get("disclaimers") or []]
    say(
        dispatcher,
        "\n\n".join([answer, *filter(None, beside)]),
        signals=[f"self_served:{skill}"],
        citation=citation,
    )


def _beside(disclaimer: dict[str, Any]) -> str:
    """A disclaimer whole, or its name: half of one would say something else."""
    text = unmarked(str(disclaimer.get("text") or ""))
    if len(text) <= LONGEST_BESIDE:
        return text
    return f"Please note also: {disclaimer.get('title')}. You find it with the article."


class AnswerFromKnowledge(Action):
    """Answers delivery, returns, warranty and payment questions; says so when there is no confident answer."""

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return "action_answer_from_knowledge"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Search with the customer's own words."""
        turn = Turn.of(tracker)
        question = QUESTIONS.get(turn.intent, turn.intent.replace("_", " ")) if turn.is_payload else turn.text
        try:
            hit = await search(turn, question)
        except NoAnswer as error:
            say_no_answer(dispatcher, error, operation="knowledge", system="Our knowledge base", changes=False)
            return []
        if hit is None:
            say(
                dispatcher,
                "I have no article that answers this with certainty, and I do not want to guess. Shall I ask a person?",
                signals=["no_answer"],
                quick_replies=[PERSON],
            )
            return []
        say_hit(dispatcher, hit, skill=turn.intent)
        return []
