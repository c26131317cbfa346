"""Units from a workbook: preview with cells, confirmation, what is stored."""

import json
import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from tests.factories import rows
from tests.units.books import texts, workbook
from units.imports import units
from units.imports.workbook import MOST_ROWS, Unreadable, text_of
from units.models import AuditEvent, Unit, UnitKind, User

pytestmark = pytest.mark.django_db
HEADS = ["code", "name", "kind", "parent", "valid_from", "valid_until"]


@pytest.fixture
def province() -> Unit:
    return rows.unit("UBND tỉnh Thử", "province", code="P")


@pytest.fixture
def administrator(province: Unit) -> User:
    return rows.member("administrator", province, "quantri")


def problems(content: bytes, *scope: Unit) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(problem.cell, problem.text) for problem in units.parse(content, scope).problems]


def refused(content: bytes, *scope: Unit) -> list[tuple[str, str]]:
    with translation.override("en"), pytest.raises(Unreadable) as caught:
        units.parse(content, scope)
    return [(problem.cell, problem.text) for problem in caught.value.problems]


def test_parse_accepts_parents_before_children(province: Unit) -> None:
    content = workbook(
        HEADS,
        ["X1", "UBND xã Một", "commune", "H1", None, None],
        ["H1", "UBND huyện Một", "district", "P", date(2025, 7, 1), "31/12/2026"],
    )

    preview = units.parse(content, [province])

    assert [row.code for row in preview.accepted] == ["H1", "X1"]
    assert (preview.accepted[0].valid_from, preview.accepted[0].valid_until) == (date(2025, 7, 1), date(2026, 12, 31))
    assert (preview.lines, preview.refused) == (2, 0)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_parse_reads_heads_and_kinds_of_every_language(province: Unit, language: str) -> None:
    with translation.override(language):
        heads = [str(column.head) for column in units.COLUMNS]
        kind = str(UnitKind.DEPARTMENT.label)

    preview = units.parse(workbook(heads, ["S1", "Sở Một", kind, "P", "", ""]), [province])

    assert [row.kind for row in preview.accepted] == ["department"]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (["", "Sở", "department", "P", "", ""], ("A2", "must not be empty")),
        (["S 1", "Sở", "department", "P", "", ""], ("A2", "may hold letters, digits, “.”, “-” and “_” only")),
        (["S1", "", "department", "P", "", ""], ("B2", "must not be empty")),
        (["S1", "x" * 201, "department", "P", "", ""], ("B2", "is longer than 200 characters")),
        (["S1", "#REF!", "department", "P", "", ""], ("B2", "holds an error of a formula")),
        (
            ["S1", "Sở", "department", "Q", "", ""],
            ("D2", "is no unit that you administer, neither stored nor in this file"),
        ),
        (["S1", "Sở", "department", "", "", ""], ("D2", "must not be empty: only the province has no unit above it")),
        (["S1", "Sở", "department", "S1", "", ""], ("D2", "is the unit itself")),
        (["S1", "Sở", "department", "P", "32/13/2026", ""], ("E2", "is not a day; write it as 31/12/2026")),
        (["S1", "Sở", "department", "P", "01/07/2025", "01/07/2025"], ("F2", "must be after the first day")),
        (
            ["P", "Tỉnh", "district", "", "", ""],
            ("C2", "cannot change: end this unit and add a new one with a later first day"),
        ),
        (
            ["P", "Tỉnh", "province", "", "01/07/2025", ""],
            ("A2", "is still the code of UBND tỉnh Thử; give that unit a last day first"),
        ),
    ],
)
def test_parse_refuses_a_cell_at_its_address(province: Unit, row: list[str], found: tuple[str, str]) -> None:
    assert problems(workbook(HEADS, row), province)[-1:] == [found]


def test_parse_refuses_an_unknown_kind_with_the_words_allowed(province: Unit) -> None:
    cell, text = problems(workbook(HEADS, ["S1", "Sở", "sở", "P", "", ""]), province)[0]
    assert cell == "C2"
    assert text.startswith("must be one of: Province, Provincial department")


def test_parse_refuses_a_code_twice(province: Unit) -> None:
    row = ["S1", "Sở", "department", "P", "", ""]
    assert problems(workbook(HEADS, row, row), province) == [("A3", "stands already in row 2")]


