"""A season whose criteria set passes the checker, and amendments of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assessments.models import Assessment, Score
from councils.models import Appraisal, Assignment, Council, CouncilState
from criteria.models import CriteriaSet, Exemption
from criteria.scoring import examples, notation
from criteria.selectors import outline
from criteria.services import drafting, life
from criteria.tree.nodes import Node
from results.models import Amendment
from results.selectors.amending import Plan, plan
from results.services import amendments
from surveys.models import SurveyPoint
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house

SIGNED: dict[str, Any] = {
    "number": "12/QĐ-UBND",
    "issued_on": date(2022, 11, 1),
    "signer": "Người ký",
    "reason": "Quy định mới",
}
YES = "Có: {0}\nKhông: 0"


def season() -> Season:
    """SXD and SYT have submitted and were appraised on some leaves (``tests.results.house``).

    The set is complete enough for the checker, which runs for real.
    """
    made = house.ready(issued=False)
    known = outline(made.criteria_set)
    drafting.rewrite(
        criteria_set=made.criteria_set, outline=replace(known, nodes=tuple(sound(each) for each in known.nodes))
    )
    made.criteria_set = rows.issue(CriteriaSet.objects.get(pk=made.criteria_set.pk))
    return made


def sound(node: Node) -> Node:
    """A leaf with evidence, a rule of its own bounds and the worked examples of that rule."""
    if node.code not in {"1.1", "1.2", "1.3", "2.1"}:
        return node
    rule = node.rule or "Khảo sát: A = 100%, B = 0%\nKhi không có phiếu: không áp dụng"
    most = node.maximum or Decimal(0)
    shown = examples.propose(notation.parse(rule), maximum=most, minimum=node.minimum)
    asked = "" if node.method == "survey" else "Báo cáo năm"
    entered = "import" if node.method == "survey" else "unit"
    return replace(node, rule=rule, examples=shown, evidence=asked, entered_by=entered)


def version(season: Season, **changes: dict[str, Any]) -> CriteriaSet:
    """The next version, checked, with fields of some nodes (``n1_1``) changed."""
    made = life.new_version(criteria_set=season.criteria_set, by=season.staff)
    wanted = {code.strip("n").replace("_", "."): fields for code, fields in changes.items()}
    nodes = [replace(each, **wanted.get(each.code, {})) for each in outline(made).nodes]
    nodes = [sound(each) if "rule" in wanted.get(each.code, {}) else each for each in nodes]
    drafting.rewrite(criteria_set=made, outline=replace(outline(made), nodes=tuple(nodes)))
    return checked(made)


def checked(made: CriteriaSet) -> CriteriaSet:
    errors = [each for each in life.check(criteria_set=made, by=None) if each.is_error]
    assert errors == []
    return CriteriaSet.objects.get(pk=made.pk)


def planned(new: CriteriaSet) -> Plan:
    made = plan(CriteriaSet.objects.select_related("replaces__cycle", "cycle").get(pk=new.pk))
    assert made is not None
    return made


def applied(new: CriteriaSet, season: Season) -> Amendment:
    return amendments.apply(new=planned(new).new, seen=amendments.fingerprint(planned(new)), by=season.staff, **SIGNED)


def answers(season: Season) -> set[tuple[str, str, Decimal | None, bool]]:
    """Every stored answer by unit and code of its leaf, whichever version it hangs on."""
    found = Score.objects.select_related("assessment__unit", "criterion")
    return {(each.assessment.unit.code, each.criterion.code, each.points, each.not_applicable) for each in found}


def close(season: Season) -> None:
    Council.objects.update(state=CouncilState.CLOSED, closed_at=timezone.now(), closed_by=season.chair.user)


def everything() -> dict[str, Any]:
    """All rows that an amendment touches, as they stand."""
    return {
        "scores": list(Score.objects.order_by("pk").values()),
        "appraisals": list(Appraisal.objects.order_by("pk").values()),
        "survey": list(SurveyPoint.objects.order_by("pk").values()),
        "seats": list(Assignment.objects.order_by("pk").values()),
        "exemptions": list(Exemption.objects.order_by("pk").values()),
        "dossiers": list(Assessment.objects.order_by("pk").values()),
    }
