"""What an auditor goes through, step by step; where an article lists steps, each of them is one."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from knowledge.types import Article
from server.kit.errors import Invalid

Answer = Literal["yes", "no", "not_applicable"]
MOST_STEPS = 12
LONGEST_STEP = 200
BREAKS = frozenset({"softbreak", "hardbreak"})


class AnswerIn(BaseModel):
    """What the auditor says to one step."""

    step: int = Field(ge=1)
    answer: Answer
    note: str = Field(default="", max_length=2_000)


class ChecklistIncomplete(Invalid):
    """Some steps have no answer; `steps` says which."""

    code = "checklist_incomplete"

    def __init__(self, steps: Sequence[int]) -> None:
        super().__init__("Each step needs an answer.", steps=list(steps))


def checklist(article: Article, *, used: bool) -> list[dict[str, Any]]:
    """Return the steps for an article, unanswered; `used` when there is a conversation to look at."""
    questions = ["Is what the article says still right?"]
    steps = ordered_steps(article.text)
    questions += [f"Does this step work as written: {step}" for step in steps] or [
        "Do its instructions work as written?"
    ]
    questions.append("Are its numbers, dates and prices those of today?")
    where = f"in {', '.join(article.regions)}" if article.regions else "everywhere"
    questions.append(f"Does it fit {where}, with the disclaimer where one is due?")
    if used:
        questions.append("Did the customer get further with it in this conversation?")
    return [
        {"step": place, "question": question, "answer": None, "note": ""}
        for place, question in enumerate(questions, start=1)
    ]


def ordered_steps(text: str) -> list[str]:
    """Return the items of the ordered lists of a Markdown text, as plain text, at most twelve."""
    from markdown_it import MarkdownIt

    found: list[str] = []
    depth = 0
    waits = False
    for token in MarkdownIt("commonmark").parse(text):
        if token.type in {"ordered_list_open", "ordered_list_close"}:
            depth += token.nesting
        elif token.type == "list_item_open":
            waits = depth == 1 and token.info != ""
        elif token.type == "inline" and waits:
            words = "".join(" " if child.type in BREAKS else child.content for child in token.children or ())
            found.append(" ".join(words.split())[:LONGEST_STEP])
            waits = False
    return [step for step in found if step][:MOST_STEPS]


def filled(steps: Sequence[Mapping[str, Any]], answers: Sequence[AnswerIn]) -> list[dict[str, Any]]:
    """Return the steps with their answers; raise `ChecklistIncomplete` unless each has one."""
    said = {answer.step: answer for answer in answers}
    missing = [step["step"] for step in steps if step["step"] not in said]
    if missing:
        raise ChecklistIncomplete(missing)
    return [{**step, "answer": said[step["step"]].answer, "note": said[step["step"]].note} for step in steps]


def is_passed(steps: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether no step was answered with no."""
    return all(step["answer"] != "no" for step in steps)
