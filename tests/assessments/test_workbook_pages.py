"""Workbooks on the page and by the command: shown row by row, taken as a whole, nothing overwritten, once."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import merging
from assessments.forms.returning import Verdict, judge
from assessments.imports.roundtrip import read
from assessments.models import Score, SheetReturn
from assessments.selectors import sheets
from assessments.services import returning_sheets, returns, scores, submission
from criteria.models import Criterion
from tests.assessments import books, pages
from tests.factories import rows
from units.models import AuditEvent, User

pytestmark = pytest.mark.django_db


def free(criterion: Criterion) -> str:
    return ""


def bring(season: rows.Season, data: bytes, person: User | None = None, name: str = "bang-diem.xlsx") -> Any:
    client = pages.signed_in(person or season.officer)
    return client.post(pages.url("workbook", season), {"file": SimpleUploadedFile(name, data)})


def address(season: rows.Season) -> str:
    return pages.url("workbook_return", season, SheetReturn.objects.latest("pk").pk)


def shown(season: rows.Season, person: User | None = None) -> HttpResponse:
    return pages.signed_in(person or season.officer).get(address(season))  # type: ignore[return-value]


def confirm(season: rows.Season, seen: str, choices: dict[str, str] | None = None, person: User | None = None) -> Any:
    return pages.signed_in(person or season.officer).post(address(season), {"seen": seen, **(choices or {})})


def seen_of(response: Any) -> str:
    return str(response.context["preview"].seen)


def stored(season: rows.Season, code: str = "1.1") -> Score:
    return Score.objects.get(assessment=season.assessments[0], criterion__code=code)


def save(season: rows.Season, points: str | None, explanation: str = "", code: str = "1.1") -> Score:
    standing = Score.objects.filter(assessment=season.assessments[0], criterion__code=code).first()
    return scores.save_score(
        assessment=season.assessments[0],
        criterion=pages.leaf(season, code),
        points=None if points is None else Decimal(points),
        not_applicable=False,
        explanation=explanation,
        version=standing.version if standing else 0,
        by=season.head,
    )


def test_a_workbook_goes_out_is_filled_in_and_taken_over() -> None:
    season = rows.season()
    page = pages.signed_in(season.officer).get(pages.url("workbook", season))
    taken = pages.signed_in(season.officer).get(pages.url("workbook_xlsx", season))
    assert page.status_code == 200
    assert "attachment" in taken["Content-Disposition"]

    def fill(sheet: Any) -> None:
        books.cell(sheet, "1.1", "points").value = 2
        books.cell(sheet, "1.1", "explanation").value = "Đã ban hành đúng hạn"
        books.cell(sheet, "1.2", "not_applicable").value = "x"
        books.cell(sheet, "1.2", "explanation").value = "Không có thủ tục"

    assert bring(season, books.edited(taken.content, fill)).status_code == 302
    response = shown(season)
    assert response.context["rows"]["taken"]  # type: ignore[attr-defined]
    assert Score.objects.filter(assessment=season.assessments[0]).count() == 0

    assert confirm(season, seen_of(response)).status_code == 302

    assert (stored(season).points, stored(season).explanation) == (Decimal(2), "Đã ban hành đúng hạn")
    assert stored(season, "1.2").not_applicable
    assert stored(season).updated_by == season.officer
    event = AuditEvent.objects.get(action="sheet.taken")
    assert '"leaves": ["1.1", "1.2"]' in event.data
    assert AuditEvent.objects.filter(action="assessment.scored").count() == 2


def test_confirming_twice_writes_once() -> None:
    season = rows.season()
    bring(season, books.typed(season.assessments[0], "1.1", points=2))
    seen = seen_of(shown(season))

    first, second = confirm(season, seen), confirm(season, seen)

    assert (first.status_code, second.status_code) == (302, 200)
    assert stored(season).version == 1
    assert AuditEvent.objects.filter(action="sheet.taken").count() == 1
    row = SheetReturn.objects.get()
    assert returning_sheets.take(returned=row, changes=[], by=season.officer) == []


def test_the_same_file_that_waits_is_kept_once_and_old_ones_are_forgotten() -> None:
    season = rows.season()
    data = books.typed(season.assessments[0], "1.1", points=2)
    bring(season, data)
    bring(season, data)
    assert SheetReturn.objects.count() == 1

    for number in range(returning_sheets.MOST_WAITING + 3):
        returning_sheets.keep(
            assessment=season.assessments[0], name="x", sha256=str(number), content="{}", by=season.officer
        )

    assert SheetReturn.objects.count() == returning_sheets.MOST_WAITING


def test_what_others_wrote_meanwhile_is_kept_and_what_both_wrote_is_chosen() -> None:
    season = rows.season()
    save(season, "2", "trước")
    save(season, "0", code="1.2")
    data = books.typed(season.assessments[0], "1.1", points=1, explanation="trong tệp")
    save(season, "0", "trước")
    save(season, "4", code="1.2")
    bring(season, data)
    response = shown(season)
    verdicts = {row.row.code: row.verdict for row in response.context["preview"].rows}  # type: ignore[attr-defined]
    assert verdicts == {"1.1": Verdict.CONFLICT, "1.2": Verdict.KEPT}
    leaf = pages.leaf(season).pk

    confirm(season, seen_of(response), {f"choice-{leaf}-answer": "mine"})

    assert (stored(season).points, stored(season).explanation) == (Decimal(0), "trong tệp")
    assert stored(season, "1.2").points == Decimal(4)


def test_the_workbook_wins_a_conflict_where_it_is_chosen() -> None:
    season = rows.season()
    data = books.typed(season.assessments[0], "1.1", points=1)
    save(season, "2")
    bring(season, data)
    leaf = pages.leaf(season).pk

    confirm(season, seen_of(shown(season)), {f"choice-{leaf}-answer": "theirs"})

    assert stored(season).points == Decimal(1)


def test_what_changed_since_the_page_was_shown_is_shown_again() -> None:
    season = rows.season()
    bring(season, books.typed(season.assessments[0], "1.1", points=1))
    seen = seen_of(shown(season))
    save(season, "2")
    leaf = pages.leaf(season).pk

    response = confirm(season, seen, {f"choice-{leaf}-answer": "theirs"})

    assert response.status_code == 409
    assert response.context["meanwhile"] == ["1.1"]
    assert 'value="theirs" checked' in response.content.decode()
    assert stored(season).points == Decimal(2)
    assert confirm(season, seen_of(response), {f"choice-{leaf}-answer": "theirs"}).status_code == 302
    assert stored(season).points == Decimal(1)


def test_a_write_between_look_and_lock_takes_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last instant: the page saw version 0, another save comes in while the first leaves are being written."""
    season = rows.season()

    def fill(sheet: Any) -> None:
        books.cell(sheet, "1.1", "points").value = 2
        books.cell(sheet, "1.2", "points").value = 4

    bring(season, books.edited(books.made(season.assessments[0]), fill))
    row = SheetReturn.objects.get()
    found = judge(read_back(row), sheets.sheet(season.assessments[0]), {}, free)
    save(season, "0", code="1.2")

    with pytest.raises(returning_sheets.Overtaken, match=r"1\.2"):
        returning_sheets.take(
            returned=row, changes=[(each.criterion, each.values) for each in found.changes], by=season.officer
        )

    assert not Score.objects.filter(criterion__code="1.1").exists()
    assert SheetReturn.objects.get().applied_at is None

    monkeypatch.setattr("assessments.forms.returning.Preview.moved_since", lambda self, seen: [])
    stale = {**found.changes[1].values}
    monkeypatch.setattr("assessments.views.workbooks.judged", lambda *args: _with(found, stale))
    assert confirm(season, "").status_code == 409


