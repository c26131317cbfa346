"""The head of a set, and new drafts: blank or a copy."""

import pytest
from django.test import Client
from django.urls import reverse

from criteria.models import CriteriaSet, SetState
from criteria.selectors import outline
from tests.criteria.editing.test_pages import season, staff, url
from tests.factories import rows
from units.models import UnitKind

pytestmark = pytest.mark.django_db
__all__ = ["season", "staff"]


def test_the_head_is_edited(staff: Client, season: rows.Season) -> None:
    assert staff.get(url(season, "edit_head")).status_code == 200
    sent = {"seen": "0", "title": "Bộ mới", "scale": "60", "initial-scale": "10", "survey_points": "4"}

    assert staff.post(url(season, "edit_head"), sent)["Location"] == url(season, "set_edit")
    made = CriteriaSet.objects.get(pk=season.criteria_set.pk)
    assert (made.title, str(made.scale), str(made.survey_points)) == ("Bộ mới", "60.0000", "4.0000")
    refused = staff.post(url(season, "edit_head"), {"seen": "1", "title": "Bộ mới", "scale": "0"})
    assert (refused.status_code, "Thang điểm phải lớn hơn 0" in refused.content.decode()) == (422, True)


def test_a_new_draft_is_blank(staff: Client, season: rows.Season) -> None:
    page = reverse("criteria:set_new", args=[season.cycle.code])
    sent = {"kind": "commune", "source": "blank", "title": "Bộ mới", "scale": "100", "survey_points": "30,5"}

    answer = staff.post(page, sent)

    made = CriteriaSet.objects.get(title="Bộ mới")
    assert answer["Location"] == reverse("criteria:set_edit", args=[made.pk])
    assert (made.state, made.kind, str(made.survey_points)) == (SetState.DRAFT, "commune", "30.5000")
    assert staff.get(answer["Location"]).status_code == 200
    for wrong in ({"title": " "}, {"scale": ""}, {"survey_points": "101"}, {"source": "last"}):
        assert staff.post(page, sent | wrong).status_code == 422


def test_a_new_draft_is_a_copy_of_last_years(staff: Client, season: rows.Season) -> None:
    rows.issue(season.criteria_set)
    later = rows.cycle(season.province, previous=season.cycle)
    page = reverse("criteria:set_new", args=[later.code])
    assert f"Bản sao bộ tiêu chí đang áp dụng của {season.cycle.name}" in staff.get(page).content.decode()

    staff.post(page, {"kind": "department", "source": "last"})
    refused = staff.post(page, {"kind": "commune", "source": "last"})

    made = later.sets.get()
    assert outline(made) == outline(season.criteria_set)
    assert "Kỳ trước không có bộ tiêu chí" in refused.content.decode()


def test_the_likeliest_kind_comes_first(staff: Client, season: rows.Season) -> None:
    """A kind of the plan with a set to copy; each says whether there is one; a first cycle has nothing to say."""
    rows.issue(season.criteria_set)
    later = rows.cycle(season.province, previous=season.cycle)
    for kind in ("commune", "department"):
        rows.phase(later, "appraisal", kind)

    def kinds(code: str) -> list[tuple[str, str]]:
        form = staff.get(reverse("criteria:set_new", args=[code])).context["form"]
        assert form["kind"].initial == form.fields["kind"].choices[0][0]
        return list(form.fields["kind"].choices)

    found = kinds(later.code)
    assert found[0] == ("department", f"{UnitKind.DEPARTMENT.label} – sao chép được bộ của kỳ trước")
    assert found[1] == ("commune", f"{UnitKind.COMMUNE.label} – kỳ trước không có bộ")
    assert len(found) == len(UnitKind)
    assert kinds(season.cycle.code)[0] == ("department", str(UnitKind.DEPARTMENT.label))
