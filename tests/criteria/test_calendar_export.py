"""The calendar as a workbook: dates that are dates, words that stay words, and to each reader what he may see."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from criteria.models import Carried, Cycle, DayOff, Phase
from criteria.phases import VIETNAM
from criteria.selectors.calendar import days_of, standing_of
from criteria.services import extensions
from tests.criteria.seasons import self_scoring
from tests.criteria.visits import asked, signed_in
from tests.factories import rows
from units.listing import Listed, workbook
from units.models import User

pytestmark = pytest.mark.django_db


def book(person: User, cycle: Cycle) -> Any:
    answer = signed_in(person).get(reverse("criteria:calendar_xlsx", args=[cycle.code]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="lich-{cycle.code}.xlsx"'
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def carried(cycle: Cycle, number: int, **given: Any) -> Carried:
    return Carried.objects.create(cycle=cycle, kind="phase", key=str(number), label=f"=Mục {number}", **given)


def test_phases_with_readings_extensions_and_days_off() -> None:
    season = rows.season()
    phase = self_scoring(season)
    Phase.objects.filter(pk=phase.pk).update(
        closes_at=datetime(2030, 12, 25, tzinfo=VIETNAM), named_day=date(2030, 12, 25), reads="before"
    )
    granted = extensions.approve(extension=asked(season, reason="=1+1"), by=season.chairman)
    DayOff.objects.create(day=date(2030, 12, 24), name="@Nghỉ bù")
    DayOff.objects.create(day=date(2030, 12, 22), name="Làm bù", is_working=True)
    DayOff.objects.create(day=date(2035, 1, 1), name="Ngoài lịch")

    made = book(season.staff, season.cycle)

    assert made.sheetnames == ["Giai đoạn", "Các lần gia hạn", "Ngày nghỉ", "Kế thừa từ kỳ trước"]
    (line,) = [row for row in made["Giai đoạn"].iter_rows(min_row=2) if row[6].value]
    assert line[3].value == datetime(2030, 12, 25)
    assert (line[3].is_date, line[3].number_format, line[6].value) == (True, "dd/mm/yyyy hh:mm", datetime(2030, 12, 25))
    assert "hết ngày thứ Ba 24/12/2030" in line[4].value
    assert (line[7].value, line[8].value) == (granted.closes_at.astimezone(VIETNAM).replace(tzinfo=None), "15/UBND-NC")
    cell = made["Các lần gia hạn"].cell(2, 4)
    assert (cell.value, cell.data_type, made["Các lần gia hạn"].cell(2, 3).is_date) == ("=1+1", "s", True)
    days = [[cell.value for cell in row] for row in made["Ngày nghỉ"].iter_rows(min_row=2)]
    assert days == [
        [datetime(2030, 12, 22), "Làm bù", "làm việc bù"],
        [datetime(2030, 12, 24), "@Nghỉ bù", "nghỉ làm việc"],
    ]
    assert made["Ngày nghỉ"].cell(3, 2).data_type == "s"


def test_what_was_carried_is_for_those_who_draw_up_the_plan() -> None:
    season = rows.season()
    carried(season.cycle, 1, affirmed_by=season.staff, affirmed_at=timezone.now())
    carried(season.cycle, 2, is_left_out=True, note="đã bỏ")

    made, other = book(season.staff, season.cycle), book(season.officer, season.cycle)

    table = [[cell.value for cell in row] for row in made["Kế thừa từ kỳ trước"].iter_rows(min_row=2)]
    assert [row[1] for row in table] == ["=Mục 1", "=Mục 2"]
    assert [row[3] for row in table] == ["đã kế thừa", "không kế thừa"]
    assert table[0][4] == str(season.staff)
    assert isinstance(table[0][5], datetime)
    assert table[1][4:] == [None, None]
    assert len(other.sheetnames) == 3


def test_what_is_only_asked_for_is_in_the_workbook_of_those_who_handle_it() -> None:
    season = rows.season()
    asked(season)

    assert book(season.staff, season.cycle)["Các lần gia hạn"].max_row == 2
    assert book(season.head, season.cycle)["Các lần gia hạn"].max_row == 1


def test_a_calendar_without_phases_has_heads_and_no_days() -> None:
    season = rows.season()
    DayOff.objects.create(day=timezone.localdate(), name="Nghỉ")
    empty = rows.cycle(season.province)

    made = book(season.staff, empty)

    assert [sheet.max_row for sheet in made.worksheets] == [1, 1, 1, 1]


def test_days_reach_to_where_late_dossiers_are_taken() -> None:
    season = rows.season()
    phase = self_scoring(season)
    Phase.objects.exclude(pk=phase.pk).delete()
    late = phase.closes_at + timedelta(days=4)
    Phase.objects.filter(pk=phase.pk).update(late_until=late)
    for days in (4, 5):
        DayOff.objects.create(day=timezone.localdate(phase.closes_at + timedelta(days=days)), name=str(days))

    assert [day.name for day in days_of(standing_of([self_scoring(season)]))] == ["4"]


def test_the_workbook_takes_the_same_queries_for_more_of_everything() -> None:
    season = rows.season()
    client, url = signed_in(season.staff), reverse("criteria:calendar_xlsx", args=[season.cycle.code])

    def more(number: int) -> None:
        extensions.approve(extension=asked(season, number, unit=season.units[0]), by=season.chairman)
        carried(season.cycle, number, affirmed_by=season.staff, affirmed_at=timezone.now())
        DayOff.objects.create(day=timezone.localdate() + timedelta(days=number), name="Nghỉ")

    more(1)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    more(2)
    more(3)
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(one) == len(three)


def test_a_list_holds_signs_that_no_workbook_may_hold() -> None:
    made = workbook(Listed("Bảng [1]: a/b" + "x" * 40, [("=Đầu", 9)], [["a\x0bb"], [None], [3]]))

    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]

    assert sheet.title == ("Bảng  1   a b" + "x" * 40)[:31]
    assert [row[0].value for row in sheet.iter_rows()] == ["=Đầu", "a b", None, 3]
    assert sheet["A1"].data_type == "s"
