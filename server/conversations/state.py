"""States of a conversation and the moves between them, as one table. Pure: no I/O, no clock."""

from enum import StrEnum
from http import HTTPStatus

from server.kit.errors import HouseError


class State(StrEnum):
    """Where a conversation stands."""

    with_bot = "with_bot"
    waiting = "waiting"
    with_agent = "with_agent"
    closed = "closed"


class Owner(StrEnum):
    """Who may speak without a person pressing send."""

    bot = "bot"
    queue = "queue"
    agent = "agent"
    closed = "closed"


class Move(StrEnum):
    """The named moves; each is one event in the log."""

    handed_off = "handed_off"
    taken = "taken"
    given_back = "given_back"
    closed = "closed"
    reopened = "reopened"


OWNER_OF: dict[State, Owner] = {
    State.with_bot: Owner.bot,
    State.waiting: Owner.queue,
    State.with_agent: Owner.agent,
    State.closed: Owner.closed,
}

MOVES: dict[tuple[State, Move], State] = {
    (State.with_bot, Move.handed_off): State.waiting,
    (State.with_bot, Move.taken): State.with_agent,
    (State.with_bot, Move.closed): State.closed,
    (State.waiting, Move.taken): State.with_agent,
    (State.waiting, Move.given_back): State.with_bot,
    (State.waiting, Move.closed): State.closed,
    (State.with_agent, Move.given_back): State.with_bot,
    (State.with_agent, Move.handed_off): State.waiting,
    (State.with_agent, Move.closed): State.closed,
    (State.closed, Move.reopened): State.waiting,
}


class WrongState(HouseError):
    """The conversation cannot make this move from where it stands."""

    status = HTTPStatus.CONFLICT
    code = "wrong_state"

    def __init__(self, *, current: State, move: Move) -> None:
        super().__init__(f"A conversation that is {current} cannot be {move}.", state=str(current))


def after(current: State, move: Move) -> State:
    """Return the state after a move; raise `WrongState` when the table does not have it."""
    try:
        return MOVES[(current, move)]
    except KeyError:
        raise WrongState(current=current, move=move) from None
