"""Small things of the units app: words of rows, searches, doorbells."""

from datetime import date, timedelta

import pytest
from django.test import RequestFactory
from django.utils import translation

from tests.factories import rows
from units import jobs, notices, tasks
from units.accounts import ClosedAdapter, display
from units.models import AuditEvent, Job, Membership, Notice, Unit
from units.selectors import ancestors, history, search_units, standing_units

pytestmark = pytest.mark.django_db


def test_rows_are_written_as_people_read_them() -> None:
    person = rows.member("officer", rows.unit("Sở Y tế"), "canbo")
    notices.post([person], "Có kết quả")
    job = jobs.open_job(task="units.tasks.sweep_jobs", title="Tính", key="k", by=person)
    with translation.override("en"):
        words = [str(each) for each in (person, Membership.objects.get(), Notice.objects.get(), job)]
    assert words == ["Người canbo", "Người canbo · Unit officer · Sở Y tế", "Có kết quả", "Tính · Waiting"]
    assert (person.get_full_name(), person.get_short_name(), display(person)) == ("Người canbo",) * 3
    assert str(AuditEvent(number=1, action="run.started", target_type="results.run", target_id="2")) == (
        "1 run.started results.run:2"
    )


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (234, 416, 56), (416, 416, 100)])
def test_percent_of_a_job(done: int, total: int, percent: int) -> None:
    assert Job(done=done, total=total).percent == percent


def test_nobody_may_sign_up() -> None:
    assert not ClosedAdapter().is_open_for_signup(RequestFactory().get("/"))


@pytest.mark.parametrize(("text", "codes"), [("", ["A1", "B2"]), ("xay dung", ["A1"]), ("B", ["B2"]), ("zz", [])])
def test_search_finds_names_without_diacritics_and_codes(text: str, codes: list[str]) -> None:
    rows.unit("Sở Xây dựng", code="A1")
    rows.unit("Sở Y tế", code="B2")
    assert [unit.code for unit in search_units(Unit.objects.order_by("code"), text)] == codes


@pytest.mark.parametrize(("days", "count"), [(-1, 0), (0, 1), (9, 1), (10, 0)])
def test_standing_units_live_on_the_day(days: int, count: int) -> None:
    first = date(2025, 7, 1)
    rows.unit(valid_from=first, valid_until=first + timedelta(days=10))
    assert standing_units(first + timedelta(days=days)).count() == count


def test_ancestors_are_nearest_first() -> None:
    province = rows.unit("Tỉnh", "province")
    district = rows.unit("Huyện", "district", parent=province)
    commune = rows.unit("Xã", "commune", parent=district)
    assert ancestors(commune) == [district, province]


def test_history_is_that_of_the_object() -> None:
    assert list(history("units.unit", [1, 2])) == []


def test_doorbell_of_the_sweep_rings_again(django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    jobs.open_job(task="units.tasks.sweep_jobs", title="Tính", key="k", by=None)
    with django_capture_on_commit_callbacks() as rung:
        tasks.sweep_jobs()
    assert len(rung) == 1
