"""Where the place of a proof goes: checks, versions, receipts, papers; and how many leaves rest on a document."""

import json
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from assessments.documents import library as books
from assessments.models import Assessment, Citation, Evidence
from assessments.selectors import library as reads
from assessments.selectors.complete import check
from assessments.selectors.papers import of_receipt, of_sheet
from assessments.selectors.places import cited_numbers, on_paper, pages_in_figures, pages_then, uses_in_year
from assessments.selectors.sheets import sheet
from assessments.selectors.versions import missing_page, moves
from assessments.services import returns, submission, versions
from assessments.services.freezing import FORMAT
from tests.assessments import files
from tests.assessments.pages import complete, signed_in, text
from tests.assessments.shelf import cited, document
from tests.assessments.test_places import BOX, EDGES, at, placed
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


# --- missing pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "pages", "missing"),
    [
        ({}, 5, None),
        ({"page": 5}, 5, None),
        ({"page": 6}, 5, 6),
        ({"page": 4, "page_to": 7}, 5, 7),
        ({"page": 6, "page_to": 7}, 5, 6),
        ({"page": 7}, 0, None),
    ],
)
def test_the_page_that_a_file_lacks(
    season: rows.Season, fields: dict[str, Any], pages: int, missing: int | None
) -> None:
    one = cited(document(season.units[0], pages=pages), season.assessments[0], **fields)

    assert missing_page(one) == missing
    assert [each.lacks for each in moves(one.evidence, one.evidence)] == [missing]


def test_a_shorter_version_is_found_by_the_check_and_leads_to_the_field(season: rows.Season) -> None:
    complete(season)
    one = placed(season, page=2, page_to=7, **EDGES)
    made = versions.replace(evidence=one.evidence, file=files.upload("b.pdf", files.pdf(5)), by=season.officer)
    client = signed_in(season.officer)
    before = check(season.assessments[0])

    question = text(client.get(reverse("assessments:document_move", args=[made.pk])))
    moved = client.post(reverse("assessments:document_move", args=[made.pk]), {"citation": [one.pk]}, follow=True)

    row = Citation.objects.get(pk=one.pk)
    found = [each for each in check(season.assessments[0]).warnings if each.citation]
    page = client.get(reverse("assessments:check", args=[season.assessments[0].pk])).content.decode()
    event = AuditEvent.objects.filter(action="evidence.moved").get()
    assert [each for each in before.problems if each.citation] == []
    assert "tr. 2–7, có khung" in question
    assert "Khung đã vẽ trên tệp cũ" in question
    assert "Thiếu trang: dẫn chiếu trang 7, tệp chỉ có 5 trang." in question
    assert (row.evidence, row.page, row.page_to, row.box) == (made, 2, 7, None)
    assert json.loads(event.data)["box_dropped"] is True
    assert "không chuyển theo" in text(moved)
    assert [each.text for each in found] == ["trang 7 của “b.pdf” không tồn tại: tệp có 5 trang"]
    assert f'href="{at(one)}#id_page"' in page
    assert "Thiếu trang: dẫn chiếu trang 7, tệp chỉ có 5 trang." in text(client.get(at(one)))


def test_the_command_leads_to_the_field_of_a_missing_page(season: rows.Season) -> None:
    complete(season)
    one, out = placed(season, page=10), StringIO()

    call_command("check_dossier", season.cycle.code, season.units[0].code, "--json", stdout=out)

    links = [each["link"] for each in json.loads(out.getvalue()) if each["kind"] == "page_missing"]
    assert links == [f"{at(one)}#id_page"]


def test_citations_without_a_box_move_without_a_word_about_boxes(season: rows.Season) -> None:
    one = placed(season, page=2)
    made = versions.replace(evidence=one.evidence, file=files.upload("b.pdf", files.pdf(5)), by=season.officer)

    moved = signed_in(season.officer).post(
        reverse("assessments:document_move", args=[made.pk]), {"citation": [one.pk]}, follow=True
    )

    assert "không chuyển theo" not in text(moved)
    assert "box_dropped" not in AuditEvent.objects.filter(action="evidence.moved").get().data


# --- papers and receipts ----------------------------------------------------------------------------------------------


def handed_in(season: rows.Season, **fields: Any) -> Any:
    complete(season)
    placed(season, **fields)
    return submission.submit(assessment=season.assessments[0], by=season.head)


def frozen(receipt: Any) -> dict[str, Any]:
    content = json.loads(receipt.content)
    documents: list[dict[str, Any]] = [each for leaf in content["leaves"] for each in leaf["evidence"]]
    assert content["format"] == FORMAT
    return documents[0]


