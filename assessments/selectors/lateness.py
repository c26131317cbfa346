"""Leaves whose points follow from how late the dossier is handed in, and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from criteria.models import Criterion
from criteria.phases import VIETNAM, late_figures
from criteria.scoring.cannot import CannotScore
from criteria.scoring.evaluation import evaluate, needed
from criteria.scoring.notation import parse
from criteria.scoring.numbers import fold
from criteria.scoring.rules import BadRule
from criteria.selectors.caps import exact

LATE_WORD = fold("nộp muộn")
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Late:
    """The points of such a leaf: ``figures`` as they are declared, ``derivation`` as it is written out.

    ``points`` None: the rule says that the leaf does not apply.
    """

    points: Decimal | None
    figures: dict[str, str]
    derivation: str


def is_filled_in(criterion: Criterion) -> bool:
    """Whether handing in sets the points of the leaf: its rule asks for nothing but the lateness of the dossier."""
    return bool(_asked(criterion))


def of_lateness(criterion: Criterion, closes_at: datetime, at: datetime) -> Late | None:
    """The points of the leaf for a dossier handed in at ``at``; None for any other leaf."""
    values = late_figures(closes_at, at)
    figures = {name: values[known] for name, known in _asked(criterion).items()}
    if not figures:
        return None
    try:
        found = evaluate(parse(criterion.rule), figures, maximum=criterion.max_points, minimum=criterion.min_points)
    except CannotScore:
        return None
    points = None if found.points is None else exact(found.points).quantize(PLACES, ROUND_HALF_UP)
    return Late(points, {name: str(value) for name, value in figures.items()}, found.derivation)


def _asked(criterion: Criterion) -> Mapping[str, str]:
    """The figures of the rule with the names under which lateness is known; empty unless they are all of that kind."""
    # Few rules speak of it: the others are not even read.
    if not criterion.is_scorable or LATE_WORD not in fold(criterion.rule):
        return {}
    try:
        names = [each.name for each in needed(parse(criterion.rule))]
    except BadRule:
        return {}
    known = {fold(name): name for name in late_figures(EPOCH, EPOCH)}
    return {name: known[fold(name)] for name in names} if all(fold(name) in known for name in names) else {}


EPOCH = datetime.fromtimestamp(0, VIETNAM)
"""Any instant: only the names are asked for."""
