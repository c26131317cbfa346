"""A province that is assessed itself, and gives its dossier out to its departments."""

from dataclasses import dataclass
from decimal import Decimal

from assessments.models import Assessment, Delegation
from assessments.selectors.delegation_board import board_of
from assessments.services import delegation
from assessments.services.delegation import Entry
from criteria.models import CriteriaSet, Cycle, Tier
from tests.factories import rows
from units.models import Division, Unit, User

FACETS = "a) Quản lý ngân sách: 1,5\nb) Quản lý đầu tư: 1\nc) Quản lý đất đai: 0,5"


@dataclass
class Province:
    """The standing body's ``staff`` gives out; ``officers`` work in the departments, ``own`` in the province itself."""

    above: Unit
    unit: Unit
    departments: list[Unit]
    cycle: Cycle
    tier: Tier
    criteria_set: CriteriaSet
    assessment: Assessment
    staff: User
    own: User
    head: User
    officers: list[User]

    def leaf(self, code: str) -> int:
        return self.criteria_set.criteria.get(code=code).pk

    def give(self, text: str, to: Unit | Division | User, **more: object) -> Delegation:
        """One row, not yet issued."""
        name = {Unit: "unit", Division: "division", User: "person"}[type(to)]
        entry = Entry(text=text, **{name: to}, **more)  # type: ignore[arg-type]
        return delegation.add(assessment=self.assessment, entries=[entry], by=self.staff)[0]

    def issue(self) -> None:
        """Justify whatever is open, and issue."""
        for matter in board_of(self.assessment).open:
            finding = matter.finding
            delegation.justify(
                assessment=self.assessment,
                code=finding.code,
                kind=finding.kind,
                claims=finding.claims,
                reason="Theo kế hoạch",
                by=self.staff,
            )
        delegation.issue(assessment=self.assessment, by=self.staff)


def province() -> Province:
    """Three departments with an officer each; a set of two areas to score (one leaf in parts) and one of a survey."""
    above = rows.unit("Bộ Nội vụ", "central_agency", code="BNV")
    unit = rows.unit("UBND tỉnh Thử", "province", above, code="P")
    departments = [rows.unit(name, parent=unit, code=code) for name, code in NAMES]
    cycle = rows.cycle(unit)
    rows.phase(cycle, "self_scoring", "province")
    tier = rows.tier(cycle, above, "province", "trung-uong")
    criteria = _set(cycle)
    rows.issue(criteria)
    return Province(
        above,
        unit,
        departments,
        cycle,
        tier,
        criteria,
        rows.assessment(tier, unit, criteria),
        staff=rows.member("staff", unit, "staff"),
        own=rows.member("officer", unit, "own"),
        head=rows.member("head", unit, "head"),
        officers=[rows.member("officer", each, f"officer-{each.code.lower()}") for each in departments],
    )


NAMES = (("Sở Tài chính", "STC"), ("Sở Kế hoạch và Đầu tư", "SKHDT"), ("Sở Tài nguyên và Môi trường", "STNMT"))


def _set(cycle: Cycle) -> CriteriaSet:
    made = CriteriaSet.objects.create(
        cycle=cycle, kind="province", title="Bộ tiêu chí cấp tỉnh", scale=Decimal(12), survey_points=2
    )
    one = rows.criterion(made, "1", "5", leaf=False, name="Công tác chỉ đạo, điều hành")
    rows.criterion(made, "1.1", "2", parent=one)
    rows.criterion(made, "1.2", "3", parent=one)
    two = rows.criterion(made, "2", "5", leaf=False, name="Cải cách tổ chức bộ máy")
    inner = rows.criterion(made, "2.1", "2", parent=two, leaf=False)
    rows.criterion(made, "2.1.1", "2", parent=inner)
    rows.criterion(made, "2.2", "3", parent=two, facets=FACETS)
    three = rows.criterion(made, "3", "2", leaf=False, method="survey")
    rows.criterion(made, "3.1", "2", parent=three, method="survey")
    return made