def _with(found: Any, values: dict[str, Any]) -> Any:
    found.rows[1].change.values.update(values)
    return found


def read_back(row: SheetReturn) -> merging.Returned:
    return merging.thawed(row.content)


def test_after_submission_nothing_is_written_and_the_workbook_stays() -> None:
    season = rows.season()
    pages.complete(season)
    bring(season, books.typed(season.assessments[0], "1.1", points=1))
    seen = seen_of(shown(season))
    submission.submit(assessment=season.assessments[0], by=season.head)

    response = confirm(season, seen)

    assert response.status_code == 409
    assert stored(season).points == Decimal(2)
    assert SheetReturn.objects.get().applied_at is None


@pytest.mark.parametrize(
    ("values", "cell", "said"),
    [
        ({"points": "1.250"}, "D7", "1,250"),
        ({"points": 7}, "D7", "1.1"),
        ({"points": 1.7}, "D7", "2"),
        ({"points": "hai"}, "D7", "hai"),
        ({"points": 1, "not_applicable": "x"}, "D7", ""),
        ({"not_applicable": "có lẽ"}, "E7", ""),
        ({"explanation": "a" * 5001}, "G7", "5"),
    ],
)
def test_what_the_sheet_would_refuse_is_refused_with_its_cell(values: dict[str, object], cell: str, said: str) -> None:
    season = rows.season()
    bring(season, books.typed(season.assessments[0], "1.1", **values))
    response = shown(season)

    (refused,) = response.context["rows"]["refused"]  # type: ignore[attr-defined]
    assert [each.cell for each in refused.findings] == [cell]
    assert said in refused.findings[0].text
    assert f"ô {cell}" in pages.text(response)
    confirm(season, seen_of(response))
    assert not Score.objects.exists()


