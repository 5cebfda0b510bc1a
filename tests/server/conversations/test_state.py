"""The table of states."""

import pytest

from server.conversations.state import MOVES, OWNER_OF, Move, State, WrongState, after


def test_every_state_has_exactly_one_owner() -> None:
    assert set(OWNER_OF) == set(State)
    assert len(set(OWNER_OF.values())) == len(State)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", list(Move))
def test_a_move_is_in_the_table_or_is_refused_with_the_present_state(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert after(state, move) is MOVES[(state, move)]
        return
    with pytest.raises(WrongState) as caught:
        after(state, move)
    assert caught.value.problem()["status"] == 409
    assert caught.value.problem()["state"] == state.value


def test_no_move_leads_nowhere() -> None:
    assert all(target is not state for (state, _), target in MOVES.items())


def test_every_open_state_can_be_closed_and_reached() -> None:
    assert all((state, Move.closed) in MOVES for state in State if state is not State.closed)
    assert set(MOVES.values()) == set(State)
