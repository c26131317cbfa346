"""Rows of units and accounts as an administrator hands them in. Plain Python."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit to be created, or the unit of that code and first day as it shall be from now on."""

    code: str
    name: str
    kind: str
    parent: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A role of a person in a unit; ``reset``: the person gets a new first password."""

    username: str
    full_name: str
    position: str
    unit: str
    unit_pk: int
    role: str
    since: date
    until: date | None
    reset: bool


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A password that is shown once, to be handed to its owner."""

    username: str
    full_name: str
    password: str
