"""The moves of a run on its way to publication. Plain Python."""

from enum import StrEnum


class State(StrEnum):
    COMPUTING = "computing"
    COMPUTED = "computed"
    FAILED = "failed"
    APPROVED = "approved"


class NotAllowed(Exception):
    """The move is not open from this state."""


MOVES: dict[str, tuple[frozenset[State], State]] = {
    "finish": (frozenset({State.COMPUTING}), State.COMPUTED),
    "fail": (frozenset({State.COMPUTING}), State.FAILED),
    "approve": (frozenset({State.COMPUTED}), State.APPROVED),
}


def after(state: str, move: str) -> State:
    """The state that ``move`` leads to; raises ``NotAllowed`` where it is not open.

    >>> after("computed", "approve")
    <State.APPROVED: 'approved'>
    """
    allowed, target = MOVES[move]
    if State(state) not in allowed:
        raise NotAllowed(f"{move} from {state}")
    return target
