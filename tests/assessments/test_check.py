"""The check of a whole dossier: the same on the page and on the command line; hints from earlier years."""

import io
import json
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Citation, Delegation, DelegationPlan, Evidence, Intake, Reopening
from assessments.selectors.checking import ProblemKind, Severity
from assessments.selectors.complete import check
from assessments.services import evidence, returns, submission
from tests.assessments import files, reporting
from tests.assessments.pages import complete, leaf, signed_in, text, url
from tests.assessments.test_sheets import two_years
from tests.factories import rows

pytestmark = pytest.mark.django_db


def kinds(season: rows.Season) -> list[str]:
    found = check(season.assessments[0]).problems
    return [each.kind for each in found if each.kind is not ProblemKind.NO_FIGURES]


def test_documents_that_wait_or_were_refused_are_named() -> None:
    season = rows.season()
    complete(season)
    evidence.attach(assessment=season.assessments[0], criterion=leaf(season), file=files.upload(), by=season.officer)
    Evidence.objects.update(state="waiting")
    assert kinds(season) == [ProblemKind.NOT_CLEAN]
    assert not check(season.assessments[0]).errors

    Evidence.objects.update(state="refused", state_note="vi rút")
    assert "vi rút" in check(season.assessments[0]).errors[0].text


def test_a_document_from_outside_the_period_is_a_warning_with_a_reason_a_hint() -> None:
    season = rows.season()
    complete(season)
    evidence.attach(assessment=season.assessments[0], criterion=leaf(season), file=files.upload(), by=season.officer)
    Evidence.objects.update(issued_on=date(season.cycle.year + 1, 3, 1))
    assert [each.severity for each in check(season.assessments[0]).problems if each.kind == "outside_period"] == [
        Severity.WARNING
    ]

    Citation.objects.update(period_reason="ký bổ sung")
    assert [each.kind for each in check(season.assessments[0]).hints] == [ProblemKind.OUTSIDE_PERIOD]


def test_other_points_than_the_rules_need_a_reason_and_are_a_hint() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.1", "2", explanation="x", proposed="1", is_copied=True)
    rows.score(season.assessments[0], "1.2", "0")
    assert kinds(season) == [ProblemKind.COPIED, ProblemKind.NO_REASON]

    season.assessments[0].scores.update(reason="vì", is_copied=False)
    assert [each.kind for each in check(season.assessments[0]).hints] == [ProblemKind.DIFFERS]


def test_what_took_points_in_earlier_years_is_said() -> None:
    season, old = two_years()
    rows.score(old, "1.1", "2", final_points=1, final_reason="nộp chậm")
    rows.score(season.assessments[0], "1.1", "2", explanation="đúng hạn")
    rows.score(season.assessments[0], "1.2", "0")

    hints = check(season.assessments[0]).hints
    assert [each.kind for each in hints] == [ProblemKind.REDUCED]
    assert "từ 2 xuống 1 điểm vì: nộp chậm" in hints[0].text

    old.scores.update(final_reason="")
    assert check(season.assessments[0]).hints[0].text.endswith("từ 2 xuống 1 điểm")
    document = Evidence.objects.create(
        unit=season.units[0], name="cũ.pdf", content_type="application/pdf", size=1, sha256="0" * 64,
        uploaded_at=timezone.now(),
    )  # fmt: skip
    Citation.objects.create(
        score=old.scores.get(), evidence=document, verdict="refused", refusal="not_issued", verdict_note=""
    )
    old.scores.update(final_points=2)
    assert "cũ.pdf: chưa ký" in check(season.assessments[0]).hints[0].text

    season.cycle.previous = None
    season.cycle.save()
    fresh = type(season.assessments[0]).objects.get(pk=season.assessments[0].pk)
    assert check(fresh).hints == []


def test_leaves_that_were_asked_about_and_not_touched_are_named() -> None:
    season = rows.season()
    complete(season)
    submission.submit(assessment=season.assessments[0], by=season.head)
    returns.return_dossier(
        assessment=season.assessments[0], note="n", questions={leaf(season).pk: "Số mấy?"}, by=season.staff
    )

    season.assessments[0].refresh_from_db()

    assert ProblemKind.UNTOUCHED in kinds(season)
    assert Reopening.objects.count() == 1


