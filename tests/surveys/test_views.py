"""The page of survey points from the upload to the receipt, its doors and its workbooks."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from criteria.models import Criterion, Cycle, Phase
from surveys import forms, policies
from surveys.forms import Ticket
from surveys.models import SurveyImport, SurveyPoint
from surveys.services import uploads
from tests.factories import rows
from tests.factories.rows import Season
from tests.surveys.sheets import workbook

pytestmark = pytest.mark.django_db
FULL = [("SNV", None, "2.1", 1, 10), ("SXD", None, "2.1", "3,5", 120), ("SYT", None, "2.1", 2, 80)]


@pytest.fixture
def season() -> Season:
    return rows.season()


@pytest.fixture
def staff(client: Client, season: Season) -> Client:
    client.force_login(season.staff)
    return client


def address(season: Season, name: str = "import") -> str:
    return reverse(f"surveys:{name}", args=[season.tier.pk])


def upload(client: Client, season: Season, data: bytes, name: str = "điểm.xlsx") -> Any:
    return client.post(address(season), {"file": SimpleUploadedFile(name, data)})


def confirm(client: Client, season: Season, preview: Any, **fields: str) -> Any:
    return client.post(address(season, "confirm"), {"token": preview.context["token"], **fields})


def bring_in(client: Client, season: Season, lines: Sequence[tuple[object, ...]]) -> Any:
    return confirm(client, season, upload(client, season, workbook(lines)))


def stored() -> dict[str, Decimal]:
    return {point.unit.code: point.points for point in SurveyPoint.objects.select_related("unit")}


def test_page_names_what_is_missing(staff: Client, season: Season) -> None:
    page = staff.get(address(season))

    assert (page.status_code, page.context["gap_count"], [gap.unit.code for gap in page.context["gaps"]]) == (
        200,
        3,
        ["SNV", "SXD", "SYT"],
    )
    assert page.content.decode().count("trước ngày 25/11/2022") == 3


def test_upload_shows_and_stores_nothing(staff: Client, season: Season) -> None:
    page = upload(staff, season, workbook([*FULL, ("ABC", None, "2.1", 1)]))

    preview = page.context["preview"]
    assert (page.status_code, preview.rows, len(preview.taken), preview.refused, page.context["added"]) == (
        200,
        4,
        3,
        1,
        3,
    )
    assert (stored(), SurveyImport.objects.count()) == ({}, 0)
    assert page.content.decode().count("không có đơn vị mang mã “ABC”") == 1


def test_confirm_stores_and_shows_the_receipt(staff: Client, season: Season) -> None:
    data = workbook(FULL)
    answer = confirm(staff, season, upload(staff, season, data))

    taken = SurveyImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("surveys:receipt", args=[taken.pk]))
    assert stored() == {"SNV": Decimal(1), "SXD": Decimal("3.5"), "SYT": Decimal(2)}
    page = staff.get(answer["Location"])
    assert (page.status_code, taken.file_name, len(page.context["page"])) == (200, "điểm.xlsx", 3)
    assert page.content.decode().count(taken.sha256) == 1
    assert staff.get(reverse("surveys:workbook", args=[taken.pk])).content == data
    again = staff.get(address(season))
    assert (again.context["gap_count"], len(again.context["page"]), len(again.context["imports"])) == (0, 3, 1)


def test_confirm_asks_before_points_are_replaced(staff: Client, season: Season) -> None:
    bring_in(staff, season, FULL)
    preview = upload(staff, season, workbook([("SXD", None, "2.1", 1, 120)]))
    assert [change.before.points for change in preview.context["replaced"]] == [Decimal("3.5")]

    unasked = confirm(staff, season, preview)

    assert (unasked.status_code, stored()["SXD"]) == (422, Decimal("3.5"))
    assert unasked.context["form"].errors.keys() == {"replace"}
    asked = confirm(staff, season, unasked, replace="on")
    assert (asked.status_code, stored()["SXD"]) == (302, Decimal(1))


def test_confirm_shows_anew_when_points_have_changed_since(staff: Client, season: Season) -> None:
    preview = upload(staff, season, workbook([("SXD", None, "2.1", 1, 120)]))
    bring_in(staff, season, FULL)

    stale = confirm(staff, season, preview)

    assert (stale.status_code, stored()["SXD"]) == (409, Decimal("3.5"))
    assert [change.before.points for change in stale.context["replaced"]] == [Decimal("3.5")]
    assert confirm(staff, season, stale, replace="on").status_code == 302
    assert stored()["SXD"] == Decimal(1)


def test_confirm_twice_stores_once(staff: Client, season: Season) -> None:
    preview = upload(staff, season, workbook(FULL))

    assert [confirm(staff, season, preview)["Location"], confirm(staff, season, preview)["Location"]] == [
        reverse("surveys:receipt", args=[SurveyImport.objects.get().pk])
    ] * 2


@pytest.mark.parametrize("token", ["", "x", "forged"])
def test_confirm_takes_no_forged_token(staff: Client, season: Season, token: str) -> None:
    if token == "forged":
        digest = uploads.keep(data=workbook(FULL))
        token = Ticket(digest, "x.xlsx", "").signed(season.tier, season.chairman)

    answer = staff.post(address(season, "confirm"), {"token": token})

    assert (answer.status_code, answer["Location"], stored()) == (302, address(season), {})


def test_confirm_of_a_workbook_that_is_gone_says_so(staff: Client, season: Season) -> None:
    token = Ticket("a" * 64, "x.xlsx", "").signed(season.tier, season.staff)

    answer = staff.post(address(season, "confirm"), {"token": token}, follow=True)

    assert answer.redirect_chain == [(address(season), 302)]
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]


def test_confirm_of_a_workbook_without_a_good_row_stores_nothing(staff: Client, season: Season) -> None:
    preview = upload(staff, season, workbook([("ABC", None, "2.1", 1)]))

    answer = confirm(staff, season, preview)

    assert (preview.status_code, answer.status_code, SurveyImport.objects.count()) == (200, 409, 0)


@pytest.mark.parametrize(("kind", "opens", "closes"), [("survey", 1, 9), ("approval", -9, -1)])
def test_confirm_outside_of_its_time_is_refused_in_words(
    staff: Client, season: Season, kind: str, opens: int, closes: int
) -> None:
    now = timezone.now()
    Phase.objects.filter(kind=kind).update(opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes))

    answer = bring_in(staff, season, FULL)

    assert (answer.status_code, stored()) == (409, {})
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 ...", "Mã đơn vị;Điểm".encode(), workbook([], ("Một", "Hai"))])
def test_upload_of_another_file_is_refused_clearly(staff: Client, season: Season, data: bytes) -> None:
    page = upload(staff, season, data)

    assert (page.status_code, list(page.context["form"].errors), stored()) == (422, ["file"], {})


def test_upload_of_nothing_is_refused_clearly(staff: Client, season: Season) -> None:
    page = staff.post(address(season))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["file"])


def test_upload_of_too_much_is_refused_before_it_is_read(
    staff: Client, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MAX_BYTES", 10)

    assert upload(staff, season, workbook(FULL)).status_code == 422


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["SNV", "SXD", "SYT"]),
        ("?q=xay+dung", ["SXD"]),
        ("?sort=points", ["SNV", "SYT", "SXD"]),
        ("?sort=-points", ["SXD", "SYT", "SNV"]),
        ("?sort=-unit&page=99", ["SYT", "SXD", "SNV"]),
        ("?sort=nonsense", ["SNV", "SXD", "SYT"]),
        ("?q=%00zzz", []),
    ],
)
def test_page_is_searched_and_sorted(staff: Client, season: Season, query: str, codes: list[str]) -> None:
    bring_in(staff, season, FULL)

    page = staff.get(address(season) + query)

    assert [point.unit.code for point in page.context["page"]] == codes


def test_page_takes_the_same_queries_for_more_rows(
    staff: Client, season: Season, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bring_in(staff, season, FULL[:1])
    staff.get(address(season))
    with django_assert_max_num_queries(60) as one:
        staff.get(address(season))
    for number in range(5):
        rows.unit(parent=season.province, code=f"K{number}")
    bring_in(staff, season, [*FULL[1:], ("K1", None, "2.1", 3)])
    staff.get(address(season))

    with django_assert_max_num_queries(60) as four:
        page = staff.get(address(season))

    assert len(page.context["page"]) == 4
    assert len(four.captured_queries) == len(one.captured_queries)


def test_form_to_fill_has_a_row_for_each_missing_point(staff: Client, season: Season) -> None:
    bring_in(staff, season, FULL[:1])
    answer = staff.get(address(season, "form"))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    sheet = book.active
    assert sheet is not None
    assert [[cell.value for cell in row[:5]] for row in sheet.iter_rows(min_row=2)] == [
        ["SXD", "Sở Xây dựng", "2.1", "Tiêu chí 2.1", 4],
        ["SYT", "Sở Y tế", "2.1", "Tiêu chí 2.1", 4],
    ]
    sheet["F2"], sheet["F3"], sheet["G2"] = "3,25", 2, 120
    out = BytesIO()
    book.save(out)

    preview = upload(staff, season, out.getvalue()).context["preview"]

    assert [(line.address, line.point.points, line.point.respondents) for line in preview.taken] == [
        ("F2", Decimal("3.25"), 120),
        ("F3", Decimal(2), 0),
    ]
    assert (preview.problems, preview.warnings, preview.remarks) == ([], [], [])


def test_form_to_fill_with_nothing_missing_is_only_a_head(staff: Client, season: Season) -> None:
    bring_in(staff, season, FULL)

    sheet = openpyxl.load_workbook(BytesIO(staff.get(address(season, "form")).content)).active

    assert sheet is not None
    assert (sheet.max_row, sheet.data_validations.count) == (1, 0)


def test_export_starts_no_formula(staff: Client, season: Season) -> None:
    leaf = Criterion.objects.get(code="2.1")
    for start in ("=", "+", "-", "@", "\t", "\r"):
        unit = rows.unit(f"{start}1+1", parent=season.province)
        SurveyPoint.objects.create(cycle=season.cycle, unit=unit, criterion=leaf, points=1)
    bring_in(staff, season, FULL)

    answer = staff.get(address(season, "export"), {"q": ""})

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == 10
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert [cell.value for cell in sheet[sheet.max_row]][:7] == ["SYT", "Sở Y tế", "2.1", "Tiêu chí 2.1", 4, 2, 80]


def test_workbook_that_is_no_longer_kept_is_not_found(staff: Client, season: Season) -> None:
    taken = SurveyImport.objects.create(
        tier=season.tier, file_name="x", sha256="a" * 64, rows=0, accepted=0, refused=0, at=timezone.now()
    )

    assert staff.get(reverse("surveys:workbook", args=[taken.pk])).status_code == 404
    assert staff.get(reverse("surveys:receipt", args=[taken.pk])).status_code == 200


def test_doors_are_for_the_staff_of_the_tier(client: Client, season: Season) -> None:
    taken = SurveyImport.objects.create(
        tier=season.tier, file_name="x", sha256="a" * 64, rows=0, accepted=0, refused=0, at=timezone.now()
    )
    addresses = [address(season, name) for name in ("import", "form", "export")]
    addresses.append(reverse("surveys:receipt", args=[taken.pk]))
    found = {}
    for name in ("officer", "head", "outsider", "staff", "chairman", "administrator"):
        client.force_login(getattr(season, name))
        found[name] = {client.get(each).status_code for each in addresses}
    client.force_login(season.chair.user)
    found["chair"] = {client.get(each).status_code for each in addresses}
    client.logout()
    found["anonymous"] = {client.get(each).status_code for each in addresses}

    assert found == {
        "officer": {404},
        "head": {404},
        "outsider": {404},
        "chair": {404},
        "staff": {200},
        "chairman": {403},
        "administrator": {403},
        "anonymous": {302},
    }
    with pytest.raises(Http404):
        policies.tier_to_import(AnonymousUser(), season.tier.pk)


def test_confirm_is_only_posted(staff: Client, season: Season) -> None:
    answer: HttpResponse = staff.get(address(season, "confirm"))  # type: ignore[assignment]

    assert answer.status_code == 405


def test_due_for_the_staff_until_nothing_is_missing(staff: Client, season: Season) -> None:
    survey = Phase.objects.get(kind="survey")

    dues = policies.due_for(season.staff, timezone.now())

    assert [(due.until, due.reading, due.url) for due in dues] == [(survey.closes_at, survey.reading, address(season))]
    assert dues[0].detail == f"Cấp tinh · Kỳ {season.cycle.code}: còn thiếu 3 điểm của 3 đơn vị"
    bring_in(staff, season, FULL)
    assert policies.due_for(season.staff, timezone.now()) == []


def test_due_without_a_survey_phase_has_no_end(season: Season) -> None:
    Phase.objects.filter(kind="survey").delete()

    assert [(due.until, due.reading) for due in policies.due_for(season.staff, timezone.now())] == [(None, "")]


def test_due_of_a_cycle_that_is_over_is_nothing(season: Season) -> None:
    assert policies.due_for(season.staff, timezone.now() + timedelta(days=30)) == []


@pytest.mark.parametrize("name", ["officer", "chairman", "administrator"])
def test_nothing_is_due_from_others(season: Season, name: str) -> None:
    person = getattr(season, name)

    assert (policies.due_for(person, timezone.now()), policies.places_for(person)) == ([], [])


def test_places_lead_to_the_newest_tier(season: Season, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    old = rows.cycle(season.province, "cu")
    Cycle.objects.filter(pk=old.pk).update(year=2021)
    rows.tier(old, season.province)

    with django_assert_max_num_queries(3):
        places = policies.places_for(season.staff)

    assert [place.url for place in places] == [address(season)]


def test_page_of_a_moved_demonstration_shows_the_plan(staff: Client, season: Season) -> None:
    Cycle.objects.update(is_demo=True, demo_shift_days=1470)
    bring_in(staff, season, [("SXD", None, "2.1", 1)])

    text = staff.get(address(season)).content.decode()

    assert text.count("Theo kế hoạch: ") == 2
    assert text.count('class="demo"') == 1
    assert text.count("không ghi") == 1
