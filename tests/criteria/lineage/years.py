"""Two seasons, one after the other, with a set of the same kind in each."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from criteria.models import CriteriaSet, Criterion, Cycle, Lineage
from criteria.services import lineage
from tests.factories import rows
from units.models import User


@dataclass
class Years:
    """``old`` is issued, ``new`` a draft of the cycle after. ``staff`` drafts the sets of both."""

    old: CriteriaSet
    new: CriteriaSet
    staff: User

    def leaf(self, code: str) -> Criterion:
        return self.new.criteria.get(code=code)

    def before(self, code: str) -> Criterion:
        return self.old.criteria.get(code=code)

    def told(self) -> list[tuple[str, str, str, bool]]:
        """Kind, old code, new code and whether it is confirmed, of every row."""
        found = self.new.lineage.select_related("criterion", "previous")
        rows = [
            (
                each.kind,
                each.previous.code if each.previous else "",
                each.criterion.code if each.criterion else "",
                each.is_confirmed,
            )
            for each in found
        ]
        return sorted(rows, key=lambda row: (row[2] or "~", row[1]))

    def row(self, code: str) -> Lineage:
        return self.new.lineage.filter(criterion__code=code).get()

    def confirm_all(self) -> None:
        lineage.confirm(criteria_set=self.new, rows=[row.pk for row in self.new.lineage.all()], by=self.staff)


def leaf(of: CriteriaSet, code: str, name: str, maximum: str = "2") -> Criterion:
    parent = of.criteria.get(code=code.rpartition(".")[0])
    return rows.criterion(of, code, maximum, parent=parent, name=name)


def years() -> Years:
    """1.1 is the same, 1.2 was split into 1.2 and 1.3, 2.1 is dropped and 2.2 new."""
    season = rows.season(issued=False)
    old = season.criteria_set
    Criterion.objects.filter(criteria_set=old, code="1.1").update(name="Kế hoạch cải cách hành chính")
    Criterion.objects.filter(criteria_set=old, code="1.2").update(
        name="Ban hành báo cáo định kỳ và tổ chức tuyên truyền trên trang tin"
    )
    Criterion.objects.filter(criteria_set=old, code="2.1").update(name="Một cửa liên thông")
    rows.issue(old)
    cycle = Cycle.objects.create(
        code="nam-sau",
        name="Kỳ sau",
        year=season.cycle.year + 1,
        authority=season.province,
        period_start=season.cycle.period_end,
        period_end=season.cycle.period_end + timedelta(days=365),
        previous=season.cycle,
        issued_at=season.cycle.issued_at,
    )
    new = CriteriaSet.objects.create(cycle=cycle, kind="department", title="Bộ mới", scale=10, survey_points=0)
    rows.criterion(new, "1", "6", leaf=False)
    leaf(new, "1.1", "Kế hoạch cải cách hành chính")
    Criterion.objects.filter(criteria_set=new, code="1.1").update(rule=old.criteria.get(code="1.1").rule)
    leaf(new, "1.2", "Ban hành báo cáo định kỳ", "1")
    leaf(new, "1.3", "Tổ chức tuyên truyền trên trang tin", "3")
    rows.criterion(new, "2", "4", leaf=False)
    leaf(new, "2.2", "Chuyển đổi số", "4")
    return Years(old, new, season.staff)


ONE, HALF = Decimal(1), Decimal("0.5")