def test_a_receipt_freezes_pages_and_box_and_shows_them(season: rows.Season) -> None:
    receipt = handed_in(season, page=3, page_to=5, **EDGES)

    said = frozen(receipt)
    page = text(signed_in(season.head).get(reverse("assessments:receipt", args=[receipt.pk])))
    leaf = next(each for each in of_receipt(receipt).leaves if each.documents)

    assert (said["page"], said["page_to"], said["box"]) == (3, 5, list(BOX))
    assert "tr. 3–5, có khung" in page
    assert leaf.documents == ("Kế hoạch.pdf · tr. 3–5",)
    assert [each.documents for each in of_sheet(sheet(season.assessments[0])).leaves if each.documents] == [
        leaf.documents
    ]


def test_a_receipt_says_nothing_of_pages_that_nobody_named(season: rows.Season) -> None:
    assert {"page", "page_to", "box"} & set(frozen(handed_in(season))) == set()


def test_what_was_handed_in_comes_back_with_its_box_and_an_older_receipt_without(season: rows.Season) -> None:
    dossier = season.assessments[0]
    receipt = handed_in(season, page=3, page_to=5, **EDGES)
    returns.return_dossier(assessment=dossier, note="n", by=season.staff)
    Citation.objects.update(page_to=None, box_left=None, box_top=None, box_right=None, box_bottom=None)

    returns.withdraw(assessment=dossier, note="Quá hạn", by=season.staff)
    back = Citation.objects.get()
    assert (back.page, back.page_to, back.box) == (3, 5, BOX)

    old = json.loads(receipt.content) | {"format": 2}
    for leaf in old["leaves"]:
        for each in leaf["evidence"]:
            del each["page_to"], each["box"]
    text_then = json.dumps(old, ensure_ascii=False)
    type(receipt).objects.update(content=text_then)
    returns.return_dossier(assessment=dossier, note="n", by=season.staff)
    returns.withdraw(assessment=dossier, note="Quá hạn", by=season.staff)
    back.refresh_from_db()
    assert (back.page, back.page_to, back.box) == (3, None, None)
    assert type(receipt).objects.get().content == text_then


def test_pages_in_words_and_figures(season: rows.Season) -> None:
    none, one, many = (
        placed(season, place="mục I"),
        placed(season, page=3, page_to=3),
        placed(season, page=3, page_to=5),
    )

    assert [on_paper(each) for each in (none, one, many)] == [
        "Kế hoạch.pdf · mục I",
        "Kế hoạch.pdf · tr. 3",
        "Kế hoạch.pdf · tr. 3–5",
    ]
    assert [pages_in_figures(each) for each in (none, one, many)] == ["", 3, "3–5"]
    assert [pages_then(each) for each in ({}, {"page": 2}, {"page": 2, "page_to": 4})] == ["", "tr. 2", "tr. 2–4"]
    assert [list(cited_numbers(each)) for each in (none, one, many)] == [[], [3], [3, 4, 5]]


def test_the_library_s_workbook_has_the_pages(season: rows.Season) -> None:
    placed(season, page=3, page_to=5, place="mục II")
    found = reads.filled(reads.with_citations(Evidence.objects.all()), set(), Evidence.objects.all())

    page = load_workbook(BytesIO(books.workbook(season.units[0], found))).active

    assert page is not None
    assert page["K4"].value == f"{season.cycle.name} · 1.1 · tr. 3–5 · mục II"


# --- how often a document is used -------------------------------------------------------------------------------------


def test_leaves_of_every_dossier_of_the_year_that_rest_on_a_document(season: rows.Season) -> None:
    one, other = document(season.units[0]), document(season.units[0])
    mine, theirs = season.assessments
    for code in ("1.2", "1.1"):
        cited(one, mine, code)
    cited(one, theirs, "1.1")
    cited(other, mine)

    with CaptureQueriesContext(connection) as few:
        uses_in_year([one.pk], season.cycle.year)
    with CaptureQueriesContext(connection) as many:
        found = uses_in_year([one.pk, other.pk], season.cycle.year)

    shown = [(use.assessment, [leaf.code for leaf in use.leaves]) for use in found[one.pk]]
    assert shown == [(mine, ["1.1", "1.2"]), (theirs, ["1.1"])]
    assert len(found[other.pk]) == 1
    assert (len(few), len(many)) == (1, 1)
    assert uses_in_year([one.pk], season.cycle.year + 1) == {}


def test_the_document_s_page_counts_its_leaves(season: rows.Season) -> None:
    one = document(season.units[0], pages=9)
    cited(one, season.assessments[0], "1.1", page=3, page_to=5)
    cited(one, season.assessments[0], "1.2")
    Assessment.objects.exclude(pk=season.assessments[0].pk).delete()

    page = text(signed_in(season.officer).get(reverse("assessments:document", args=[one.pk])))

    assert f"Dùng cho 2 tiêu chí của hồ sơ {season.cycle.name}: 1.1 , 1.2" in page
    assert "tr. 3–5" in page
