"""Checks of self-scores, dossiers, evidence, appraisals and survey points. Plain Python."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from results.bundle.lookup import Lookup
from results.bundle.people import unknown_criterion
from results.bundle.rows import (
    AppraisalRow,
    CriterionRow,
    DossierRow,
    Place,
    Problem,
    ScoreRow,
    SurveyRow,
    UnitRow,
    gettext_noop,
)
from results.bundle.trees import plain

HANDED_IN = frozenset({"submitted", "appraised"})
SURVEY = "survey"


class _Leaf:
    """The unit and the leaf that a row speaks of, with the problems of naming them."""

    def __init__(self, look: Lookup, row: ScoreRow | AppraisalRow | SurveyRow, seen: set[tuple[str, str]]) -> None:
        self.problems: list[Problem] = []
        self.unit: UnitRow | None = look.assessed.get(row.unit_code)
        self.leaf: CriterionRow | None = None
        if self.unit is None:
            self.problems.append(not_assessed(row.place, row.unit_code))
        else:
            self._find(look, self.unit.kind, row)
        if (row.unit_code, row.criterion_code) in seen:
            text = gettext_noop("“%(unit)s” has “%(code)s” twice.")
            values = {"unit": row.unit_code, "code": row.criterion_code}
            self.problems.append(Problem(*row.place.at("criterion_code"), text, values))
        seen.add((row.unit_code, row.criterion_code))

    def _find(self, look: Lookup, kind: str, row: ScoreRow | AppraisalRow | SurveyRow) -> None:
        key = (kind, row.criterion_code)
        if key not in look.criteria:
            self.problems.append(unknown_criterion(row.place.at("criterion_code"), *key))
        elif key in look.inner:
            text = gettext_noop("“%(code)s” has criteria below it; only they carry points.")
            self.problems.append(Problem(*row.place.at("criterion_code"), text, {"code": row.criterion_code}))
        else:
            self.leaf = look.criteria[key]

    def within(self, place: Place, points: Decimal | None) -> Iterator[Problem]:
        if self.leaf and points is not None and points > self.leaf.max_points:
            text = gettext_noop("%(points)s points are more than the maximum of “%(code)s”, %(maximum)s.")
            values = {"points": plain(points), "code": self.leaf.code, "maximum": plain(self.leaf.max_points)}
            yield Problem(*place.at("points"), text, values)


def check_scores(look: Lookup) -> Iterator[Problem]:
    """Self-scores: of leaves that a unit may score for itself, within their maxima."""
    seen: set[tuple[str, str]] = set()
    for row in look.bundle.scores:
        found = _Leaf(look, row, seen)
        yield from found.problems
        yield from found.within(row.place, row.points)
        if found.leaf and found.leaf.method != "appraisal":
            text = gettext_noop("Nobody scores “%(code)s” for himself: its method is “%(method)s”.")
            values = {"code": row.criterion_code, "method": found.leaf.method}
            yield Problem(*row.place.at("criterion_code"), text, values)
        if row.not_applicable and row.points is not None:
            yield Problem(*row.place.at("points"), gettext_noop("A criterion that is not applicable has no points."))


def check_dossiers(look: Lookup) -> Iterator[Problem]:
    """Dossiers: each unit once; handed in with an instant and a person, or not at all."""
    seen, people = set(), {row.username for row in look.bundle.accounts}
    for row in look.bundle.dossiers:
        if row.unit_code not in look.assessed:
            yield not_assessed(row.place, row.unit_code)
        if row.unit_code in seen:
            yield Problem(
                *row.place.at("unit_code"), gettext_noop("“%(value)s” stands twice."), {"value": row.unit_code}
            )
        seen.add(row.unit_code)
        yield from _submission(row, people)


def _submission(row: DossierRow, people: set[str]) -> Iterator[Problem]:
    if row.state in HANDED_IN and not (row.submitted_at and row.submitted_by):
        text = gettext_noop("A dossier that was handed in states both when and by whom.")
        yield Problem(*row.place.at("submitted_at"), text)
    elif bool(row.submitted_at) != bool(row.submitted_by):
        text = gettext_noop("When and by whom a dossier was handed in are stated together.")
        yield Problem(*row.place.at("submitted_at"), text)
    if row.submitted_by and row.submitted_by not in people:
        text = gettext_noop("There is no account “%(username)s”.")
        yield Problem(*row.place.at("submitted_by"), text, {"username": row.submitted_by})


def check_evidence(look: Lookup) -> Iterator[Problem]:
    """Evidence: each file once a score."""
    scored = {(row.unit_code, row.criterion_code) for row in look.bundle.scores}
    seen = set()
    for row in look.bundle.evidence:
        if (row.unit_code, row.criterion_code) not in scored:
            text = gettext_noop("“%(unit)s” has no self-score of “%(code)s” that the file could prove.")
            values = {"unit": row.unit_code, "code": row.criterion_code}
            yield Problem(*row.place.at("criterion_code"), text, values)
        key = (row.unit_code, row.criterion_code, row.sha256 or row.file)
        if key in seen:
            text = gettext_noop("The same document stands twice on “%(code)s”.")
            yield Problem(*row.place.at("file"), text, {"code": row.criterion_code})
        seen.add(key)


def check_appraisals(look: Lookup) -> Iterator[Problem]:
    """Appraisals: by a seat that may decide on the leaf, never of the own unit, a change with its reason."""
    states = {row.unit_code: row.state for row in look.bundle.dossiers}
    scores = {(row.unit_code, row.criterion_code): row for row in look.bundle.scores}
    seen: set[tuple[str, str]] = set()
    for row in look.bundle.appraisals:
        found = _Leaf(look, row, seen)
        yield from found.problems
        yield from found.within(row.place, row.points)
        yield from _decision(row, scores.get((row.unit_code, row.criterion_code)))
        if found.unit and states.get(row.unit_code) not in HANDED_IN:
            text = gettext_noop("The dossier of “%(unit)s” was not handed in.")
            yield Problem(*row.place.at("unit_code"), text, {"unit": row.unit_code})
        if found.unit and found.leaf:
            yield from _decider(look, row, found.unit, found.leaf)


def _decision(row: AppraisalRow, score: ScoreRow | None) -> Iterator[Problem]:
    if row.not_applicable == (row.points is not None):
        text = gettext_noop("An appraisal states either points or that the criterion is not applicable.")
        yield Problem(*row.place.at("points"), text)
    own = (score.points, score.not_applicable) if score else (None, False)
    if own != (row.points, row.not_applicable) and not row.reason:
        text = gettext_noop("An appraisal that differs from the self-score needs a reason.")
        yield Problem(*row.place.at("reason"), text)


def _decider(look: Lookup, row: AppraisalRow, unit: UnitRow, leaf: CriterionRow) -> Iterator[Problem]:
    seat = look.seats.get((look.tier_of(unit), row.username))
    at = row.place.at("username")
    if leaf.method == SURVEY:
        text = gettext_noop("“%(code)s” is scored by the survey, not by the council.")
        yield Problem(*row.place.at("criterion_code"), text, {"code": leaf.code})
    elif seat is None:
        text = gettext_noop("“%(username)s” has no seat in the council of “%(code)s”.")
        yield Problem(*at, text, {"username": row.username, "code": look.tier_of(unit)})
    elif look.is_own(seat, unit.code):
        text = gettext_noop("“%(username)s” may not appraise the own unit “%(unit)s”.")
        yield Problem(*at, text, {"username": row.username, "unit": unit.code})
    elif seat not in look.deciders(unit, leaf):
        text = gettext_noop("“%(code)s” of “%(unit)s” is not assigned to “%(username)s”.")
        yield Problem(*at, text, {"code": leaf.code, "unit": unit.code, "username": row.username})


def check_appraised_dossiers(look: Lookup) -> Iterator[Problem]:
    """A dossier is appraised when each of its leaves is, but for those of the survey."""
    decided = {(row.unit_code, row.criterion_code) for row in look.bundle.appraisals}
    for row in look.bundle.dossiers:
        unit = look.assessed.get(row.unit_code)
        if row.state != "appraised" or unit is None:
            continue
        open_leaves = [each.code for each in _to_decide(look, unit) if (unit.code, each.code) not in decided]
        if open_leaves:
            text = gettext_noop("The dossier is not appraised as a whole; open: %(codes)s.")
            yield Problem(*row.place.at("state"), text, {"codes": ", ".join(open_leaves)})


def _to_decide(look: Lookup, unit: UnitRow) -> Iterable[CriterionRow]:
    return [leaf for leaf in look.leaves.get(unit.kind, ()) if leaf.method != SURVEY]


def check_survey(look: Lookup) -> Iterator[Problem]:
    """Survey points: of survey leaves, within their maxima."""
    seen: set[tuple[str, str]] = set()
    for row in look.bundle.survey:
        found = _Leaf(look, row, seen)
        yield from found.problems
        yield from found.within(row.place, row.points)
        if found.leaf and found.leaf.method != SURVEY:
            text = gettext_noop("“%(code)s” is not a criterion of the survey.")
            yield Problem(*row.place.at("criterion_code"), text, {"code": row.criterion_code})


def not_assessed(place: Place, code: str) -> Problem:
    text = gettext_noop("“%(code)s” is not a unit that the cycle assesses.")
    return Problem(*place.at("unit_code"), text, {"code": code})