def test_uploads_and_contributors_that_are_not_done_are_named() -> None:
    season = rows.season()
    complete(season)
    now = timezone.now()
    for key, state in (("a", "receiving"), ("b", "refused")):
        Intake.objects.create(
            unit=season.units[0], assessment=season.assessments[0], criterion=leaf(season), key=key, name=f"{key}.pdf",
            size=9, path=key, state=state, by=season.officer, began_at=now, touched_at=now + timedelta(seconds=1),
        )  # fmt: skip
    plan = DelegationPlan.objects.create(assessment=season.assessments[0], issued_at=now, issued_by=season.head)
    Delegation.objects.create(plan=plan, position=1, text="1.1", unit=season.units[1], role="contributor")
    Delegation.objects.create(plan=plan, position=2, text="1.2", unit=season.units[1], role="lead")
    season.assessments[0].scores.filter(criterion__code="1.2").update(points=None)

    found = check(season.assessments[0])

    assert [each.kind for each in found.warnings if each.kind in {"intake", "contribution"}] == [
        ProblemKind.INTAKE, ProblemKind.INTAKE, ProblemKind.CONTRIBUTION,
    ]  # fmt: skip
    assert "Sở Y tế" in found.errors[0].text
    assert "toàn bộ hồ sơ" in text(signed_in(season.head).get(url("check", season)))


def test_what_the_report_lacks_is_a_warning_that_leads_to_its_section() -> None:
    season = reporting.filled()
    reporting.write(season, "results", "Tổng điểm là 5,2 điểm; {{thứ hạng}}.")
    reporting.write(season, "proposals", " ")
    reporting.save(season, "1.2", "3")
    link = reverse("assessments:report_section", args=[season.assessments[0].pk, "results"])
    out = io.StringIO()

    found = [each for each in check(season.assessments[0]).warnings if each.kind == "report"]
    page = signed_in(season.head).get(url("check", season)).content.decode()
    with suppress(CommandError):
        call_command("check_dossier", season.cycle.code, "SXD", "--json", stdout=out)

    assert [(each.section, each.criterion) for each in found] == [
        ("results", None), ("results", None), ("proposals", None),
    ]  # fmt: skip
    assert found[0].text == "Kết quả tự chấm điểm: không có trường “thứ hạng”"
    assert "5,2" in found[1].text
    assert f'href="{link}"' in page
    assert {each["link"] for each in json.loads(out.getvalue()) if each["kind"] == "report"} >= {link}


def test_the_check_of_a_written_report_takes_the_same_queries_for_one_section_and_three() -> None:
    season = reporting.filled()
    reporting.write(season, "results", "Một {{sai}}")
    with CaptureQueriesContext(connection) as one:
        check(Assessment.objects.select_related("unit", "cycle", "criteria_set").get(pk=season.assessments[0].pk))
    reporting.write(season, "strong", "Hai {{sai}}")
    reporting.write(season, "weak", "Ba {{sai}}")
    with CaptureQueriesContext(connection) as three:
        check(Assessment.objects.select_related("unit", "cycle", "criteria_set").get(pk=season.assessments[0].pk))

    assert len(one) == len(three)


def test_the_command_says_what_the_page_says() -> None:
    season = rows.season()
    complete(season)
    out = io.StringIO()
    call_command("check_dossier", season.cycle.code, "SXD", stdout=out)
    assert "warning\t1.2\tchưa kê khai số liệu" in out.getvalue()

    season.assessments[0].scores.filter(criterion__code="1.2").update(points=None)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 errors"):
        call_command("check_dossier", season.cycle.code, "SXD", "--json", stdout=out)
    told = json.loads(out.getvalue())
    pk = leaf(season, "1.2").pk
    assert (told[0]["kind"], told[0]["link"]) == ("unanswered", f"{url('sheet', season)}?open={pk}#leaf-{pk}")
    with pytest.raises(CommandError, match="no dossier"):
        call_command("check_dossier", season.cycle.code, "X")


def test_the_check_asks_as_much_for_few_leaves_as_for_many(django_assert_max_num_queries: object) -> None:
    season = rows.season()
    complete(season)

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        check(season.assessments[0])
