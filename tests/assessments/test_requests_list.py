"""The lists of what appraisers ask: the unit's and the council's cost the same for one row and three; the workbook."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence, EvidenceRequest, RequestDocument
from criteria.phases import VIETNAM
from tests.assessments.pages import leaf, signed_in, text
from tests.assessments.shelf import document
from tests.factories import rows
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def asked(season: rows.Season, words: str = "Văn bản số mấy?", *documents: Evidence, **more: Any) -> EvidenceRequest:
    now = timezone.now().replace(microsecond=0)
    row = EvidenceRequest.objects.create(
        assessment=season.assessments[0],
        criterion=leaf(season),
        text=words,
        otherwise="0 điểm",
        due_at=now + timedelta(days=2),
        asked_by=season.member.user,
        asked_at=now,
        **more,
    )
    for each in documents:
        RequestDocument.objects.create(request=row, evidence=each)
    return row


def answered(season: rows.Season) -> EvidenceRequest:
    facts = {"state": "accepted", "answered_by": season.officer, "closed_by": season.member.user}
    times = {"answered_at": timezone.now(), "closed_at": timezone.now()}
    return asked(season, "Vì sao?", document(season.units[0]), **facts, **times)


def lists(season: rows.Season) -> list[tuple[User, str]]:
    council = season.council.pk
    return [
        (season.officer, reverse("assessments:requests")),
        (season.officer, reverse("assessments:requests_xlsx")),
        (season.member.user, reverse("councils:requests", args=[council])),
        (season.member.user, reverse("councils:refusals_xlsx", args=[council])),
    ]


@pytest.mark.parametrize("place", range(4))
def test_a_list_takes_the_same_queries_for_one_request_and_three(season: rows.Season, place: int) -> None:
    person, url = lists(season)[place]
    client = signed_in(person)
    answered(season)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _ in range(2):
        answered(season)
    with CaptureQueriesContext(connection) as three:
        answer = client.get(url)

    assert answer.status_code == 200
    assert len(one) == len(three)


def test_the_workbook_has_what_the_filter_leaves_and_no_formula(season: rows.Season) -> None:
    closed = document(season.units[0], "Đơn tố cáo.pdf", is_confidential=True)
    row = asked(season, "=1+1", closed, document(season.units[0], "Mở.pdf"), answer="@x\x0by", state="answered")
    asked(season, "Khác")

    page = signed_in(season.officer).get(reverse("assessments:requests"), {"q": "1+1"})
    link = reverse("assessments:requests_xlsx") + "?q=1%2B1&amp;state="
    answer = signed_in(season.officer).get(reverse("assessments:requests_xlsx"), {"q": "1+1", "state": "answered"})

    assert link in page.content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row == 2
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["Nội dung yêu cầu"].value, cells["Nội dung yêu cầu"].data_type) == ("=1+1", "s")
    assert cells["Điểm liên quan"].value == Decimal(row.criterion.max_points)
    assert cells["Trả lời trước"].value == row.due_at.astimezone(VIETNAM).replace(tzinfo=None)
    assert cells["Trả lời trước"].number_format == "dd/mm/yyyy hh:mm"
    assert set(str(cells["Tài liệu"].value).split("\n")) == {f"Tài liệu mật {closed.sha256[:8]}", "Mở.pdf"}


def test_a_person_without_dossiers_gets_an_empty_list(season: rows.Season) -> None:
    asked(season)
    client = signed_in(season.outsider)

    answer = client.get(reverse("assessments:requests_xlsx"))

    assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].max_row == 1
    assert "Văn bản số mấy" not in text(client.get(reverse("assessments:requests")))
