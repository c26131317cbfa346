import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

import pytest

from assessments.models import Assessment, Receipt, Score
from assessments.selectors import complete as checks
from assessments.selectors.checking import ProblemKind
from assessments.services import evidence, returns, submission
from assessments.services.gates import Incomplete
from assessments.services.signing import NoteMissing
from assessments.states import NotAllowed
from criteria.models import Phase
from criteria.phases import PhaseClosed
from tests.assessments import files
from tests.factories import rows
from units.models import AuditEvent, Job, Notice

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Final:
    points: Decimal | None
    reason: str


def complete(season: rows.Season, which: int = 0) -> Assessment:
    dossier = season.assessments[which]
    rows.score(dossier, "1.1", "2", explanation="theo kế hoạch")
    rows.score(dossier, "1.2", None, not_applicable=True, explanation="không có kiến nghị")
    return dossier


def close(season: rows.Season) -> None:
    Phase.objects.filter(kind="self_scoring").delete()
    rows.phase(season.cycle, "self_scoring", opens=-2, closes=-1)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (None, [ProblemKind.UNANSWERED]),
        ({"points": None}, [ProblemKind.UNANSWERED]),
        ({"points": "1"}, [ProblemKind.UNFOUNDED]),
        ({"points": "1", "explanation": " "}, [ProblemKind.UNFOUNDED]),
        ({"points": "1", "explanation": "theo kế hoạch"}, [ProblemKind.NO_EVIDENCE]),
        ({"points": "0"}, []),
        ({"points": None, "not_applicable": True}, [ProblemKind.NOT_EXPLAINED]),
        ({"points": None, "not_applicable": True, "explanation": "không có"}, []),
    ],
)
def test_check_names_what_a_leaf_lacks(fields: dict[str, object] | None, found: list[ProblemKind]) -> None:
    season = rows.season(issued=False)
    season.criteria_set.criteria.filter(code="1.1").update(evidence_asked="Kế hoạch")
    rows.score(season.assessments[0], "1.2", "0")
    if fields:
        rows.score(season.assessments[0], "1.1", **fields)  # type: ignore[arg-type]

    everything = checks.check(season.assessments[0]).problems
    problems = [each for each in everything if each.kind is not ProblemKind.NO_FIGURES]

    assert [problem.kind for problem in problems] == found
    assert [problem.is_error for problem in problems] == [kind is not ProblemKind.NO_EVIDENCE for kind in found]


def test_check_accepts_points_with_a_document() -> None:
    season = rows.season()
    leaf = season.criteria_set.criteria.get(code="1.1")
    evidence.attach(assessment=season.assessments[0], criterion=leaf, file=files.upload(), by=season.officer)
    Score.objects.update(points=1, version=1)
    rows.score(season.assessments[0], "1.2", "4", explanation="không cần tài liệu")

    assert [each.kind for each in checks.check(season.assessments[0]).problems] == [ProblemKind.NO_FIGURES]


def test_submission_freezes_what_the_sheet_says() -> None:
    season = rows.season()
    dossier = complete(season)

    receipt = submission.submit(assessment=dossier, by=season.head)

    dossier.refresh_from_db()
    content = json.loads(receipt.content)
    assert (dossier.state, dossier.submitted_by, dossier.submitted_at) == ("submitted", season.head, receipt.at)
    assert (receipt.number, receipt.points, receipt.maximum) == (1, Decimal(2), Decimal(2))
    assert receipt.digest == hashlib.sha256(receipt.content.encode()).hexdigest()
    assert [(leaf["code"], leaf["points"], leaf["not_applicable"]) for leaf in content["leaves"]] == [
        ("1.1", "2", False),
        ("1.2", None, True),
    ]
    assert [notice.to for notice in Notice.objects.order_by("to__username")] == [season.head, season.officer]
    assert Job.objects.get().arguments == {"receipt": receipt.pk}
    event = AuditEvent.objects.get()
    assert (event.action, json.loads(event.data)["digest"]) == ("assessment.submitted", receipt.digest)


def test_documents_are_frozen_with_their_digest_and_place() -> None:
    season = rows.season()
    dossier = complete(season)
    leaf = season.criteria_set.criteria.get(code="1.1")
    cited = evidence.attach(assessment=dossier, criterion=leaf, file=files.upload(), place="trang 1", by=season.officer)

    receipt = submission.submit(assessment=dossier, by=season.head)

    frozen = json.loads(receipt.content)["leaves"][0]["evidence"]
    kept = cited.evidence
    assert frozen == [{"sha256": kept.sha256, "name": "Báo cáo.pdf", "size": kept.size, "place": "trang 1"}]


