"""The pages of an import, from the upload to the draft: nothing is in a set before somebody confirms."""

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from criteria.documents import import_samples
from criteria.documents.annex_xlsx import annex as export
from criteria.imports.annex import read
from criteria.models import CriteriaSet, Criterion, Upload
from criteria.selectors import outline
from criteria.services import importing
from criteria.tree.nodes import Node, Outline
from tests.criteria.imports import books, damage
from tests.criteria.imports.books import book, good, put
from tests.factories import rows
from tests.factories.rows import Season
from tests.timing import stopwatch
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> Season:
    return rows.season()


@pytest.fixture
def staff(client: Client, season: Season) -> Client:
    client.force_login(season.staff)
    client.raise_request_exception = True
    return client


def address(season: Season) -> str:
    return reverse("criteria:set_import", args=[season.cycle.code])


def hand_in(client: Client, season: Season, data: bytes, kind: str = "commune", **fields: str) -> Any:
    file = SimpleUploadedFile("phụ lục.xlsx", data)
    return client.post(address(season), {"file": file, "kind": kind, **fields})


def test_an_annex_becomes_a_draft(staff: Client, season: Season) -> None:
    handed_in = hand_in(staff, season, good())
    waiting = Upload.objects.get()
    before = CriteriaSet.objects.count()
    preview = staff.get(handed_in["Location"])
    assert CriteriaSet.objects.count() == before
    confirmed = staff.post(handed_in["Location"])
    waiting.refresh_from_db()
    made = CriteriaSet.objects.get(kind="commune")

    assert preview.status_code == 200
    assert "12 = 12" in " ".join(preview.content.decode().split()).replace("<strong>12</strong>", "12")
    assert confirmed["Location"] == reverse("criteria:set", args=[made.pk])
    assert waiting.made == made
    assert (made.state, made.version, made.replaces) == ("draft", 1, None)
    reading = read(good()).outline
    assert reading is not None
    assert outline(made).nodes == reading.nodes
    assert [event.action for event in AuditEvent.objects.order_by("number")][-3:] == [
        "criteria.uploaded",
        "criteria.drafted",
        "criteria.imported",
    ]


def test_confirming_twice_gives_the_same_draft(staff: Client, season: Season) -> None:
    place = hand_in(staff, season, good())["Location"]

    first, second = staff.post(place), staff.post(place)

    assert first["Location"] == second["Location"]
    assert CriteriaSet.objects.filter(kind="commune").count() == 1


def test_the_service_makes_one_draft_of_one_annex(season: Season) -> None:
    upload = importing.keep(cycle=season.cycle, kind="commune", file_name="a.xlsx", content=good(), by=season.staff)
    reading = read(good()).outline
    assert reading is not None

    made = [importing.confirm(upload=upload, outline=reading, by=season.staff) for _ in range(2)]

    assert made[0] == made[1]


def test_the_draft_takes_the_place_of_the_set_in_force(staff: Client, season: Season) -> None:
    preview = staff.get(hand_in(staff, season, good(), kind="department")["Location"])
    staff.post(preview.request["PATH_INFO"])
    made = CriteriaSet.objects.get(kind="department", version=2)

    assert season.criteria_set.title in preview.content.decode()
    assert made.replaces == season.criteria_set


def test_title_and_scale_of_the_person_go_first(staff: Client, season: Season) -> None:
    place = hand_in(staff, season, good(), title="Bộ của tôi", scale="20,5")["Location"]
    page = staff.get(place)
    staff.post(place.partition("?")[0], page.context["chosen"])
    made = CriteriaSet.objects.get(kind="commune")

    assert (made.title, made.scale) == ("Bộ của tôi", Decimal("20.5"))


def test_a_title_is_found_for_a_file_that_has_none(staff: Client, season: Season) -> None:
    page = staff.get(hand_in(staff, season, good())["Location"])

    assert season.cycle.name in page.context["outline"].title


@pytest.mark.parametrize("scale", ["abc", "0", "-1", "1/3", "999999", "1,23456"])
def test_a_scale_that_is_none_is_refused(staff: Client, season: Season, scale: str) -> None:
    assert hand_in(staff, season, good(), scale=scale).status_code == 422
    place = hand_in(staff, season, good())["Location"]

    assert staff.get(place, {"scale": scale}).status_code == 422
    assert staff.post(place, {"scale": scale}).status_code == 409
    assert not CriteriaSet.objects.filter(kind="commune").exists()


def test_a_refused_row_keeps_everything_out(staff: Client, season: Season) -> None:
    place = hand_in(staff, season, book(finish=put(C3="abc")))["Location"]
    page = staff.get(place)

    assert page.status_code == 200
    assert "C3" in page.content.decode()
    assert "outline" in page.context
    assert page.context["outline"] is None
    assert staff.post(place).status_code == 409
    assert not CriteriaSet.objects.filter(kind="commune").exists()


def test_rows_with_problems_or_remarks_alone(staff: Client, season: Season) -> None:
    place = hand_in(staff, season, book(finish=put(C3="abc")))["Location"]
    page = staff.get(place, {"rows": "problems"})

    assert {each.row for each, _word in page.context["page"]} == {3, 10}


def test_one_of_several_sheets_is_chosen_by_name(staff: Client, season: Season) -> None:
    def second(made: Any) -> None:
        made.copy_worksheet(made.worksheets[0]).title = "PL II"
        made["PL II"]["B3"] = "Kế hoạch khác"

    place = hand_in(staff, season, books.edited(good(), second), title="Bộ hai")["Location"]
    asked = staff.get(place)
    chosen = dict(asked.context["sheets"])["PL II"]
    page = staff.get(chosen)
    staff.post(place.partition("?")[0], page.context["chosen"])

    assert list(dict(asked.context["sheets"])) == ["Sheet", "PL II"]
    assert Criterion.objects.get(criteria_set__kind="commune", code="1.1").name == "Kế hoạch khác"
    assert CriteriaSet.objects.get(kind="commune").title == "Bộ hai"


