"""Long work, notices and the audit trail, as pages; their policies, selectors and services."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from parindex.templatetags.happened import ACTIONS, action_words, target_words
from tests.factories import rows
from tests.units.books import texts
from units import audit, jobs, notices, policies
from units.models import AuditEvent, Job, Notice, Unit, User
from units.selectors import database_now, filtered_audit
from units.services import notices as writes

pytestmark = pytest.mark.django_db


def a_job(by: User, key: str = "k", link: str = "/public/") -> Job:
    return jobs.open_job(task="units.tasks.sweep_jobs", title="Tính chỉ số", key=key, by=by, link=link)


def an_event(by: User, action: str, unit: Unit | None = None) -> AuditEvent:
    with transaction.atomic():
        return audit.record(by, action, by, unit=unit, why="=1+1")


@pytest.fixture
def person(client: Client) -> User:
    made = rows.user("nguoi")
    client.force_login(made)
    return made


# --- long work --------------------------------------------------------------------------------------------------------
def test_job_page_of_work_under_way_asks_again(client: Client, person: User) -> None:
    job = jobs.claim(a_job(person).pk)
    assert job
    jobs.progress(job, 234, 416, "Đơn vị 234")
    response = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert b"234/416" in response.content
    assert b"every 2s" in response.content
    assert b"<html" not in response.content


def test_job_page_of_finished_work_leads_to_its_result(client: Client, person: User) -> None:
    job = jobs.claim(a_job(person).pk)
    assert job
    jobs.finish(job)
    content = client.get(f"/jobs/{job.pk}/").content
    assert b'<a class="btn btn-primary" href="/public/">' in content
    assert b"every 2s" not in content


def test_job_page_of_failed_work_says_why(client: Client, person: User) -> None:
    job = jobs.claim(a_job(person).pk)
    assert job
    jobs.fail(job, "Thiếu phông chữ")
    assert "Thiếu phông chữ" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert [due.detail for due in policies.due_for(person, database_now())] == ["Tính chỉ số"]
    assert policies.due_for(person, database_now() + timedelta(days=8)) == []


def test_job_of_somebody_else_does_not_exist(client: Client, person: User) -> None:
    assert client.get(f"/jobs/{a_job(rows.user()).pk}/").status_code == 404


def test_job_of_a_colleague_of_the_standing_body_is_seen() -> None:
    province, district = rows.unit("Tỉnh", "province"), rows.unit("Huyện", "district")
    first, second = rows.member("staff", province, "mot"), rows.member("staff", province, "hai")
    job = a_job(first)
    assert policies.job_for(second, job.pk) == job
    for stranger in (rows.member("staff", district), rows.member("officer", province)):
        with pytest.raises(Http404):
            policies.job_for(stranger, job.pk)


def test_job_that_nobody_started_is_nobodys(person: User) -> None:
    job = jobs.open_job(task="units.tasks.sweep_jobs", title="Tính", key="k", by=None)
    with pytest.raises(Http404):
        policies.job_for(person, job.pk)


@pytest.mark.parametrize(("query", "count"), [("", 2), ("?state=done", 1), ("?state=failed", 0), ("?state=odd", 2)])
def test_jobs_are_listed_by_state(client: Client, person: User, query: str, count: int) -> None:
    done = jobs.claim(a_job(person, "a").pk)
    assert done
    jobs.finish(done)
    a_job(person, "b")
    response = client.get(f"/jobs/{query}")
    assert len(response.context["page"].object_list) == count


def test_jobs_without_any_says_what_comes_here(client: Client, person: User) -> None:
    assert b'class="empty"' in client.get("/jobs/").content


# --- notices ----------------------------------------------------------------------------------------------------------
def test_notice_is_read_by_opening_it(client: Client, person: User) -> None:
    notices.post([person], "Hồ sơ bị trả lại", "/help/")
    notice = Notice.objects.get()
    response = client.post(f"/notices/{notice.pk}/open/")
    assert (response.status_code, response["Location"]) == (302, "/help/")
    notice.refresh_from_db()
    assert notice.read_at


@pytest.mark.parametrize("link", ["", "https://example.org/", "//example.org"])
def test_notice_never_leads_outside(client: Client, person: User, link: str) -> None:
    notices.post([person], "x", link)
    response = client.post(f"/notices/{Notice.objects.get().pk}/open/")
    assert response["Location"] == "/notices/"


def test_notice_of_somebody_else_does_not_exist(client: Client, person: User) -> None:
    notices.post([rows.user()], "x")
    assert client.post(f"/notices/{Notice.objects.get().pk}/open/").status_code == 404


def test_notices_are_read_all_at_once(client: Client, person: User) -> None:
    notices.post([person, rows.user()], "x")
    assert client.post("/notices/read/").status_code == 302
    assert Notice.objects.filter(read_at=None).count() == 1


def test_mark_read_leaves_an_event_only_when_something_changed(person: User) -> None:
    notices.post([person], "x")
    both = list(Notice.objects.all())
    assert writes.mark_read(notices=both, by=person) == 1
    assert writes.mark_read(notices=both, by=person) == 0
    assert AuditEvent.objects.count() == 1


def test_mark_read_leaves_other_peoples_notices_alone(person: User) -> None:
    notices.post([rows.user()], "x")
    assert writes.mark_read(notices=list(Notice.objects.all()), by=person) == 0


@pytest.mark.parametrize(("query", "count"), [("", 2), ("?unread=1", 1)])
def test_notices_are_filtered(client: Client, person: User, query: str, count: int) -> None:
    notices.post([person, person], "x")
    writes.mark_read(notices=[Notice.objects.all()[0]], by=person)
    assert len(client.get(f"/notices/{query}").context["page"].object_list) == count


def test_notices_ask_the_same_for_one_and_for_many(client: Client, person: User) -> None:
    notices.post([person], "x", "/")
    with CaptureQueriesContext(connection) as one:
        client.get("/notices/")
    notices.post([person] * 5, "x", "/")
    with CaptureQueriesContext(connection) as many:
        client.get("/notices/")
    assert len(one) == len(many)


# --- audit trail ------------------------------------------------------------------------------------------------------
@pytest.fixture
def province() -> Unit:
    return rows.unit("UBND tỉnh Thử", "province", code="P")


def test_audit_of_a_province_shows_everything_with_the_head(client: Client, province: Unit) -> None:
    by = rows.member("administrator", province)
    an_event(by, "run.started", province)
    last = an_event(by, "notices.read")
    client.force_login(by)
    response = client.get("/administration/audit/")
    assert [event.number for event in response.context["page"]] == [2, 1]
    assert (response.context["number"], response.context["digest"]) == (2, last.digest)


def test_audit_of_a_district_shows_its_own_units_only(province: Unit) -> None:
    district = rows.unit("Huyện", "district", parent=province)
    commune = rows.unit("Xã", "commune", parent=district)
    by = rows.member("administrator", district)
    for unit in (province, district, commune, None):
        an_event(by, "run.started", unit)
    assert {event.unit for event in policies.audit_for(by)} == {district, commune}


def test_audit_is_refused_to_others(client: Client, province: Unit) -> None:
    client.force_login(rows.member("staff", province))
    assert client.get("/administration/audit/").status_code == 403
    assert client.get("/administration/audit.xlsx").status_code == 403


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 3),
        ({"action": "run.started"}, 2),
        ({"person": "nguoi khac"}, 0),
        ({"person": "Người bà"}, 1),
        ({"person": "ong"}, 2),
        ({"target": "so xay dung"}, 1),
        ({"target": "units.user"}, 3),
        ({"since": date(2000, 1, 1)}, 3),
        ({"since": date(3000, 1, 1)}, 0),
        ({"until": date(2000, 1, 1)}, 0),
    ],
)
def test_audit_is_filtered(province: Unit, asked: dict[str, object], count: int) -> None:
    ong, ba = rows.user("ong"), rows.user("bà")
    an_event(ong, "run.started", rows.unit("Sở Xây dựng", parent=province))
    an_event(ong, "notices.read")
    an_event(ba, "run.started")
    assert len(filtered_audit(AuditEvent.objects.all(), **asked)) == count  # type: ignore[arg-type]


def test_audit_with_an_unreadable_day_keeps_it_and_filters_nothing(client: Client, province: Unit) -> None:
    by = rows.member("administrator", province)
    an_event(by, "run.started")
    client.force_login(by)
    response = client.get("/administration/audit/?since=h%C3%B4m+qua")
    assert response.status_code == 200
    assert len(response.context["page"].object_list) == 1
    assert "hôm qua" in response.content.decode()


def test_audit_with_days_the_wrong_way_round_says_so(client: Client, province: Unit) -> None:
    client.force_login(rows.member("administrator", province))
    response = client.get("/administration/audit/?since=02/01/2026&until=01/01/2026")
    assert list(response.context["form"].errors) == ["until"]


def test_audit_workbook_keeps_texts_texts(client: Client, province: Unit) -> None:
    by = rows.member("administrator", province)
    rows_of = [an_event(by, "run.started", province), an_event(by, "=1+1")]
    client.force_login(by)
    sheet = texts(client.get("/administration/audit.xlsx?action=%3D1%2B1").content)
    assert [line[3] for line in sheet[1:]] == ["=1+1"]
    assert sheet[1][7] == rows_of[1].digest


def test_audit_asks_the_same_for_one_and_for_many(client: Client, province: Unit) -> None:
    by = rows.member("administrator", province)
    client.force_login(by)
    an_event(by, "run.started", province)
    with CaptureQueriesContext(connection) as one:
        client.get("/administration/audit/")
    for _each in range(5):
        an_event(rows.user(), "run.started", rows.unit())
    with CaptureQueriesContext(connection) as many:
        client.get("/administration/audit/")
    assert len(one) == len(many)


def test_actions_and_objects_have_words() -> None:
    with translation.override("en"):
        assert action_words("run.started") == "computation started"
        assert target_words("results.run") == "run"
        assert target_words("units.membership") == "membership"
        assert action_words("odd.thing") == "odd.thing"
    assert len(ACTIONS) > 30


# --- policies ---------------------------------------------------------------------------------------------------------
def test_nobody_is_no_person() -> None:
    with pytest.raises(PermissionDenied):
        policies.person(AnonymousUser())


def test_import_scope_is_the_units_administered(province: Unit) -> None:
    assert policies.import_scope(rows.member("administrator", province)) == [province]
    with pytest.raises(PermissionDenied):
        policies.import_scope(rows.user())


def test_places_are_for_administrators(province: Unit) -> None:
    assert len(policies.places_for(rows.member("administrator", province))) == 3
    assert policies.places_for(rows.member("staff", province)) == []


def test_scoring_kinds_are_those_of_the_own_units(province: Unit) -> None:
    assert policies.scoring_kinds(rows.member("officer", province)) == ({"province"}, True)
    assert policies.scoring_kinds(rows.member("staff", province)) == (set(), False)


@pytest.mark.parametrize(
    "address", ["/jobs/", "/notices/", "/administration/audit/", "/administration/units/", "/administration/accounts/"]
)
def test_pages_ask_for_a_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")