@pytest.mark.parametrize("state", ["submitted", "appraised"])
def test_second_submission_gives_the_same_receipt_even_after_the_deadline(state: str) -> None:
    season = rows.season()
    dossier = complete(season)
    first = submission.submit(assessment=dossier, by=season.head)
    Assessment.objects.filter(pk=dossier.pk).update(state=state)
    close(season)

    assert submission.submit(assessment=dossier, by=season.head) == first
    assert (Receipt.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_incomplete_dossier_is_not_submitted() -> None:
    season = rows.season()

    with pytest.raises(Incomplete) as refused:
        submission.submit(assessment=season.assessments[0], by=season.head)

    assert [problem.criterion and problem.criterion.code for problem in refused.value.problems] == ["1.1", "1.2"]
    assert Assessment.objects.get(pk=season.assessments[0].pk).state == "draft"


def test_submission_after_the_deadline_is_refused() -> None:
    season = rows.season()
    dossier = complete(season)
    close(season)

    with pytest.raises(PhaseClosed):
        submission.submit(assessment=dossier, by=season.head)

    assert Receipt.objects.count() == 0


def test_loaded_submission_without_a_receipt_cannot_be_repeated() -> None:
    season = rows.season()
    dossier = complete(season)
    submission.submit(assessment=dossier, by=season.head)
    Receipt.objects.all().delete()

    with pytest.raises(NotAllowed):
        submission.submit(assessment=dossier, by=season.head)


def test_returned_dossier_is_submitted_again_under_the_next_number() -> None:
    season = rows.season()
    dossier = complete(season)
    first = submission.submit(assessment=dossier, by=season.head)

    returned = returns.return_dossier(assessment=dossier, note=" Thiếu báo cáo quý III ", by=season.staff)
    again = submission.submit(assessment=dossier, by=season.head)

    assert (returned.state, returned.return_note) == ("returned", "Thiếu báo cáo quý III")
    assert (first.number, again.number) == (1, 2)
    assert Notice.objects.filter(text__contains="Thiếu báo cáo quý III").count() == 2


def test_return_needs_a_note() -> None:
    season = rows.season()
    dossier = complete(season)
    submission.submit(assessment=dossier, by=season.head)

    with pytest.raises(NoteMissing):
        returns.return_dossier(assessment=dossier, note=" ", by=season.staff)


def test_return_after_the_deadline_is_refused_so_that_the_unit_keeps_its_points() -> None:
    season = rows.season()
    dossier = complete(season)
    submission.submit(assessment=dossier, by=season.head)
    close(season)

    with pytest.raises(PhaseClosed):
        returns.return_dossier(assessment=dossier, note="bổ sung", by=season.staff)

    assert Assessment.objects.get(pk=dossier.pk).state == "submitted"


def test_draft_cannot_be_returned() -> None:
    season = rows.season()

    with pytest.raises(NotAllowed):
        returns.return_dossier(assessment=season.assessments[0], note="bổ sung", by=season.staff)


def test_appraised_dossier_keeps_the_councils_points_for_next_year() -> None:
    season = rows.season()
    dossier = complete(season)
    submission.submit(assessment=dossier, by=season.head)
    leaves = {leaf.code: leaf.pk for leaf in season.criteria_set.criteria.all()}
    finals = {leaves["1.1"]: Final(Decimal(1), "chậm 2 ngày"), leaves["2.1"]: Final(Decimal(3), "")}

    closed = submission.mark_appraised(assessment=dossier, by=season.chair.user, finals=finals)

    kept = {score.criterion.code: (score.final_points, score.final_reason) for score in Score.objects.all()}
    assert closed.state == "appraised"
    assert kept == {"1.1": (Decimal(1), "chậm 2 ngày"), "1.2": (None, ""), "2.1": (Decimal(3), "")}
    assert Score.objects.get(criterion__code="1.1").points == 2


def test_appraisal_can_be_reopened_and_closed_again() -> None:
    season = rows.season()
    dossier = complete(season)
    submission.submit(assessment=dossier, by=season.head)
    submission.mark_appraised(assessment=dossier, by=season.chair.user)

    assert submission.reopen_appraisal(assessment=dossier, by=season.chair.user).state == "submitted"
    assert submission.mark_appraised(assessment=dossier, by=season.chair.user).state == "appraised"


def test_only_submitted_dossier_is_appraised() -> None:
    season = rows.season()

    with pytest.raises(NotAllowed):
        submission.mark_appraised(assessment=season.assessments[0], by=season.chair.user)
    with pytest.raises(NotAllowed):
        submission.reopen_appraisal(assessment=season.assessments[0], by=season.chair.user)


def test_frozen_points_do_not_depend_on_trailing_zeros() -> None:
    season = rows.season()
    dossier = complete(season)
    Score.objects.filter(criterion__code="1.1").update(points=Decimal("1.5000"))

    receipt = submission.submit(assessment=dossier, by=season.head)

    assert json.loads(receipt.content)["points"] == "1.5"
    assert json.loads(receipt.content)["maximum"] == "2"
