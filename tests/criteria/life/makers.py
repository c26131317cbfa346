"""A cycle with sets in every state, each of them one that the checker passes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from criteria.models import CriteriaSet, Cycle, LegalDocument
from criteria.services import drafting, life
from criteria.tree.nodes import Outline
from tests.criteria.tree.outlines import good
from tests.factories import rows
from units.models import Unit, User

DECISION: dict[str, Any] = {"number": "2125/QĐ-UBND", "issued_on": date(2022, 10, 17), "signer": "Nguyễn Văn A"}


@dataclass
class Office:
    """A province whose standing body drafts sets for departments."""

    province: Unit
    cycle: Cycle
    staff: User

    def draft(self, outline: Outline | None = None, **fields: Any) -> CriteriaSet:
        given = {"cycle": self.cycle, "kind": "department", "by": self.staff, **fields}
        return drafting.create(outline=outline or good(), **given)

    def checked(self, **fields: Any) -> CriteriaSet:
        made = self.draft(**fields)
        assert life.check(criteria_set=made, by=self.staff) == ()
        return again(made)

    def issued(self, **fields: Any) -> CriteriaSet:
        return life.issue(criteria_set=self.checked(**fields), by=self.staff, **DECISION)

    def version(self, of: CriteriaSet) -> CriteriaSet:
        """The next version of a set, checked."""
        made = life.new_version(criteria_set=of, by=self.staff)
        assert life.check(criteria_set=made, by=self.staff) == ()
        return again(made)


def office() -> Office:
    province = rows.unit("UBND tỉnh Thử", "province", code="P")
    year = rows.cycle(province)
    rows.tier(year, province)
    return Office(province, year, rows.member("staff", province, "staff"))


def again(criteria_set: CriteriaSet) -> CriteriaSet:
    return CriteriaSet.objects.get(pk=criteria_set.pk)


def document(number: str, **fields: Any) -> LegalDocument:
    return LegalDocument.objects.create(number=number, **fields)
