"""The same content at several units, in several years and inside archives; who sees where."""

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from assessments.models import ArchiveMember, Evidence
from assessments.policies.evidence import documents_visible_to
from assessments.selectors.copies import copied, copies_of, groups
from tests.assessments.pages import queries_of, signed_in, text
from tests.assessments.shelf import cited, document
from tests.factories import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def inside(archive: Evidence, of: Evidence) -> None:
    ArchiveMember.objects.create(evidence=archive, name=f"thư mục/{of.name}", size=of.size, sha256=of.sha256)


def test_copies_across_units_are_for_those_above_them(season: rows.Season) -> None:
    mine = document(season.units[0], "Của tôi.pdf", b"%PDF chung")
    theirs = document(season.units[1], "Của họ.pdf", b"%PDF chung")

    for person, expected in ((season.officer, []), (season.staff, [theirs])):
        visible = documents_visible_to(person)
        assert [each.evidence for each in copies_of(mine, visible)] == expected
        assert copied([mine], visible) == ({mine.pk: 1} if expected else {})
    address = reverse("assessments:document", args=[mine.pk])
    assert "Của họ.pdf" not in text(signed_in(season.officer).get(address))
    assert "Của họ.pdf" in text(signed_in(season.staff).get(address))


def test_copies_inside_archives_both_ways(season: rows.Season) -> None:
    alone = document(season.units[0], "Một mình.pdf")
    archive = document(season.units[0], "Gói.zip")
    other = document(season.units[0], "Gói khác.zip")
    inside(archive, alone)
    inside(other, alone)
    visible = documents_visible_to(season.officer)

    found = copied([alone, archive, other], visible)

    assert found == {alone.pk: 2, archive.pk: 2, other.pk: 2}
    assert [(each.evidence.name, each.member) for each in copies_of(alone, visible)] == [
        ("Gói.zip", "thư mục/Một mình.pdf"),
        ("Gói khác.zip", "thư mục/Một mình.pdf"),
    ]
    assert [(each.evidence.name, each.inside != "") for each in copies_of(archive, visible)] == [
        ("Một mình.pdf", True),
        ("Gói khác.zip", True),
    ]
    assert groups(visible) == []


def test_groups_of_the_standing_body(season: rows.Season) -> None:
    first = document(season.units[0], "Quyết định tỉnh.pdf", b"%PDF tinh")
    document(season.units[1], "QD.pdf", b"%PDF tinh", shared_reason="Văn bản của tỉnh")
    archive = document(season.units[1], "Gói.zip")
    inner = document(season.units[0], "Báo cáo.pdf", b"%PDF bao cao")
    inside(archive, inner)
    document(season.units[0], "Riêng.pdf")

    found = groups(documents_visible_to(season.staff))

    assert [(group.name, len(group.units), group.is_excused) for group in found] == [
        ("Báo cáo.pdf", 2, False),
        (first.name, 2, True),
    ]


def test_page_and_workbook_of_duplicates(season: rows.Season) -> None:
    document(season.units[0], "=Quyết định.pdf", b"%PDF tinh")
    document(season.units[1], "QD.pdf", b"%PDF tinh", shared_reason="Văn bản của tỉnh")
    client, address = signed_in(season.staff), reverse("assessments:duplicates")

    shown = text(client.get(address))
    book = client.get(reverse("assessments:duplicates_xlsx")).content
    cells = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)  # type: ignore[union-attr]

    assert "Văn bản của tỉnh" in shown
    assert "Sở Xây dựng" in shown
    assert "QD.pdf" in text(client.get(address, {"q": "so y te", "only": "excused"}))
    assert "Không có tài liệu phù hợp" in text(client.get(address, {"only": "open"}))
    assert [row[2] for row in cells[3:]] == ["=Quyết định.pdf", "QD.pdf"]
    Evidence.objects.all().delete()
    assert "Không có tài liệu nào trùng" in text(client.get(address))


def test_queries_of_the_pages_do_not_grow(season: rows.Season) -> None:
    officer, staff = signed_in(season.officer), signed_in(season.staff)
    pages: tuple[Any, ...] = (
        lambda: officer.get(reverse("assessments:library", args=[season.units[0].pk]), {"q": "ke hoach"}),
        lambda: staff.get(reverse("assessments:duplicates")),
    )

    def fill(number: int) -> None:
        same = f"%PDF chung {number}".encode()
        row = document(
            season.units[0], f"Kế hoạch {number}.pdf", same, text="Nội dung kế hoạch", is_confidential=number == 2
        )
        cited(row, season.assessments[0])
        document(season.units[1], f"Bản {number}.pdf", same)
        archive = document(season.units[0], f"Gói kế hoạch {number}.zip")
        inside(archive, row)

    fill(1)
    fill(2)
    once = [queries_of(page)[0] for page in pages]
    for number in (3, 4, 5):
        fill(number)
    more = [queries_of(page)[0] for page in pages]

    assert more == once
