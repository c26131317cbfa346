"""The moves of a council's appraisal session. Plain Python."""

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class NotAllowed(Exception):
    """The move is not open from this state."""


MOVES: dict[str, tuple[frozenset[State], State]] = {
    "close": (frozenset({State.OPEN}), State.CLOSED),
    "reopen": (frozenset({State.CLOSED}), State.OPEN),
}


def after(state: str, move: str) -> State:
    """The state that ``move`` leads to; raises ``NotAllowed`` where it is not open.

    >>> after("open", "close")
    <State.CLOSED: 'closed'>
    """
    allowed, target = MOVES[move]
    if State(state) not in allowed:
        raise NotAllowed(f"{move} from {state}")
    return target
