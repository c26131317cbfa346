"""The moves an assessment can make. Plain Python: who may make them is decided elsewhere."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    CHECKING = "checking"
    SIGNING = "signing"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPRAISED = "appraised"


class NotAllowed(Exception):
    """The move is not open from this state."""


EDITABLE = frozenset({State.DRAFT, State.RETURNED})
INSIDE = EDITABLE | {State.CHECKING, State.SIGNING}
"""Not handed in: the dossier is still with its unit, whoever of the unit holds it."""
BEFORE_COUNCIL = frozenset({State.SUBMITTED})
MOVES: dict[str, tuple[frozenset[State], State | None]] = {
    "check": (EDITABLE, State.CHECKING),
    "sign": (EDITABLE | {State.CHECKING}, State.SIGNING),
    # Where a dossier that its unit holds goes back to depends on whether it was handed in before: see ``back``.
    "take_back": (frozenset({State.CHECKING, State.SIGNING}), None),
    "submit": (INSIDE, State.SUBMITTED),
    "return": (BEFORE_COUNCIL, State.RETURNED),
    "appraise": (BEFORE_COUNCIL, State.APPRAISED),
    "reopen": (frozenset({State.APPRAISED}), State.SUBMITTED),
}


def after(state: str, move: str, *, returned: bool = False) -> State:
    """The state that ``move`` leads to; ``returned``: the dossier was handed in and given back before.

    >>> after("draft", "submit"), after("signing", "take_back"), after("signing", "take_back", returned=True)
    (<State.SUBMITTED: 'submitted'>, <State.DRAFT: 'draft'>, <State.RETURNED: 'returned'>)

    Raises ``NotAllowed`` where the move is not open from ``state``.
    """
    allowed, target = MOVES[move]
    if State(state) not in allowed:
        raise NotAllowed(f"{move} from {state}")
    return target or (State.RETURNED if returned else State.DRAFT)


def assert_editable(state: str) -> None:
    """Raise ``NotAllowed`` unless scores and evidence may still be changed."""
    if State(state) not in EDITABLE:
        raise NotAllowed(f"edit in {state}")
