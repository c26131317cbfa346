"""What appraisers ask and say of documents: verdicts with reasons, requests answered item by item, after submission."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, EvidenceRequest
from assessments.selectors.requests import refusals
from assessments.services import evidence, intake, requests, submission, verdicts
from assessments.services.requests import BadRequest, Empty, NotOurs, TooLate
from assessments.services.verdicts import ReasonMissing
from assessments.states import NotAllowed
from criteria.models import Phase
from criteria.phases import PhaseClosed
from tests.assessments import files
from tests.assessments.pages import complete, leaf, signed_in, text
from tests.factories import rows
from units.models import AuditEvent, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    made = rows.season()
    complete(made)
    evidence.attach(assessment=made.assessments[0], criterion=leaf(made), file=files.upload(), by=made.officer)
    submission.submit(assessment=made.assessments[0], by=made.head)
    return made


def cited() -> Citation:
    return Citation.objects.select_related("score__assessment", "evidence").get()


def ask(season: rows.Season, days: int = 2, **more: object) -> EvidenceRequest:
    fields = {"text": "Văn bản số mấy?", "otherwise": "Không cho điểm", **more}
    return requests.ask(
        assessment=season.assessments[0],
        criterion=leaf(season),
        due_at=timezone.now() + timedelta(days=days),
        by=season.member.user,
        **fields,  # type: ignore[arg-type]
    )


def over(asked: EvidenceRequest) -> None:
    EvidenceRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now() - timedelta(minutes=1))


def test_a_document_is_refused_with_a_reason_that_the_unit_reads(season: rows.Season) -> None:
    by = season.member.user
    for fields in ({"refusal": ""}, {"refusal": "other"}):
        with pytest.raises(ReasonMissing):
            verdicts.judge(citation=cited(), verdict="refused", by=by, **fields)
    verdicts.judge(citation=cited(), verdict="refused", refusal="not_issued", note="chưa ký", by=by)
    events = AuditEvent.objects.count()
    verdicts.judge(citation=cited(), verdict="refused", refusal="not_issued", note="chưa ký", by=by)

    found = refusals(Assessment.objects.all())
    assert AuditEvent.objects.count() == events
    assert "chưa ký" in Notice.objects.filter(to=season.officer).latest("pk").text
    assert [count for _, count in found.by_reason if count] == [1]
    assert (found.judged, found.waiting) == (1, 0)

    verdicts.judge(citation=cited(), verdict="accepted", refusal="not_issued", by=by)
    assert (cited().verdict, cited().refusal) == ("accepted", "")
    verdicts.judge(citation=cited(), verdict="waiting", by=by)
    assert cited().verdict_by is None


def test_the_unit_reads_the_verdict_beside_its_document(season: rows.Season) -> None:
    """Waiting, refused with the reason and the note, accepted; nothing of it before the dossier was handed in."""
    address = reverse("assessments:leaf", args=[season.assessments[0].pk, leaf(season).pk])

    def read() -> str:
        shown = signed_in(season.officer).get(address)
        found = re.search(r'<p class="small judged">(.*?)</p>', shown.content.decode(), re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""

    assert read() == "chờ thẩm định"
    by = season.member.user
    verdicts.judge(citation=cited(), verdict="refused", refusal="not_issued", note="chưa ký", by=by)
    assert read() == f"{cited().get_verdict_display()} {cited().get_refusal_display()}: chưa ký"
    verdicts.judge(citation=cited(), verdict="accepted", by=by)
    assert read() == cited().get_verdict_display() != ""
    verdicts.judge(citation=cited(), verdict="waiting", by=by)
    Assessment.objects.update(state="draft", submitted_at=None, submitted_by=None)
    assert read() == ""


def test_documents_are_judged_while_the_dossier_is_appraised(season: rows.Season) -> None:
    Phase.objects.filter(kind="appraisal").update(closes_at=timezone.now() - timedelta(days=1))
    with pytest.raises(PhaseClosed):
        verdicts.judge(citation=cited(), verdict="accepted", by=season.member.user)
    Phase.objects.filter(kind="appraisal").delete()
    with pytest.raises(NotAllowed):
        verdicts.judge(citation=cited(), verdict="accepted", by=season.member.user)
    Assessment.objects.filter(pk=season.assessments[0].pk).update(state="returned")
    with pytest.raises(NotAllowed):
        verdicts.judge(citation=cited(), verdict="accepted", by=season.member.user)


def test_the_same_question_is_asked_once_and_leaves_time(season: rows.Season) -> None:
    assert ask(season) == ask(season)
    assert Notice.objects.filter(text__contains="Văn bản số mấy?").count() == 2
    for days, more in ((-1, {}), (9, {}), (2, {"text": " "}), (2, {"otherwise": ""})):
        with pytest.raises(BadRequest):
            ask(season, days, **more)


def test_a_unit_answers_with_text_and_documents_beside_its_frozen_dossier(season: rows.Season) -> None:
    asked, before = ask(season), season.assessments[0].receipts.get()
    client, address = signed_in(season.officer), reverse("assessments:request", args=[asked.pk])
    mine = cited().evidence

    empty = client.post(address, {"answer": " "})
    done = client.post(
        address, {"answer": "Số 12", "documents": [mine.pk], "files": [files.upload("them.pdf", files.pdf(pages=3))]}
    )
    page = text(client.get(address))

    asked.refresh_from_db()
    assert (empty.status_code, done.status_code, asked.state) == (422, 302, "answered")
    assert {each.evidence.name for each in asked.documents.all()} == {mine.name, "them.pdf"}
    assert "Số 12" in page
    assert season.assessments[0].receipts.get().content == before.content
    assert Notice.objects.filter(to=season.member.user, text__contains="Số 12").count() == 1


def test_the_same_answer_again_is_one_and_another_replaces_it(season: rows.Season) -> None:
    asked, mine = ask(season), cited().evidence
    requests.answer(request=asked, text="a", documents=[mine], by=season.officer)
    events = AuditEvent.objects.count()
    requests.answer(request=asked, text="a", documents=[mine], by=season.head)
    assert AuditEvent.objects.count() == events

    requests.answer(request=asked, text="b", documents=[], by=season.head)
    asked.refresh_from_db()
    assert (asked.answer, asked.documents.count()) == ("b", 0)


def test_documents_of_another_unit_answer_nothing(season: rows.Season) -> None:
    other = intake.document(unit=season.units[1], file=files.upload("khac.pdf"), by=season.outsider)

    with pytest.raises(NotOurs):
        requests.answer(request=ask(season), text="a", documents=[other], by=season.officer)
    with pytest.raises(Empty):
        requests.answer(request=ask(season), text=" ", documents=[], by=season.officer)


def test_after_its_date_what_was_said_in_advance_is_decided(season: rows.Season) -> None:
    asked = ask(season)
    with pytest.raises(NotAllowed):
        requests.close(request=asked, accepted=False, note="", by=season.member.user)
    over(asked)

    with pytest.raises(TooLate):
        requests.answer(request=asked, text="a", documents=[], by=season.officer)
    address = reverse("assessments:request", args=[asked.pk])
    late = signed_in(season.officer).post(address, {"answer": "muộn"})
    assert late.status_code == 409
    assert "muộn" in late.content.decode()
    with pytest.raises(NotAllowed):
        requests.close(request=asked, accepted=True, note="", by=season.member.user)

    closed = requests.close(request=asked, accepted=False, note="", by=season.member.user)
    assert (closed.state, closed.verdict_note) == ("refused", "Không cho điểm")
    assert requests.close(request=asked, accepted=False, note="", by=season.member.user).closed_at == closed.closed_at
    with pytest.raises(NotAllowed):
        requests.answer(request=asked, text="a", documents=[], by=season.officer)


def test_an_answer_is_accepted_or_refused_with_a_note(season: rows.Season) -> None:
    asked = ask(season)
    requests.answer(request=asked, text="a", documents=[], by=season.officer)

    with pytest.raises(Empty):
        requests.close(request=asked, accepted=False, note=" ", by=season.member.user)
    requests.close(request=asked, accepted=True, note="Đủ", by=season.member.user)

    asked.refresh_from_db()
    assert asked.state == "accepted"
    assert "Đủ" in Notice.objects.filter(to=season.head).latest("pk").text


def test_the_list_of_a_unit_is_searched_without_diacritics(season: rows.Season) -> None:
    ask(season)
    client, address = signed_in(season.officer), reverse("assessments:requests")

    assert "Văn bản số mấy?" in text(client.get(address, {"q": "van ban so may"}))
    assert "Văn bản số mấy?" not in text(client.get(address, {"q": "khong co"}))
    assert "Văn bản số mấy?" not in text(client.get(address, {"state": "accepted"}))
    assert "Văn bản số mấy?" not in text(signed_in(season.outsider).get(address))


def test_the_desk_judges_asks_and_closes(season: rows.Season) -> None:
    client = signed_in(season.member.user)
    pair = {"assessment_pk": season.assessments[0].pk, "criterion_pk": leaf(season).pk}
    judge = reverse("councils:judge", args=[cited().pk])

    bad = client.post(judge, {"verdict": "refused"})
    other = client.post(judge, {"verdict": "refused", "refusal": "other"})
    good = client.post(judge, {"verdict": "refused", "refusal": "incomplete", "note": "thiếu trang 2"})
    wrong = client.post(reverse("councils:ask", kwargs=pair), {"text": "Gì?", "due_at": "hôm qua", "otherwise": "0"})
    late = client.post(
        reverse("councils:ask", kwargs=pair),
        {"text": "Gì?", "due_at": f"{timezone.now() + timedelta(days=30):%d/%m/%Y %H:%M}", "otherwise": "0"},
    )
    asked = client.post(
        reverse("councils:ask", kwargs=pair),
        {"text": "Gì?", "due_at": f"{timezone.now() + timedelta(days=2):%d/%m/%Y %H:%M}", "otherwise": "0 điểm"},
    )
    row = EvidenceRequest.objects.get()
    requests.answer(request=row, text="Đây", documents=[cited().evidence], by=season.officer)
    close = reverse("councils:request_close", args=[row.pk])
    unsaid = client.post(close, {"outcome": "refuse", "note": ""})
    odd = client.post(close, {"outcome": "x"})
    page = text(client.get(reverse("councils:pair", kwargs=pair)))
    closed = client.post(close, {"outcome": "accept"})

    assert [each.status_code for each in (bad, other, good, wrong, late, asked)] == [422, 422, 302, 422, 422, 302]
    assert [each.status_code for each in (unsaid, odd, closed)] == [422, 422, 302]
    assert "thiếu trang 2" in page
    assert "Đây" in page
    assert "Gì?" in wrong.content.decode()


def test_the_council_counts_its_refusals(season: rows.Season) -> None:
    verdicts.judge(citation=cited(), verdict="refused", refusal="other", note="=1+1", by=season.member.user)
    ask(season)
    client = signed_in(season.member.user)

    page = client.get(reverse("councils:requests", args=[season.council.pk]), {"q": "van ban"})
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("councils:refusals_xlsx", args=[season.council.pk])).content)
    )

    assert "Văn bản số mấy?" in text(page)
    cell = book.worksheets[1].cell(2, 6)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_chair_returns_named_leaves(season: rows.Season) -> None:
    client = signed_in(season.chair.user)
    address = reverse("councils:return", args=[season.assessments[0].pk])
    question = {f"question-{leaf(season).pk}": "Vì sao?"}

    page, bad = client.get(address), client.post(address, {"note": " "})
    far = client.post(
        address, {"note": "n", "until": f"{timezone.now() + timedelta(days=30):%d/%m/%Y %H:%M}", **question}
    )
    done = client.post(address, {"note": "Bổ sung", **question})

    assert [each.status_code for each in (page, bad, far, done)] == [200, 422, 409, 302]
    assert Assessment.objects.get(pk=season.assessments[0].pk).state == "returned"


def test_a_refused_file_stays_named_on_the_page(season: rows.Season) -> None:
    asked = ask(season)
    address = reverse("assessments:request", args=[asked.pk])

    answer = signed_in(season.officer).post(address, {"answer": "Đây", "files": [files.upload("x.exe", b"MZ")]})

    assert answer.status_code == 422
    assert "x.exe" in answer.content.decode()
    assert not Evidence.objects.filter(name="x.exe").exists()