def test_figures_and_reason_come_back_by_the_rule() -> None:
    season = rows.season()
    bring(season, books.typed(season.assessments[0], "1.2", figures="92,5", points=3, reason="Số liệu đã làm tròn"))

    confirm(season, seen_of(shown(season)))

    score = stored(season, "1.2")
    assert (score.points, score.proposed, score.reason) == (Decimal(3), Decimal("3.7"), "Số liệu đã làm tròn")
    assert score.figures == '{"tỷ lệ":"92,5"}'


def test_other_leaves_of_a_returned_dossier_stay_as_they_are() -> None:
    season = rows.season()
    pages.complete(season)
    submission.submit(assessment=season.assessments[0], by=season.head)
    questions = {pages.leaf(season, "1.2").pk: "Thiếu"}
    returns.return_dossier(assessment=season.assessments[0], note="Bổ sung", by=season.staff, questions=questions)
    season.assessments[0].refresh_from_db()
    bring(season, books.typed(season.assessments[0], "1.1", points=1))

    response = shown(season)

    assert [each.row.code for each in response.context["rows"]["refused"]] == ["1.1"]  # type: ignore[attr-defined]


def test_a_leaf_that_does_not_apply_any_more_is_refused() -> None:
    season = rows.season()
    data = books.typed(season.assessments[0], "1.1", points=1)
    returned = read(data, season.assessments[0])
    rows.exemption(season.criteria_set, "1.1", unit=season.units[0])

    preview = judge(returned, sheets.sheet(season.assessments[0]), {}, free)

    assert [each.row.code for each in preview.of(Verdict.REFUSED)] == ["1.1"]
    assert preview.changes == []


def test_a_leaf_that_is_somebody_else_s_is_refused() -> None:
    season = rows.season()
    returned = read(books.typed(season.assessments[0], "1.1", points=1), season.assessments[0])

    preview = judge(returned, sheets.sheet(season.assessments[0]), {}, lambda criterion: f"{criterion.code}: khác")

    assert [each.findings[0].text for each in preview.of(Verdict.REFUSED)] == ["1.1: khác"]


def test_a_bad_file_says_why_and_nothing_is_kept() -> None:
    season = rows.season()

    response = bring(season, b"not a workbook", name="<b>x</b>.xlsx")

    assert response.status_code == 422
    assert "<b>x</b>" not in response.content.decode()
    assert SheetReturn.objects.count() == 0
    assert bring(season, b"").status_code == 422
    big = SimpleUploadedFile("to.xlsx", b"x" * (5 * 1024 * 1024 + 1))
    client = pages.signed_in(season.officer)
    assert client.post(pages.url("workbook", season), {"file": big}).status_code == 422


def test_who_only_looks_downloads_but_brings_nothing() -> None:
    season = rows.season()
    data = books.made(season.assessments[0])

    assert bring(season, data, season.staff).status_code == 403
    assert pages.signed_in(season.staff).get(pages.url("workbook_xlsx", season)).status_code == 200
    bring(season, data)
    assert shown(season, season.staff).status_code == 403
    assert "mang trở lại" not in pages.text(pages.signed_in(season.staff).get(pages.url("workbook", season)))


def test_a_workbook_is_found_at_its_own_dossier_only() -> None:
    season = rows.season()
    bring(season, books.made(season.assessments[0]))
    other = reverse("assessments:workbook_return", args=[season.assessments[1].pk, SheetReturn.objects.get().pk])

    assert pages.signed_in(season.outsider).get(other).status_code == 404


def test_the_preview_costs_the_same_for_few_and_many_rows() -> None:
    season = rows.season()
    counts = []
    for codes in (["1.1"], ["1.1", "1.2"]):

        def fill(sheet: Any, codes: list[str] = codes) -> None:
            for code in codes:
                books.cell(sheet, code, "points").value = 0

        bring(season, books.edited(books.made(season.assessments[0]), fill))
        client = pages.signed_in(season.officer)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(season)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
