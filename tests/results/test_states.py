"""The moves of a run."""

import pytest

from results.models import RunState
from results.states import MOVES, NotAllowed, State, after

OPEN = {("computing", "finish"): "computed", ("computing", "fail"): "failed", ("computed", "approve"): "approved"}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", list(MOVES))
def test_every_move_from_every_state(state: State, move: str) -> None:
    if (state.value, move) in OPEN:
        assert after(state, move) == OPEN[state.value, move]
    else:
        with pytest.raises(NotAllowed, match=f"^{move} from {state}$"):
            after(state, move)


def test_states_of_the_rows_are_those_of_the_moves() -> None:
    assert set(RunState.values) == {state.value for state in State}