def test_parse_refuses_what_hangs_on_a_refused_row_or_on_itself(province: Unit) -> None:
    content = workbook(
        HEADS,
        ["H1", "", "district", "P", "", ""],
        ["X1", "Xã", "commune", "H1", "", ""],
        ["A", "A", "commune", "B", "", ""],
        ["B", "B", "commune", "A", "", ""],
    )
    text = "hangs on a row that is refused, or on itself"
    assert problems(content, province) == [("B2", "must not be empty"), ("D3", text), ("D4", text), ("D5", text)]


def test_parse_refuses_moving_a_stored_unit(province: Unit) -> None:
    rows.unit("Sở", parent=province, code="S1")
    rows.unit("Huyện", "district", parent=province, code="H1")
    content = workbook(HEADS, ["S1", "Sở", "department", "H1", "", ""])
    found = ("D2", "cannot change: end this unit and add a new one with a later first day")
    assert problems(content, province) == [found]


def test_parse_of_a_district_reaches_its_communes_only(province: Unit) -> None:
    district = rows.unit("Huyện", "district", parent=province, code="H1")
    content = workbook(
        HEADS, ["X1", "Xã", "commune", "H1", "", ""], ["S1", "Sở", "department", "P", "", ""], ["Q", "Tỉnh", "province"]
    )
    assert [cell for cell, _text in problems(content, district)] == ["D3", "D4"]


def test_parse_of_the_second_life_of_a_code(province: Unit) -> None:
    rows.unit("Xã cũ", "commune", parent=province, code="X1", valid_until=date(2025, 7, 1))
    rows.unit("Xã mới", "commune", parent=province, code="X1", valid_from=date(2025, 7, 1))
    preview = units.parse(workbook(HEADS, ["X1", "Xã mới hơn", "commune", "P", "01/07/2025", ""]), [province])
    assert [row.name for row in preview.accepted] == ["Xã mới hơn"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"not a workbook", [("", "This is not a readable XLSX workbook. Save it in Excel as .xlsx and try again.")]),
        (workbook(HEADS), [("A2", "The sheet has no rows under its heads.")]),
        (workbook([]), [("A1", f"The column “{head}” is missing.") for head in ("Code", "Name of unit", "Kind")]),
        (workbook([*HEADS, "colour"], ["S1"]), [("G1", "This column is not known.")]),
        (workbook([*HEADS, "code"], ["S1"]), [("G1", "This column stands here twice.")]),
        (workbook(HEADS, *[["S1"]] * (MOST_ROWS + 1)), [("", f"The sheet has more than {MOST_ROWS} rows.")]),
    ],
)
def test_read_refuses_a_file_as_a_whole(province: Unit, content: bytes, found: list[tuple[str, str]]) -> None:
    assert refused(content, province) == found


