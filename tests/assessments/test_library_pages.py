"""The library over HTTP: the list, a document with its data, citing it on many leaves, the place of a citation."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from assessments.models import Assessment, Citation, Evidence
from assessments.services import library
from criteria.models import CriteriaSet, Criterion
from tests.assessments.pages import close, leaf, signed_in, text
from tests.assessments.shelf import cited, document
from tests.factories import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    season = rows.season(issued=False)
    Criterion.objects.filter(criteria_set=season.criteria_set, code="1.1").update(
        evidence_asked="- Kế hoạch năm (kỳ: năm 2022)\n- Báo cáo quý"
    )
    rows.issue(CriteriaSet.objects.get(pk=season.criteria_set.pk))
    return season


def at(name: str, *args: int) -> str:
    return reverse(f"assessments:{name}", args=args)


def test_list_with_snippet_filters_and_workbook(season: rows.Season) -> None:
    unit, client = season.units[0], signed_in(season.officer)
    late = document(unit, "=Báo cáo.pdf", text="Đã số hóa hồ sơ", issued_on=date(2023, 2, 1), abstract="Kết quả")
    cited(late, season.assessments[0], place="mục I")
    document(unit, "Ảnh.png")

    shown = client.get(at("library", unit.pk), {"q": "so hoa"})
    everything = text(client.get(at("library", unit.pk), {"leaf": leaf(season).pk}))
    empty = text(client.get(at("library", unit.pk), {"only": "refused"}))
    book = openpyxl.load_workbook(io.BytesIO(client.get(at("library_xlsx", unit.pk)).content)).active

    assert "<mark>số hóa</mark>" in shown.content.decode()
    assert "Ảnh.png" not in text(shown)
    assert "ngoài kỳ đo" in everything
    assert "Không có tài liệu phù hợp" in empty
    assert book is not None
    cells = {cell for row in book.values for cell in row}
    assert {"=Báo cáo.pdf", "Kết quả", late.sha256} <= cells
    Citation.objects.all().delete()
    Evidence.objects.all().delete()
    assert "Đơn vị chưa có tài liệu" in text(client.get(at("library", unit.pk)))


def test_proposed_data_are_confirmed_on_the_page(season: rows.Season) -> None:
    kept = document(
        season.units[0], text="SỞ XÂY DỰNG\nSố: 12/BC-SXD  Thử, ngày 05 tháng 12 năm 2022\nBÁO CÁO\nCCHC năm 2022"
    )
    library.read_heading(kept)
    client, address = signed_in(season.officer), at("document_confirm", kept.pk)

    proposed = client.get(at("document", kept.pk)).content.decode()
    wrong = client.post(
        address,
        {"number": "13/BC", "issued_on": "32/12/2022", "period_start": "01/02/2022", "period_end": "01/01/2022"},
    )
    done = client.post(
        address, {"number": "12/BC-SXD", "issued_on": "05/12/2022", "period_start": "", "period_end": ""}
    )

    assert 'value="12/BC-SXD"' in proposed
    assert 'value="05/12/2022"' in proposed
    assert wrong.status_code == 422
    assert 'value="32/12/2022"' in wrong.content.decode()
    assert "ngày/tháng/năm" in text(wrong)
    assert done.status_code == 302
    assert (Evidence.objects.get().issued_on, Evidence.objects.get().number) == (date(2022, 12, 5), "12/BC-SXD")
    cited(kept, season.assessments[0])
    Assessment.objects.update(state="submitted", submitted_at=kept.uploaded_at, submitted_by=season.head)
    assert client.post(address, {"number": "14/BC"}).status_code == 409
    assert "giữ nguyên như đã xác nhận" in text(client.get(at("document", kept.pk)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Máy chủ chưa đọc tệp này"),
        ({"read": {"is_read": "1"}}, "Không đọc được thông tin từ tệp này"),
        ({"file": "", "url": "https://cchc.example.vn/"}, "Không đọc nội dung sau liên kết"),
        ({"state": "refused"}, "Không đọc được thông tin từ tệp này"),
    ],
)
def test_page_says_why_no_data_are_proposed(fields: dict[str, Any], said: str, season: rows.Season) -> None:
    kept = document(season.units[0])
    Evidence.objects.filter(pk=kept.pk).update(**{"read": {}} | fields)

    shown = text(signed_in(season.officer).get(at("document", kept.pk)))

    reasons = ("Máy chủ chưa đọc", "Không đọc được thông tin", "Không đọc nội dung")
    assert said in shown
    assert sum(each in shown for each in reasons) == 1


def test_citing_on_many_leaves_from_the_library(season: rows.Season) -> None:
    kept, dossier, client = document(season.units[0]), season.assessments[0], signed_in(season.officer)
    one, two = leaf(season), leaf(season, "1.2")
    address = at("cite", kept.pk, dossier.pk)

    page = client.get(address, {"leaf": one.pk}).content.decode()
    nothing = client.post(address, {})
    beyond = client.post(address, {"leaf": [one.pk], f"leaf-{one.pk}-page": "9", f"leaf-{one.pk}-place": "mục I"})
    done = client.post(
        address,
        {
            "leaf": [one.pk, two.pk],
            f"leaf-{one.pk}-page": "3",
            f"leaf-{one.pk}-place": "mục I",
            f"leaf-{one.pk}-asked": "Báo cáo quý",
        },
    )

    assert f'id="leaf-{one.pk}" checked' in page
    assert "Kế hoạch năm (kỳ: năm 2022)" in page
    assert [answer.status_code for answer in (nothing, beyond, done)] == [422, 422, 302]
    assert "Hãy chọn ít nhất một tiêu chí" in text(nothing)
    assert 'value="mục I"' in beyond.content.decode()
    assert list(Citation.objects.order_by("pk").values_list("place", "page", "asked")) == [
        ("mục I", 3, "Báo cáo quý"),
        ("", None, ""),
    ]
    close(season)
    assert client.post(address, {"leaf": [two.pk]}).status_code == 409
    assert client.get(at("cite", kept.pk, season.assessments[1].pk)).status_code == 404


def test_place_of_a_citation_and_reason_of_an_exception(season: rows.Season) -> None:
    citation = cited(document(season.units[0], issued_on=date(2023, 1, 9)), season.assessments[0], asked="Nội dung cũ")
    client, address = signed_in(season.officer), at("citation", citation.pk)

    before = text(client.get(address))
    wrong = client.post(address, {"page": "4"})
    done = client.post(address, {"page": "2", "asked": "Nội dung cũ", "period_reason": "Kết quả của năm 2022"})
    close(season)
    late = client.post(address, {"page": "1"})

    assert "sau kỳ đo 01/01/2022 – 31/12/2022" in before
    assert [answer.status_code for answer in (wrong, done, late)] == [422, 302, 409]
    assert "Tài liệu chỉ có 3 trang" in text(wrong)
    row = Citation.objects.get()
    assert (row.page, row.asked, row.period_reason) == (2, "Nội dung cũ", "Kết quả của năm 2022")
    shown = text(signed_in(season.officer).get(at("document", citation.evidence_id)))
    assert "Kết quả của năm 2022" in shown


def test_reason_of_sharing_on_the_page(season: rows.Season) -> None:
    kept, client = document(season.units[0]), signed_in(season.officer)

    done = client.post(at("document_share", kept.pk), {"reason": "Quyết định của tỉnh"})
    long = client.post(at("document_share", kept.pk), {"reason": "x" * 301})

    assert (done.status_code, long.status_code) == (302, 422)
    assert Evidence.objects.get().shared_reason == "Quyết định của tỉnh"


def test_sheet_flags_what_stands_against_a_proof(season: rows.Season) -> None:
    citation = cited(document(season.units[0], issued_on=date(2023, 1, 9)), season.assessments[0], page=7)
    address = reverse("assessments:leaf", args=[season.assessments[0].pk, citation.score.criterion_id])

    shown = text(signed_in(season.officer).get(address))

    assert "Ngoài kỳ đo: Tài liệu ngày 09/01/2023" in shown
    assert "Thiếu trang" in shown
