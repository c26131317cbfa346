"""Data of documents: read, confirmed, searched; where they are cited; what lies outside the measured period."""

from datetime import date
from typing import Any

import pytest

from assessments.models import Assessment, Citation, Evidence
from assessments.selectors import library as reads
from assessments.selectors.library import Filters
from assessments.selectors.snippets import Snippet, snippet
from assessments.services import library
from assessments.services.library import Where
from assessments.states import NotAllowed
from criteria.models import Criterion
from criteria.phases import PhaseClosed
from tests.assessments.pages import close, leaf
from tests.assessments.shelf import cited, document
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
LETTER = """UBND TỈNH THỬ
SỞ XÂY DỰNG
Số: 12/BC-SXD   Hà Tĩnh, ngày 05 tháng 12 năm 2022
BÁO CÁO
Kết quả cải cách hành chính năm 2022
Căn cứ Kế hoạch số 1/KH-UBND;
Nội dung: đã số hóa 95% hồ sơ.
"""
DATA: dict[str, Any] = {
    "number": "12/BC-SXD",
    "issued_on": date(2022, 12, 5),
    "issuer": "Sở Xây dựng",
    "abstract": "Kết quả",
    "effective_from": None,
    "period_start": date(2022, 1, 1),
    "period_end": date(2022, 12, 31),
}


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def found(season: rows.Season, q: str = "", only: str = "", sort: str = "") -> list[str]:
    listed = reads.documents(season.units[0], Filters(q, only, sort), Evidence.objects.all())
    return [each.name for each in listed]


# --- read and confirmed -----------------------------------------------------------------------------------------------


def test_what_the_text_says_becomes_a_proposal(season: rows.Season) -> None:
    kept = document(season.units[0], text=LETTER)

    library.read_heading(kept)
    before = AuditEvent.objects.count()
    row = library.read_heading(kept)

    assert row.read["number"] == "12/BC-SXD"
    assert (row.read["issued_on"], row.read["period_end"]) == ("2022-12-05", "2022-12-31")
    assert row.number == ""
    assert "da so hoa 95% ho so" in row.folded
    assert AuditEvent.objects.count() == before


def test_a_person_confirms_once(season: rows.Season) -> None:
    kept = document(season.units[0])

    row = library.confirm(evidence=kept, by=season.officer, **DATA)
    before = AuditEvent.objects.count()
    again = library.confirm(evidence=kept, by=season.head, **DATA)

    assert (row.number, row.confirmed_by) == ("12/BC-SXD", season.officer)
    assert again.confirmed_by == season.officer
    assert AuditEvent.objects.count() == before
    assert found(season, "12/bc-sxd") == ["Kế hoạch.pdf"]


def test_confirmed_data_stay_under_a_dossier_that_was_handed_in(season: rows.Season) -> None:
    kept = document(season.units[0])
    cited(kept, season.assessments[0])
    Assessment.objects.update(state="submitted", submitted_at=kept.uploaded_at, submitted_by=season.head)

    library.confirm(evidence=kept, by=season.officer, **DATA)

    with pytest.raises(library.Held):
        library.confirm(evidence=kept, by=season.officer, **{**DATA, "number": "13/BC-SXD"})
    assert Evidence.objects.get().number == "12/BC-SXD"


# --- search -----------------------------------------------------------------------------------------------------------


def test_search_without_diacritics_in_names_numbers_and_text(season: rows.Season) -> None:
    document(season.units[0], "Báo cáo quý I.pdf", text="Đã số hóa hồ sơ")
    document(season.units[0], "Quyết định.pdf", number="35/QĐ-UBND")
    document(season.units[1], "Báo cáo của sở khác.pdf")

    assert found(season, "bao cao") == ["Báo cáo quý I.pdf"]
    assert found(season, "số HÓA") == ["Báo cáo quý I.pdf"]
    assert found(season, "hoso") == []
    assert found(season, '"ho so"') == ["Báo cáo quý I.pdf"]
    assert found(season, '"hoa so"') == []
    assert found(season, "35/qd") == ["Quyết định.pdf"]
    assert len(found(season)) == 2