def test_a_sheet_that_is_not_there_is_told(staff: Client, season: Season) -> None:
    place = hand_in(staff, season, good())["Location"]

    answer = staff.get(place, {"sheet": "Không có"}, follow=True)

    assert answer.redirect_chain[-1][0] == address(season)


def test_what_was_taken_back_is_gone(staff: Client, season: Season) -> None:
    place = hand_in(staff, season, good())["Location"]
    away = reverse("criteria:set_upload_cancel", args=[season.cycle.code, Upload.objects.get().pk])

    assert staff.post(away).status_code == 302
    assert not Upload.objects.exists()
    assert staff.get(place).status_code == 404
    assert AuditEvent.objects.order_by("number").last().action == "criteria.upload_cancelled"  # type: ignore[union-attr]


def test_the_source_of_a_draft_is_not_taken_back(staff: Client, season: Season) -> None:
    place = hand_in(staff, season, good())["Location"]
    staff.post(place)

    staff.post(reverse("criteria:set_upload_cancel", args=[season.cycle.code, Upload.objects.get().pk]))

    assert Upload.objects.get().made == CriteriaSet.objects.get(kind="commune")


def test_what_nobody_confirmed_is_deleted_in_time(season: Season) -> None:
    old = importing.keep(cycle=season.cycle, kind="commune", file_name="a.xlsx", content=b"x", by=None)
    Upload.objects.filter(pk=old.pk).update(at=timezone.now() - importing.WAITS - timedelta(hours=1))

    new = importing.keep(cycle=season.cycle, kind="commune", file_name="b.xlsx", content=b"y", by=None)

    assert list(Upload.objects.all()) == [new]


@pytest.mark.parametrize(("name", "made"), list(damage.files()), ids=[name for name, _ in damage.files()])
def test_a_damaged_file_is_refused_on_the_page(staff: Client, season: Season, name: str, made: damage.Made) -> None:
    answer = hand_in(staff, season, made())

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("case", [*damage.cells()][::4], ids=lambda case: case[0])
def test_a_damaged_table_is_refused_on_the_page(
    staff: Client, season: Season, case: tuple[str, Callable[[], bytes], str]
) -> None:
    _name, made, cell = case
    place = hand_in(staff, season, made())["Location"]
    page = staff.get(place)

    assert page.status_code == 200
    assert f"<strong>{cell}</strong>" in page.content.decode()
    assert staff.post(place).status_code == 409


def test_no_file_is_refused(staff: Client, season: Season) -> None:
    assert staff.post(address(season), {"kind": "commune"}).status_code == 422
    assert hand_in(staff, season, b"").status_code == 422


def test_samples_are_workbooks(staff: Client, season: Season) -> None:
    for name in ("import_template", "import_example"):
        answer = staff.get(reverse(f"criteria:{name}", args=[season.cycle.code]))
        assert answer.content[:2] == b"PK"
    assert hand_in(staff, season, import_samples.example()).status_code == 302


def test_as_many_queries_for_three_annexes_as_for_one(staff: Client, season: Season) -> None:
    hand_in(staff, season, good())
    page = address(season)
    staff.get(page)
    one = _count(lambda: staff.get(page))
    for _ in range(2):
        hand_in(staff, season, good())

    assert _count(lambda: staff.get(page)) == one
    assert len(staff.get(page).context["waiting"]) == 3


def _count(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def big() -> Outline:
    """Four levels, 320 leaves."""
    nodes: list[Node] = []
    for a in range(1, 9):
        nodes.append(Node(f"{a}", f"Lĩnh vực {a}", maximum=Decimal(40)))
        for b in range(1, 6):
            nodes.append(Node(f"{a}.{b}", f"Tiêu chí {b}", f"{a}", Decimal(8)))
            for c in range(1, 3):
                nodes.append(Node(f"{a}.{b}.{c}", f"Tiêu chí thành phần {c}", f"{a}.{b}", Decimal(4)))
                nodes += [
                    Node(
                        f"{a}.{b}.{c}.{d}",
                        f"Nội dung {d}",
                        f"{a}.{b}.{c}",
                        Decimal(1),
                        evidence="Kế hoạch\nBáo cáo năm",
                        rule="Kịp thời: 1\nChậm: 0,5\nKhông: 0",
                    )
                    for d in range(1, 5)
                ]
    return Outline("Bộ lớn", Decimal(320), Decimal(0), tuple(nodes))


def test_three_hundred_leaves_in_three_seconds(staff: Client, season: Season) -> None:
    """Handed in, shown and made a draft."""
    data = export(big(), heading=("PHỤ LỤC",))

    with stopwatch(time.monotonic) as taken:
        place = hand_in(staff, season, data)["Location"]
        page = staff.get(place)
        staff.post(place)

    assert len(page.content) < 300_000
    assert outline(CriteriaSet.objects.get(kind="commune")) == big()
    assert taken() < 3 * 3


def test_the_file_is_read_in_a_second() -> None:
    data = export(big(), heading=("PHỤ LỤC",))
    best = min(_timed(lambda: read(data)) for _ in range(3))

    assert best < 3
    assert BytesIO(data).getbuffer().nbytes < 200_000


def _timed(call: Callable[[], object]) -> float:
    with stopwatch(time.monotonic) as taken:
        call()
    return taken()
