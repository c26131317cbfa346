"""Who does what at which second: drawn from a seed, so that a run can be repeated. Plain Python.

Rates are those of one officer with the sheet open: a page each 60 s, the body of a leaf and its save each 30 s, a
question who else is here each 32 s, a file each 300 s, one submission; a tenth of the submissions are double clicks.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

PAGE_SECONDS, SAVE_SECONDS, PRESENCE_SECONDS, UPLOAD_SECONDS = 60, 30, 32, 300
SMALLEST_FILE, LARGEST_FILE, MEAN_FILE = 200_000, 5_000_000, 1_000_000
# So much of the time passes before the first dossier is handed in; a fifth comes in the last tenth.
FIRST_SUBMISSION, LAST_TENTH, IN_LAST_TENTH = 0.1, 0.9, 0.2
DOUBLE_CLICKS = 0.1


class Kind(StrEnum):
    PAGE = "page"
    LEAF = "leaf"
    SAVE = "save"
    PRESENCE = "presence"
    UPLOAD = "upload"
    SUBMIT = "submit"


@dataclass(frozen=True, order=True)
class Act:
    """One request: ``at`` seconds after the start, by the officer with this number. ``amount``: bytes of a file."""

    at: float
    officer: int
    kind: Kind
    amount: int = 0
    copies: int = 1


def script(officers: int, seconds: float, seed: int) -> list[Act]:
    """Every act of all officers in the order of time."""
    chance = random.Random(seed)  # noqa: S311
    acts: list[Act] = []
    for officer in range(officers):
        acts += _day(officer, seconds, chance)
    return sorted(acts)


def moments(count: int, seconds: float, seed: int) -> list[float]:
    """``count`` moments of the run at which something is broken."""
    chance = random.Random(seed)  # noqa: S311
    return sorted(chance.uniform(0, seconds) for _ in range(count))


def _day(officer: int, seconds: float, chance: random.Random) -> Iterator[Act]:
    submits = _submission(seconds, chance)
    yield Act(submits, officer, Kind.SUBMIT, copies=2 if chance.random() < DOUBLE_CLICKS else 1)
    for at in _times(PAGE_SECONDS, seconds, chance):
        yield Act(at, officer, Kind.PAGE)
    for at in _times(PRESENCE_SECONDS, seconds, chance):
        yield Act(at, officer, Kind.PRESENCE)
    for at in _times(SAVE_SECONDS, submits - 2, chance):
        yield Act(at, officer, Kind.LEAF)
        yield Act(at + 1, officer, Kind.SAVE)
    for at in _times(UPLOAD_SECONDS, submits - 2, chance):
        size = min(LARGEST_FILE, SMALLEST_FILE + int(chance.expovariate(1 / (MEAN_FILE - SMALLEST_FILE))))
        yield Act(at, officer, Kind.UPLOAD, size)


def _submission(seconds: float, chance: random.Random) -> float:
    if chance.random() < IN_LAST_TENTH:
        return seconds * chance.uniform(LAST_TENTH, 1)
    return seconds * chance.uniform(FIRST_SUBMISSION, LAST_TENTH)


def _times(every: float, until: float, chance: random.Random) -> Iterator[float]:
    """Instants about ``every`` seconds apart, the first at any moment of the first span."""
    at = chance.uniform(0, every)
    while at < until:
        yield at
        at += every * chance.uniform(0.8, 1.2)
