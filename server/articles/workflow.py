"""How a translation gets from a draft to its readers: states and moves as a table, and who may make which move.

The state is that of the newest revision; what readers see is the revision `published`, which stays while a newer one is
written and reviewed.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from server.articles.errors import SecondPersonNeeded, WrongState
from server.articles.people import Editor
from server.store.base import Row


class State(StrEnum):
    """How far the newest revision of a translation has got."""

    draft = "draft"
    in_review = "in_review"
    approved = "approved"
    published = "published"
    retired = "retired"


LIVING = frozenset({State.draft, State.in_review, State.approved, State.published})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move: the states that it begins in, the one that it leads to (None: it stays), and the permission for it."""

    begins: frozenset[State]
    leads: State | None
    permission: str
    said: str
    """What the person does, after "to"."""


MOVES: Mapping[str, Move] = {
    "save": Move(begins=LIVING, leads=State.draft, permission="knowledge.edit", said="change it"),
    "submit": Move(
        begins=frozenset({State.draft}),
        leads=State.in_review,
        permission="knowledge.edit",
        said="hand it in for review",
    ),
    "withdraw": Move(
        begins=frozenset({State.in_review, State.approved}),
        leads=State.draft,
        permission="knowledge.edit",
        said="take it back from review",
    ),
    "approve": Move(
        begins=frozenset({State.in_review}), leads=State.approved, permission="knowledge.approve", said="approve it"
    ),
    "request_changes": Move(
        begins=frozenset({State.in_review, State.approved}),
        leads=State.draft,
        permission="knowledge.approve",
        said="ask for changes",
    ),
    "restore": Move(
        begins=LIVING, leads=State.draft, permission="knowledge.edit", said="bring an earlier revision back"
    ),
    "schedule": Move(begins=LIVING, leads=None, permission="knowledge.publish", said="plan when it is shown"),
    "publish": Move(
        begins=frozenset({State.approved}), leads=State.published, permission="knowledge.publish", said="publish it"
    ),
    "retire": Move(begins=LIVING, leads=State.retired, permission="knowledge.publish", said="take it from readers"),
    "reopen": Move(
        begins=frozenset({State.retired}), leads=State.draft, permission="knowledge.edit", said="work on it again"
    ),
}
"""Every move that a person makes. Publishing and retiring are done by the release that carries them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writers:
    """Who had a hand in what would be approved: ids where they are known, names where there is no id."""

    ids: Set[UUID] = frozenset()
    names: Set[str] = frozenset()

    def has(self, person: Editor) -> bool:
        """Whether this person is one of them."""
        return person.id in self.ids if person.id is not None else person.name in self.names


def writers_of(revisions: Iterable[Row], number: int, published: int) -> Writers:
    """Return who wrote a revision or any that it builds on since the last published one (0: none was).

    `revisions` are rows with `number`, `parent`, `restored_from`, `author_id` and `author`. What was restored brings
    its author along, and those before them if it was never published itself.
    """
    rows = {row["number"]: row for row in revisions}
    ids: set[UUID] = set()
    names: set[str] = set()
    seen: set[int] = set()
    left = [number]
    while left:
        row = rows.get(current := left.pop())
        if row is None or current in seen:
            continue
        seen.add(current)
        if row["author_id"] is not None:
            ids.add(row["author_id"])
        names.add(row["author"])
        if row["restored_from"] is not None:
            left.append(row["restored_from"])
        if row["parent"] is not None and row["parent"] > published and current > published:
            left.append(row["parent"])
    return Writers(ids=ids, names=names)


OWN_WORK = "Another person has to approve this: you wrote it or a revision that it builds on."
OWN_SUBMISSION = "Another person has to approve this: you handed it in."
NOT_SHOWN = "Readers see no revision of it."


def why_not(move: str, row: Row, person: Editor, writers: Writers) -> str | None:
    """Return why this person may not make this move now, as a sentence; None when they may."""
    rule = MOVES[move]
    if rule.permission not in person.permissions:
        return f"You need the permission {rule.permission} to {rule.said}."
    if row["state"] not in rule.begins:
        return f"A translation that is {row['state'].replace('_', ' ')} is not one to {rule.said}."
    if move == "retire" and row["published"] is None:
        return NOT_SHOWN
    if move == "approve":
        return not_second(row, person, writers)
    return None


def not_second(row: Row, person: Editor, writers: Writers) -> str | None:
    """Return why this person is no second one for what is in review, or None."""
    if writers.has(person):
        return OWN_WORK
    known = row["submitted_by_id"] is not None and person.id is not None
    same = row["submitted_by_id"] == person.id if known else row["submitted_by"] == person.name
    return OWN_SUBMISSION if same else None


def may(row: Row, person: Editor, writers: Writers) -> tuple[list[str], dict[str, str]]:
    """Return the moves that this person may make now, and for each other one why not."""
    reasons = {move: why_not(move, row, person, writers) for move in MOVES}
    return (
        [move for move, reason in reasons.items() if reason is None],
        {move: reason for move, reason in reasons.items() if reason is not None},
    )


def check(move: str, row: Row) -> State | None:
    """Return the state that a move leads to; raise `WrongState` unless it begins in the row's state."""
    rule = MOVES[move]
    if row["state"] not in rule.begins:
        raise WrongState(move=move, state=row["state"], states=rule.begins)
    if move == "retire" and row["published"] is None:
        raise WrongState(move=move, state=row["state"], states=rule.begins, because=NOT_SHOWN)
    return rule.leads


def check_second(row: Row, person: Editor, writers: Writers) -> None:
    """Raise `SecondPersonNeeded` unless this person is another one than who wrote and handed in what is in review."""
    if reason := not_second(row, person, writers):
        raise SecondPersonNeeded(reason)
