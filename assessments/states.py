"""The moves an assessment can make. Plain Python: who may make them is decided elsewhere."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPRAISED = "appraised"


class NotAllowed(Exception):
    """The move is not open from this state."""


EDITABLE = frozenset({State.DRAFT, State.RETURNED})
MOVES: dict[str, tuple[frozenset[State], State]] = {
    "submit": (EDITABLE, State.SUBMITTED),
    "return": (frozenset({State.SUBMITTED}), State.RETURNED),
    "appraise": (frozenset({State.SUBMITTED}), State.APPRAISED),
    "reopen": (frozenset({State.APPRAISED}), State.SUBMITTED),
}


def after(state: str, move: str) -> State:
    """The state that ``move`` leads to.

    >>> after("draft", "submit")
    <State.SUBMITTED: 'submitted'>

    Raises ``NotAllowed`` where the move is not open from ``state``.
    """
    allowed, target = MOVES[move]
    if State(state) not in allowed:
        raise NotAllowed(f"{move} from {state}")
    return target


def assert_editable(state: str) -> None:
    """Raise ``NotAllowed`` unless scores and evidence may still be changed."""
    if State(state) not in EDITABLE:
        raise NotAllowed(f"edit in {state}")
