"""The pages of extensions and of a new cycle: asked for, decided, carried, affirmed, issued."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from criteria import policies
from criteria.models import Carried, Cycle, Extension
from criteria.phases import VIETNAM
from criteria.services import carrying, days_off, extensions
from tests.criteria.seasons import drafted, later, self_scoring
from tests.criteria.visits import asked, page, signed_in
from tests.factories import rows

pytestmark = pytest.mark.django_db


# ---- extensions


def post_extension(season: rows.Season, **given: Any) -> Any:
    phase = self_scoring(season)
    form = {"phase": phase.pk, "day": f"{later(phase):%Y-%m-%d}", "reason": "Mất điện", "document": "15/UBND", **given}
    return signed_in(season.staff).post(reverse("criteria:extension_ask", args=[season.cycle.code]), form)


def test_an_extension_is_asked_for_with_an_hour_or_a_whole_day() -> None:
    season = rows.season()

    assert post_extension(season).status_code == 302
    assert post_extension(season, hour="17:00", unit=season.units[0].pk).status_code == 302

    ends = [each.closes_at.astimezone(VIETNAM) for each in Extension.objects.order_by("pk")]
    assert [(end.hour, end.minute) for end in ends] == [(0, 0), (17, 0)]
    assert ends[0].date() - ends[1].date() == timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"document": ""}, "document"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": ""}, "day"),
        ({"phase": "0"}, "phase"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_what_is_wrong_with_a_request_is_named_at_its_field(given: dict[str, str], field: str) -> None:
    response = post_extension(rows.season(), **given)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Extension.objects.count() == 0


def test_a_unit_of_another_kind_is_refused_by_the_form() -> None:
    season = rows.season()
    rows.tier(season.cycle, season.units[0], "commune", "xa")
    commune = rows.unit("Xã A", "commune", parent=season.units[0])

    response = post_extension(season, unit=commune.pk)

    assert list(response.context["form"].errors) == ["unit"]


@pytest.mark.parametrize(
    "refusal", [extensions.NotIssued, extensions.NotLater, extensions.Backdated, extensions.NotAssessed]
)
def test_what_the_service_refuses_is_told_and_nothing_typed_is_lost(
    refusal: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    season = rows.season()

    def refuse(**_given: object) -> None:
        raise refusal

    monkeypatch.setattr(extensions, "ask", refuse)
    response = post_extension(season)

    assert response.status_code == 422
    assert response.context["form"]["reason"].value() == "Mất điện"
    assert response.context["form"].non_field_errors()


def test_the_form_begins_with_the_phase_that_was_chosen() -> None:
    season = rows.season()
    phase = self_scoring(season)

    assert f'<option value="{phase.pk}" selected>' in page(
        season.staff, "criteria:extension_ask", season.cycle.code, phase=phase.pk
    )
    assert "selected" in page(season.staff, "criteria:extension_ask", season.cycle.code, phase="x")


@pytest.mark.parametrize(("act", "state"), [("approve", "approved"), ("refuse", "refused"), ("", "approved")])
def test_a_second_person_decides_on_the_page(act: str, state: str) -> None:
    season = rows.season()
    waiting = asked(season)
    client, url = signed_in(season.chairman), reverse("criteria:extension", args=[waiting.pk])
    assert 'value="approve"' in client.get(url).content.decode()

    client.post(url, {"act": act, "note": "Không có căn cứ"})

    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == (state, season.chairman)
    again = client.post(url, {"act": "refuse" if state == "approved" else "approve", "note": "Đổi ý"}, follow=True)
    assert "notice-error" in again.content.decode()


def test_a_refusal_without_a_reason_stays_on_the_page() -> None:
    season = rows.season()
    waiting = asked(season)

    response = signed_in(season.chairman).post(reverse("criteria:extension", args=[waiting.pk]), {"act": "refuse"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["note"])


def test_who_asked_takes_it_back_on_the_page() -> None:
    season = rows.season()
    waiting = asked(season)
    client, url = signed_in(season.staff), reverse("criteria:extension", args=[waiting.pk])
    assert 'value="withdraw"' in client.get(url).content.decode()
    client.post(url, {"act": "withdraw"})

    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


def test_an_approval_that_came_too_late_is_told() -> None:
    season = rows.season()
    short = asked(season, 1)
    extensions.approve(extension=asked(season, 5), by=season.chairman)

    response = signed_in(season.chairman).post(reverse("criteria:extension", args=[short.pk]), follow=True)

    assert "notice-error" in response.content.decode()


def test_the_other_person_finds_the_request_on_the_home_page() -> None:
    season = rows.season()
    waiting = asked(season, unit=season.units[0])
    now = waiting.asked_at

    assert [due.url for due in policies.due_for(season.chairman, now)] == [f"/extensions/{waiting.pk}/"]
    assert policies.due_for(season.staff, now) == policies.due_for(season.head, now) == []


# ---- a new cycle and its plan


def test_a_new_cycle_is_drawn_up_affirmed_and_issued_on_the_pages() -> None:
    season = rows.season()
    client = signed_in(season.staff)
    url = reverse("criteria:cycle_new", args=[season.cycle.code])
    form = {"name": "Kỳ sau", "code": "nam-sau", "year": 2023, "period_start": "2023-01-01", "period_end": "2023-12-31"}
    assert client.get(url).context["form"]["year"].value() == 2023
    assert client.post(url, form).status_code == 302
    made = Cycle.objects.get(code="nam-sau")
    carried, plan = (reverse(name, args=["nam-sau"]) for name in ("criteria:carried", "assessments:plan"))
    assert carried in [due.url for due in policies.due_for(season.staff, self_scoring(season).opens_at)]
    assert client.get(carried).context["open_items"] == 7

    first = Carried.objects.filter(cycle=made, is_left_out=False).first()
    assert first is not None
    client.post(carried, {"item": first.pk})
    for kind in ("settings", "tier", "phase", "set"):
        client.post(carried, {"kind": kind})
    assert client.post(carried, {"item": "0"}, follow=True).content.decode().count("notice-error")
    assert client.get(carried).context["open_items"] == 0
    number = {"number": "1/KH-UBND", "issued_on": "2023-09-01"}
    assert client.post(plan, number).status_code == 422
    rows.issue(made.sets.get())
    days_off.seed(years=(2024,), by=None)
    assert client.post(plan, number).status_code == 302
    made.refresh_from_db()
    assert made.plan_number == "1/KH-UBND"
    rows.unit("Sở mới", parent=season.province)
    assert client.get(plan).context["units"] == 1
    assert client.post(plan).status_code == 302
    assert client.get(plan).context["units"] == 0


@pytest.mark.parametrize(
    ("given", "field"), [({"period_end": "2022-01-01"}, "period_end"), ({"code": "c"}, "code"), ({"year": "x"}, "year")]
)
def test_what_is_wrong_with_a_new_cycle_is_named_at_its_field(given: dict[str, str], field: str) -> None:
    season = rows.season()
    rows.cycle(season.province, code="c")
    form = {
        "name": "Kỳ",
        "code": "moi",
        "year": 2023,
        "period_start": "2023-01-01",
        "period_end": "2023-12-31",
        **given,
    }

    response = signed_in(season.staff).post(reverse("criteria:cycle_new", args=[season.cycle.code]), form)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_a_code_taken_in_between_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    season = rows.season()

    def refuse(**_given: object) -> None:
        raise carrying.CodeTaken

    monkeypatch.setattr(carrying, "new_cycle", refuse)
    form = {"name": "Kỳ", "code": "moi", "year": 2023, "period_start": "2023-01-01", "period_end": "2023-12-31"}

    response = signed_in(season.staff).post(reverse("criteria:cycle_new", args=[season.cycle.code]), form)

    assert list(response.context["form"].errors) == ["code"]


def test_a_name_without_its_year_gets_the_next_one() -> None:
    season = rows.season()

    form = signed_in(season.staff).get(reverse("criteria:cycle_new", args=[season.cycle.code])).context["form"]

    assert form["code"].value() == f"{season.cycle.code}-2023"
    assert form["name"].value() == f"{season.cycle.name} 2023"
    named = rows.cycle(season.province, code="tinh-2022")
    form = signed_in(season.staff).get(reverse("criteria:cycle_new", args=[named.code])).context["form"]
    assert form["code"].value() == "tinh-2023"


def test_a_clash_asks_for_its_reason_on_the_page() -> None:
    season = drafted()
    rows.tier(season.cycle, season.units[0], "commune", "xa")
    rows.unit("Xã A", "commune", parent=season.units[0])
    rows.issue(rows.criteria_set(season.cycle, "commune"))
    for kind, closes in (("self_scoring", 5), ("appraisal", 20), ("survey", 20), ("approval", 20)):
        rows.phase(season.cycle, kind, "commune", closes=closes)
    client, url = signed_in(season.staff), reverse("assessments:plan", args=[season.cycle.code])
    number = {"number": "1/KH-UBND", "issued_on": "2023-09-01"}
    assert 'name="reason"' in client.get(url).content.decode()

    refused = client.post(url, number)
    issued = client.post(url, {**number, "reason": "Tỉnh đã ấn định"})

    assert (refused.status_code, issued.status_code) == (422, 302)
    assert refused.context["form"]["number"].value() == "1/KH-UBND"


def test_a_draft_plan_is_hidden_from_the_units() -> None:
    season = drafted()

    assert signed_in(season.head).get(reverse("criteria:calendar", args=[season.cycle.code])).status_code == 404
    assert signed_in(season.head).get(reverse("criteria:cycle", args=[season.cycle.code])).status_code == 404
    assert signed_in(season.staff).get(reverse("assessments:plan", args=[season.cycle.code])).status_code == 200
