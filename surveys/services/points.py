"""Survey points come in: all rows of a confirmed workbook, once, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from criteria import selectors as criteria
from criteria.models import Cycle, Method, PhaseKind, Tier
from criteria.phases import PhaseClosed, Stand
from surveys import selectors
from surveys.models import SurveyImport, SurveyPoint
from surveys.selectors import Change
from units import audit
from units.models import User
from units.selectors import database_now


class NothingToImport(Exception):
    """No row of the workbook can be taken."""


class Unconfirmed(Exception):
    """The import would replace other points than those that were confirmed; ``changes`` are those it would."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__(f"{len(changes)} replacements")
        self.changes = changes


@transaction.atomic
def apply_import(
    *,
    tier: Tier,
    rows: Sequence[SurveyPoint],
    file_name: str,
    sha256: str,
    refused: int,
    by: User,
    confirmed: str = "",
) -> SurveyImport:
    """Store the rows of one workbook and what became of it.

    ``confirmed`` is the ``selectors.fingerprint`` of the replacements that the person was shown. The same workbook
    confirmed twice is stored once. Points may come in after the survey phase of the kind of unit has opened (also after
    it is over: institutes deliver late) until the approval phase closes; a cycle without such a phase sets no limit.
    Raises ``NothingToImport``, ``Unconfirmed``, ``PhaseClosed``, and ``ValueError`` for a row that is not of the tier.
    """
    locked = Tier.objects.select_for_update(of=("self",)).select_related("cycle", "authority").get(pk=tier.pk)
    if not rows:
        raise NothingToImport
    _assert_sound(locked, rows)
    _assert_time(locked.cycle, {row.unit.kind for row in rows}, database_now())
    changes = selectors.changes(locked.cycle_id, rows)
    repeated = selectors.imports(locked).filter(sha256=sha256).first()
    if repeated and all(change.is_same for change in changes):
        return repeated
    if selectors.fingerprint(changes) != confirmed:
        raise Unconfirmed([change for change in changes if change.is_replacement])
    taken = _store(locked, changes, by, file_name=file_name, sha256=sha256, refused=refused)
    _record(taken, locked, changes, by)
    return taken


def _store(
    tier: Tier, changes: Sequence[Change], by: User, *, file_name: str, sha256: str, refused: int
) -> SurveyImport:
    taken = SurveyImport.objects.create(
        tier=tier,
        file_name=file_name[-200:],
        sha256=sha256,
        rows=len(changes) + refused,
        accepted=len(changes),
        refused=refused,
        by=by,
        at=database_now(),
    )
    different = [change.given for change in changes if not change.is_same]
    for point in different:
        point.cycle, point.source = tier.cycle, taken
    SurveyPoint.objects.bulk_create(
        different,
        update_conflicts=True,
        unique_fields=["cycle", "unit", "criterion"],
        update_fields=["points", "respondents", "source"],
    )
    return taken


def _assert_sound(tier: Tier, rows: Sequence[SurveyPoint]) -> None:
    """Whoever calls: each row once, of a unit of the tier, for a survey leaf of its set, within the maximum."""
    units = {unit.pk for unit in selectors.units_of(tier)}
    seen: set[tuple[int, int]] = set()
    for row in rows:
        leaf, place = row.criterion, (row.unit_id, row.criterion_id)
        is_leaf = leaf.is_leaf and leaf.method == Method.SURVEY
        is_own = (leaf.criteria_set.cycle_id, leaf.criteria_set.kind) == (tier.cycle_id, row.unit.kind)
        is_within = 0 <= row.points <= leaf.max_points
        if row.unit_id not in units or place in seen or not (is_leaf and is_own and is_within):
            raise ValueError(f"{row.unit.code} {leaf.code}: {row.points}")
        seen.add(place)


def _assert_time(cycle: Cycle, kinds: set[str], now: datetime) -> None:
    for kind in sorted(kinds):
        survey = criteria.window(cycle, PhaseKind.SURVEY, kind)
        approval = criteria.window(cycle, PhaseKind.APPROVAL, kind)
        if survey and survey.stand(now) is Stand.BEFORE:
            raise PhaseClosed(Stand.BEFORE, survey.opens_at)
        if approval and approval.stand(now) is Stand.OVER:
            raise PhaseClosed(Stand.OVER, approval.closes_at)


def _record(taken: SurveyImport, tier: Tier, changes: Sequence[Change], by: User) -> None:
    audit.record(
        by,
        "survey.imported",
        taken,
        unit=tier.authority,
        cycle=tier.cycle.code,
        tier=tier.code,
        sha256=taken.sha256,
        rows=taken.rows,
        accepted=taken.accepted,
        replaced=[_replacement(change) for change in changes if change.is_replacement],
    )


def _replacement(change: Change) -> dict[str, object]:
    before, given = change.before, change.given
    assert before is not None
    return {
        "unit": given.unit.code,
        "criterion": given.criterion.code,
        "before": before.points,
        "after": given.points,
        "respondents": [before.respondents, given.respondents],
    }