def test_search_never_looks_into_a_confidential_text(season: rows.Season) -> None:
    """Not even where its text stands in the index, as in a row that was written before it was closed."""
    kept = document(season.units[0], "Tố cáo.pdf", number="7/TC", text="Nguyễn Văn Kín", is_confidential=True)
    Evidence.objects.filter(pk=kept.pk).update(folded="to cao.pdf | nguyen van kin")

    assert found(season, "nguyen van kin") == []
    assert found(season, "to cao 7/tc") == ["Tố cáo.pdf"]
    row = reads.filled([kept], {kept.pk}, Evidence.objects.all(), "to cao")[0]
    assert row.snippet is None


def test_filters_and_sorts(season: rows.Season) -> None:
    mine = season.units[0]
    first = document(mine, "B.pdf", pages=9, issued_on=date(2022, 3, 1), confirmed_at=season.cycle.plan_date or None)
    document(mine, "A.pdf", pages=1, state="waiting")
    document(mine, "C.pdf", state="refused")
    late = document(mine, "D.pdf", issued_on=date(2023, 2, 1), is_confidential=True)
    cited(first, season.assessments[0], verdict="refused", refusal="other")
    cited(late, season.assessments[0])

    assert found(season, only="waiting") == ["A.pdf"]
    assert sorted(found(season, only="refused")) == ["B.pdf", "C.pdf"]
    assert found(season, only="outside") == ["D.pdf"]
    assert sorted(found(season, only="uncited")) == ["A.pdf", "C.pdf"]
    assert found(season, only="confidential") == ["D.pdf"]
    assert found(season, only="duplicates") == []
    assert len(found(season, only="unconfirmed")) == 4
    assert found(season, sort="name") == ["A.pdf", "B.pdf", "C.pdf", "D.pdf"]
    assert found(season, sort="-name") == ["D.pdf", "C.pdf", "B.pdf", "A.pdf"]
    assert found(season, sort="-pages")[0] == "B.pdf"
    assert found(season, sort="nonsense") == found(season)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Đã số hóa", ["so hoa"], Snippet("Đã ", "số hóa", "")),
        ("không có gì", ["thieu"], None),
        ("x" * 99 + " đây " + "y " * 99, ["day"], Snippet("… ", "đây", " " + "y " * 33 + "y …")),
        ("각 số", ["so"], Snippet("각 ".lower(), "so", "")),
    ],
)
def test_snippet_shows_the_words_as_written(text: str, words: list[str], expected: Snippet | None) -> None:
    got = snippet(text, words)

    if expected is None or got is None:
        assert got is expected
    else:
        assert got.hit == expected.hit
        assert got.after == expected.after


# --- outside the measured period --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "asked", "is_outside"),
    [
        ({}, "", False),
        ({"period_start": date(2021, 1, 1), "period_end": date(2021, 12, 31)}, "", True),
        ({"period_start": date(2021, 12, 15), "period_end": date(2022, 1, 15)}, "", False),
        ({"period_end": date(2021, 6, 30)}, "", True),
        ({"period_start": date(2022, 6, 30)}, "", False),
        ({"issued_on": date(2023, 1, 5)}, "", True),
        (
            {"issued_on": date(2023, 1, 5), "period_start": date(2022, 1, 1), "period_end": date(2022, 12, 31)},
            "",
            False,
        ),
        ({"issued_on": date(2021, 12, 5)}, "", True),
        ({"issued_on": date(2019, 12, 5), "effective_from": date(2020, 1, 1)}, "", False),
        ({"effective_from": date(2023, 1, 1)}, "", True),
        # The asked line names a period of its own: it counts instead of the cycle's.
        ({"issued_on": date(2021, 5, 1)}, "Kế hoạch (kỳ: năm 2021)", False),
        ({"issued_on": date(2022, 5, 1)}, "Kế hoạch (kỳ: quý I năm 2022)", True),
        ({"issued_on": date(2022, 5, 1)}, "Kế hoạch (kỳ: năm)", False),
    ],
)
def test_outside_the_period(season: rows.Season, data: dict[str, Any], asked: str, is_outside: bool) -> None:
    citation = cited(document(season.units[0], **data), season.assessments[0], asked=asked)

    why = reads.outside_period(citation, season.cycle)

    assert bool(why) is is_outside
    if asked == "" and is_outside:
        assert "01/01/2022 – 31/12/2022" in why


