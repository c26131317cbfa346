"""The pages of the calendar: what everybody reads, what the standing body draws up, asks for and affirms."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from criteria.models import Phase
from criteria.phases import VIETNAM
from criteria.services import extensions, planning
from tests.criteria.seasons import drafted, self_scoring
from tests.criteria.visits import asked, page, signed_in
from tests.factories import rows

pytestmark = pytest.mark.django_db


# ---- to read


def test_every_unit_sees_dates_readings_wording_and_who_extended_what() -> None:
    season = rows.season()
    Phase.objects.filter(kind="self_scoring").update(
        closes_at=datetime(2030, 12, 25, tzinfo=VIETNAM),
        named_day=date(2030, 12, 25),
        reads="before",
        late_until=datetime(2030, 12, 28, tzinfo=VIETNAM),
    )
    extensions.approve(extension=asked(season), by=season.chairman)
    asked(season, 9, unit=season.units[0])

    text = page(season.outsider, "criteria:calendar", season.cycle.code)

    assert "hết ngày thứ Ba 24/12/2030 (đọc “trước ngày 25/12/2030”)" in text
    assert "trước ngày 25/11/2022" in text
    assert "hết ngày thứ Sáu 27/12/2030" in text
    assert "15/UBND-NC" in text
    assert "Mất điện diện rộng" in text
    assert season.staff.full_name in text
    assert season.chairman.full_name in text
    assert "Sở Y tế" in text
    assert "chờ" not in text.lower().split('id="extensions"')[1]


def test_what_is_only_asked_for_is_seen_by_those_who_handle_it() -> None:
    season = rows.season()
    waiting = asked(season)

    assert f'id="x-{waiting.pk}"' in page(season.staff, "criteria:calendar", season.cycle.code)
    assert f'id="x-{waiting.pk}"' in page(season.chairman, "criteria:calendar", season.cycle.code)
    assert f'id="x-{waiting.pk}"' not in page(season.head, "criteria:calendar", season.cycle.code)


def test_the_own_unit_reads_its_own_extension() -> None:
    season = rows.season()
    granted = extensions.approve(extension=asked(season, unit=season.units[0]), by=season.chairman)

    own, other = (page(person, "criteria:calendar", season.cycle.code) for person in (season.officer, season.outsider))

    assert 'class="own"' in own
    assert f'href="#x-{granted.pk}"' in own
    assert f'href="#x-{granted.pk}"' not in other


def test_an_extension_for_one_unit_is_counted_in_the_cell() -> None:
    season = rows.season()
    extensions.approve(extension=asked(season, unit=season.units[0]), by=season.chairman)

    response = signed_in(season.staff).get(reverse("criteria:calendar", args=[season.cycle.code]))

    (cell,) = response.context["rows"][0].cells
    assert (cell.own, cell.stand, cell.extended) == (1, "open", None)


@pytest.mark.parametrize(("closes", "late", "stand"), [(-1, 5, "late"), (-2, -1, "over"), (5, 9, "open")])
def test_a_phase_that_takes_late_dossiers_says_so(closes: int, late: int, stand: str) -> None:
    season = rows.season()
    phase = self_scoring(season)
    now = phase.closes_at - timedelta(days=5)
    Phase.objects.filter(pk=phase.pk).update(
        closes_at=now + timedelta(days=closes), late_until=now + timedelta(days=late)
    )

    response = signed_in(season.staff).get(reverse("criteria:calendar", args=[season.cycle.code]))

    assert response.context["rows"][0].cells[0].stand == stand


def test_the_page_takes_the_same_queries_for_more_extensions() -> None:
    season = rows.season()
    extensions.approve(extension=asked(season, 1), by=season.chairman)
    client, url = signed_in(season.staff), reverse("criteria:calendar", args=[season.cycle.code])
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for days in (2, 3):
        extensions.approve(extension=asked(season, days), by=season.chairman)
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(one) == len(three)


def test_an_empty_calendar_says_what_to_do() -> None:
    season = rows.season()
    empty = rows.cycle(season.province)

    response = signed_in(season.staff).get(reverse("criteria:calendar", args=[empty.code]))

    assert (response.status_code, response.context["kinds"]) == (200, [])
    assert 'class="empty"' in response.content.decode()


def test_the_picture_shows_what_follows_on_a_phase() -> None:
    season = rows.season()
    extensions.approve(extension=asked(season), by=season.chairman)

    assert "bar-more" in page(season.staff, "criteria:calendar", season.cycle.code)


def test_findings_stand_on_top_with_a_link_to_their_cell() -> None:
    season = drafted()
    Phase.objects.filter(kind="survey").update(closes_at=self_scoring(season).closes_at + timedelta(days=90))

    text = page(season.staff, "criteria:calendar", season.cycle.code)

    assert '<a href="#p-survey-department">' in text
    assert 'id="p-survey-department"' in text


# ---- to draw up


def post_phase(season: rows.Season, **given: str) -> Any:
    url = reverse("criteria:calendar_phase", args=[season.cycle.code, "self_scoring", "department"])
    form = {
        "reading": "hoàn thành trước ngày 02/03/2030",
        "opens_at": "2030-02-01T00:00",
        "reads": "before",
        "named_day": "2030-03-02",
        "hour": "",
        "late_until": "",
    }
    return signed_in(season.staff).post(url, {**form, **given})


def test_the_dates_of_a_plan_that_is_drawn_up_are_saved() -> None:
    season = drafted()

    assert post_phase(season).status_code == 302

    assert self_scoring(season).closes_at == datetime(2030, 3, 2, tzinfo=VIETNAM)


def test_the_plans_words_fill_in_the_fields() -> None:
    season = drafted()
    before = self_scoring(season)

    response = post_phase(season, act="read", reading="đến 17:00 ngày 05/12/2030", reads="through", named_day="")

    form = response.context["form"]
    assert (form["reads"].value(), form["named_day"].value(), form["hour"].value()) == (
        "instant",
        "2030-12-05",
        "17:00",
    )
    assert form["opens_at"].value() == "2030-02-01T00:00"
    assert self_scoring(season).closes_at == before.closes_at


def test_words_without_a_deadline_lose_nothing_that_was_typed() -> None:
    season = drafted()

    response = post_phase(season, act="read", reading="sớm nhất có thể")

    assert response.context["form"]["named_day"].value() == "2030-03-02"
    assert [str(each.level_tag) for each in response.context["messages"]] == ["warning"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reads": "instant"}, "hour"),
        ({"opens_at": "2030-04-01T00:00"}, "named_day"),
        ({"late_until": "2030-03-01T00:00"}, "late_until"),
        ({"named_day": "ngày kia"}, "named_day"),
        ({"reading": ""}, "reading"),
        ({"reads": "tomorrow"}, "reads"),
    ],
)
def test_wrong_dates_are_named_at_their_field_and_kept(given: dict[str, str], field: str) -> None:
    season = drafted()
    before = self_scoring(season)

    response = post_phase(season, **given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["opens_at"].value() == given.get("opens_at", "2030-02-01T00:00")
    assert self_scoring(season).closes_at == before.closes_at


def test_an_issued_plan_refuses_new_dates_on_its_page() -> None:
    season = rows.season()
    client = signed_in(season.staff)
    url = reverse("criteria:calendar_phase", args=[season.cycle.code, "self_scoring", "department"])

    assert post_phase(season).status_code == 422
    assert "extend" in client.get(url).content.decode()
    client.post(reverse("criteria:calendar_drop", args=[season.cycle.code, "self_scoring", "department"]))

    assert Phase.objects.filter(kind="self_scoring").exists()


def test_only_a_dossier_can_be_late() -> None:
    season = drafted()

    form = (
        signed_in(season.staff)
        .get(reverse("criteria:calendar_phase", args=[season.cycle.code, "appraisal", "department"]))
        .context["form"]
    )

    assert "late_until" not in form.fields


@pytest.mark.parametrize("args", [("self_scoring", "nobody"), ("lunch", "department")])
def test_a_phase_of_nothing_is_not_found(args: tuple[str, str]) -> None:
    season = drafted()
    url = reverse("criteria:calendar_phase", args=[season.cycle.code, *args])

    assert signed_in(season.staff).get(url).status_code == 404


def test_dates_that_a_service_refuses_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day off that somebody enters between the form and the act."""
    season = drafted()

    def refuse(**_given: object) -> None:
        raise planning.BadDates

    monkeypatch.setattr(planning, "set_phase", refuse)

    assert post_phase(season).status_code == 422


def test_a_phase_is_shown_as_it_was_read_and_dropped() -> None:
    season = drafted()
    post_phase(season)
    client = signed_in(season.staff)
    args = [season.cycle.code, "self_scoring", "department"]

    form = client.get(reverse("criteria:calendar_phase", args=args)).context["form"]
    client.post(reverse("criteria:calendar_drop", args=args))
    again = client.post(reverse("criteria:calendar_drop", args=args))

    assert (form["reads"].value(), form["named_day"].value(), form["hour"].value()) == (
        "before",
        date(2030, 3, 2),
        None,
    )
    assert again.status_code == 302
    assert not Phase.objects.filter(cycle=season.cycle, kind="self_scoring").exists()