def test_read_refuses_a_file_whose_parts_make_no_sense(province: Unit) -> None:
    """openpyxl ends on it with a TypeError."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook(HEADS, ["S1"]))) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'sheetId="1"', b'sheetId="x"'))

    words = "This is not a readable XLSX workbook. Save it in Excel as .xlsx and try again."
    assert refused(made.getvalue(), province) == [("", words)]


def test_read_refuses_a_package_that_unpacks_to_too_much(province: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("units.imports.workbook.MOST_UNPACKED", 10)
    assert [cell for cell, _text in refused(workbook(HEADS, ["S1"]), province)] == [""]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (7.0, "7"), (7.5, "7.5"), (date(2026, 1, 2), "02/01/2026"), (" a  b ", "a b")]
)
def test_text_of_a_cell(value: object, text: str) -> None:
    assert text_of(value) == text


def test_parse_of_a_third_life_beside_two_that_are_over(province: Unit) -> None:
    rows.unit("Xã cũ", "commune", parent=province, code="X1", valid_until=date(2025, 7, 1))
    preview = units.parse(workbook(HEADS, ["X1", "Xã mới", "commune", "P", "01/07/2025", ""]), [province])
    assert [row.valid_from for row in preview.accepted] == [date(2025, 7, 1)]


# --- through the pages ------------------------------------------------------------------------------------------------
PAGE = "/administration/units/"


def upload(client: Client, content: bytes, page: str = PAGE):  # type: ignore[no-untyped-def]
    return client.post(page, {"workbook": SimpleUploadedFile("đơn vị.xlsx", content)})


def confirm(client: Client, response, page: str = PAGE, **changed: object):  # type: ignore[no-untyped-def]
    data = {"digest": response.context["digest"], "accepted": len(response.context["preview"].accepted), **changed}
    return client.post(f"{page}confirm/", data)


@pytest.fixture
def signed_in(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def test_import_stores_nothing_before_the_confirmation(signed_in: Client, province: Unit) -> None:
    response = upload(signed_in, workbook(HEADS, ["S1", "Sở Một", "department", "P"]))
    assert response.status_code == 200
    assert Unit.objects.count() == 1


def test_import_stores_accepted_rows_and_one_event(signed_in: Client, province: Unit, administrator: User) -> None:
    rows.unit("Sở Cũ", parent=province, code="S0")
    rows.unit("Sở Yên", parent=province, code="S9")
    content = workbook(
        HEADS,
        ["S0", "Sở Đổi Tên", "department", "P", "", "01/07/2025"],
        ["S9", "Sở Yên", "department", "P"],
        ["S1", "Sở Một", "department", "P"],
        ["S2", "", "department", "P"],
        ["T", "UBND tỉnh Khác", "province", ""],
    )

    response = confirm(signed_in, upload(signed_in, content))

    assert (response.context["created"], response.context["changed"]) == (2, 1)
    renamed = Unit.objects.get(code="S0")
    assert (renamed.name, renamed.folded, renamed.valid_until) == ("Sở Đổi Tên", "so doi ten", date(2025, 7, 1))
    assert Unit.objects.get(code="S1").parent == province
    assert Unit.objects.get(code="T").parent is None
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("units.imported", administrator)
    assert (json.loads(event.data)["created"], json.loads(event.data)["changed"]) == (["S1", "T"], ["S0"])


def test_import_confirmed_twice_says_so_and_stores_once(signed_in: Client, province: Unit) -> None:
    preview = upload(signed_in, workbook(HEADS, ["S1", "Sở Một", "department", "P"]))
    confirm(signed_in, preview)
    again = confirm(signed_in, preview)
    assert again.status_code == 422
    assert AuditEvent.objects.count() == 1


def test_import_shows_the_preview_again_when_the_data_have_changed(signed_in: Client, province: Unit) -> None:
    preview = upload(signed_in, workbook(HEADS, ["S1", "Sở Một", "department", "P"]))
    rows.unit("Huyện", "district", parent=province, code="S1")
    response = confirm(signed_in, preview)
    assert response.status_code == 409
    assert response.context["preview"].refused == 1
    assert AuditEvent.objects.count() == 0


def test_import_confirmed_with_nonsense_leads_back(signed_in: Client, province: Unit) -> None:
    response = signed_in.post(f"{PAGE}confirm/", {"digest": "../../x", "accepted": 1})
    assert (response.status_code, response["Location"]) == (302, PAGE)


def test_import_of_another_persons_preview_is_not_kept(signed_in: Client, client: Client, province: Unit) -> None:
    preview = upload(signed_in, workbook(HEADS, ["S1", "Sở Một", "department", "P"]))
    client.force_login(rows.member("administrator", province, "khac"))
    assert confirm(client, preview).status_code == 422
    assert Unit.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html>"])
def test_import_of_a_bad_file_is_explained(signed_in: Client, province: Unit, content: bytes) -> None:
    assert upload(signed_in, content).status_code == 422


def test_import_without_a_file_is_explained(signed_in: Client) -> None:
    assert signed_in.post(PAGE, {}).status_code == 422


def test_import_of_a_large_file_is_refused(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("units.forms.MOST_BYTES", 10)
    response = upload(signed_in, workbook(HEADS, ["S1"]))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["workbook"]


def test_template_is_read_back(signed_in: Client, province: Unit) -> None:
    content = signed_in.get(f"{PAGE}template.xlsx").content
    assert len(texts(content)) == 2
    assert texts(content, 1)[0][0] == texts(content)[0][0]
    filled = workbook(texts(content)[0], ["S1", "Sở Một", "Sở, ban, ngành cấp tỉnh", "P", "", ""])
    assert len(units.parse(BytesIO(filled).getvalue(), [province]).accepted) == 1