def test_row_says_whether_an_exception_has_its_reason(season: rows.Season) -> None:
    kept = document(season.units[0], issued_on=date(2023, 1, 5))
    cited(kept, season.assessments[0], "1.1", period_reason="Kết quả của năm")
    listed = reads.with_citations(Evidence.objects.all())
    assert not reads.filled(listed, set(), Evidence.objects.all())[0].has_no_reason

    cited(kept, season.assessments[0], "1.2")

    assert reads.filled(listed.all(), set(), Evidence.objects.all())[0].has_no_reason


# --- citing -----------------------------------------------------------------------------------------------------------


def test_one_document_proves_many_leaves(season: rows.Season) -> None:
    kept, dossier = document(season.units[0]), season.assessments[0]
    wanted = [Where(leaf(season), "mục I", 2, "Kế hoạch"), Where(leaf(season, "1.2"))]

    library.cite_on(assessment=dossier, evidence=kept, leaves=wanted, by=season.officer)
    before = AuditEvent.objects.count()
    library.cite_on(assessment=dossier, evidence=kept, leaves=[Where(leaf(season), "mục II", 3)], by=season.officer)

    places = Citation.objects.order_by("score__criterion__code").values_list("place", "page", "asked")
    assert list(places) == [("mục I", 2, "Kế hoạch"), ("", None, "")]
    assert AuditEvent.objects.count() == before


def test_citing_on_many_leaves_is_all_or_nothing(season: rows.Season) -> None:
    kept, dossier = document(season.units[0]), season.assessments[0]
    other = document(season.units[1])
    refused = document(season.units[0], state="refused")
    survey = Criterion.objects.get(criteria_set=season.criteria_set, code="2.1")

    with pytest.raises(ValueError, match="not scored by the unit"):
        library.cite_on(
            assessment=dossier, evidence=kept, leaves=[Where(leaf(season)), Where(survey)], by=season.officer
        )
    for wrong in (other, refused):
        with pytest.raises(NotAllowed):
            library.cite_on(assessment=dossier, evidence=wrong, leaves=[Where(leaf(season))], by=season.officer)
    close(season)
    with pytest.raises(PhaseClosed):
        library.cite_on(assessment=dossier, evidence=kept, leaves=[Where(leaf(season))], by=season.officer)

    assert Citation.objects.count() == 0


def test_place_page_asked_line_and_reason_of_a_citation(season: rows.Season) -> None:
    citation = cited(document(season.units[0]), season.assessments[0])
    said: dict[str, Any] = {"place": "mục 3", "page": 3, "asked": "Kế hoạch", "period_reason": "Vẫn còn hiệu lực"}

    row = library.place(citation=citation, by=season.officer, **said)
    before = AuditEvent.objects.count()
    library.place(citation=citation, by=season.officer, **said)

    assert (row.place, row.page, row.asked, row.period_reason) == tuple(said.values())
    assert AuditEvent.objects.count() == before
    close(season)
    with pytest.raises(PhaseClosed):
        library.place(citation=citation, by=season.officer, **said)


def test_reason_for_sharing_is_kept_and_taken_back(season: rows.Season) -> None:
    kept = document(season.units[0])

    for reason in ("Quyết định của tỉnh", "Quyết định của tỉnh", ""):
        library.share(evidence=kept, reason=reason, by=season.officer)

    assert AuditEvent.objects.filter(action="evidence.shared").count() == 2
    assert Evidence.objects.get().shared_reason == ""
