"""Confidential documents on the council's pages: by name only for those who decide and those on the list."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Citation, Evidence, EvidenceReader, EvidenceRequest, RequestDocument
from tests.councils import makers
from tests.councils.pages import at, browser, paper
from tests.factories import rows

pytestmark = pytest.mark.django_db
NAMES = ("don-to-cao.png", "tra-loi.png")


def closed(season: rows.Season) -> list[Evidence]:
    """One on the leaf, one that answers a question on it; both confidential."""
    on_leaf, answer = paper(season, NAMES[0]), paper(season, NAMES[1])
    Citation.objects.filter(evidence=answer).delete()
    Evidence.objects.update(is_confidential=True)
    asked = EvidenceRequest.objects.create(
        assessment=season.assessments[0],
        criterion=makers.leaf(season, "1.1"),
        text="Nộp thêm",
        due_at=timezone.now() + timedelta(days=1),
        otherwise="0 điểm",
        state="answered",
        asked_by=season.member.user,
        asked_at=timezone.now(),
        answered_by=season.officer,
        answered_at=timezone.now(),
    )
    RequestDocument.objects.create(request=asked, evidence=answer)
    return [on_leaf, answer]


def test_chair_who_does_not_decide_reads_neither_name_nor_page() -> None:
    season = makers.season()
    documents = closed(season)

    shown = browser(season.chair.user).get(at("pair", season)).text

    assert not [name for name in NAMES if name in shown]
    assert all(f"Tài liệu mật {each.sha256[:8]}" in shown for each in documents)
    page = at("evidence_page", season, evidence_pk=documents[0].pk, number=1)
    files = [at("evidence_file", season, evidence_pk=each.pk) for each in documents]
    assert not [link for link in (page, *files) if link in shown]


def test_those_who_decide_and_those_on_the_list_read_both() -> None:
    season = makers.season()
    documents = closed(season)
    for each in documents:
        EvidenceReader.objects.create(
            evidence=each, user=season.chair.user, added_by=season.head, added_at=timezone.now()
        )

    for person in (season.member.user, season.chair.user):
        shown = browser(person).get(at("pair", season)).text
        assert [name for name in NAMES if name in shown] == list(NAMES)
        assert at("evidence_file", season, evidence_pk=documents[1].pk) in shown


def test_open_documents_are_named_to_everybody_at_the_desk() -> None:
    season = makers.season()
    closed(season)
    Evidence.objects.update(is_confidential=False)

    shown = browser(season.chair.user).get(at("pair", season)).text

    assert [name for name in NAMES if name in shown] == list(NAMES)


def test_workbook_of_refusals_has_no_name_of_one() -> None:
    season = makers.season()
    document = closed(season)[0]
    Citation.objects.update(verdict="refused", refusal="other", verdict_by=season.member.user)

    answer = browser(season.member.user).get(reverse("councils:refusals_xlsx", args=[season.council.pk]))

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = {cell for page in book.worksheets for row in page.values for cell in row}
    assert NAMES[0] not in cells
    assert f"Tài liệu mật {document.sha256[:8]}" in cells
