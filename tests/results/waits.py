"""Things that wait for somebody, as rows."""

from datetime import timedelta

from django.utils import timezone

from assessments.models import Assessment, EvidenceRequest, Score
from assessments.services import returns
from councils.models import Appraisal
from criteria.models import RankingGroup, Tier
from results.selectors.board import board
from results.selectors.waiting import Holder, holders
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import Unit
from units.selectors import database_now

DAY = timedelta(days=1)


def settled() -> Season:
    """The house of runs whose decisions stand: nothing waits but Sở Nội vụ, which has no dossier."""
    season = house.ready()
    for ruling in Appraisal.objects.all():
        said = Score.objects.get(assessment=ruling.assessment_id, criterion=ruling.criterion_id)
        ruling.self_points, ruling.self_not_applicable = said.points, said.not_applicable
        ruling.save()
    return season


def found_in(season: Season, tier: Tier | None = None) -> dict[str, Holder]:
    now = database_now()
    return {each.name: each for each in holders(board(tier or season.tier, now), now)}


def ask(
    season: Season, dossier: Assessment, code: str = "1.1", due: timedelta = DAY, **more: object
) -> EvidenceRequest:
    return EvidenceRequest.objects.create(
        assessment=dossier,
        criterion=season.criteria_set.criteria.get(code=code),
        text="Kế hoạch nào?",
        due_at=timezone.now() + due,
        otherwise="0 điểm",
        asked_by=season.member.user,
        asked_at=timezone.now() - 3 * DAY,
        **more,
    )


def district_of(season: Season) -> tuple[Unit, Tier]:
    """A district ranked by the province that assesses two communes; one of them has handed in."""
    RankingGroup.objects.create(
        tier=season.tier, code="district", name="Khối huyện", kind="district", parent=season.province, position=1
    )
    district = rows.unit("UBND huyện Thử", "district", parent=season.province, code="H1")
    tier = rows.tier(season.cycle, district, "commune", "huyen")
    criteria = rows.issue(rows.criteria_set(season.cycle, "commune"))
    for number, state in enumerate(("submitted", "draft")):
        commune = rows.unit(f"Xã {number}", "commune", parent=district)
        sent = {"submitted_at": house.AT, "submitted_by": season.head} if state == "submitted" else {}
        rows.assessment(tier, commune, criteria, state=state, **sent)
    return district, tier


def everything(season: Season) -> None:
    """Something of every kind that one tier can have at once."""
    district_of(season)
    for name, state in (("A", "draft"), ("B", "checking"), ("C", "signing")):
        rows.assessment(season.tier, rows.unit(f"Sở {name}", parent=season.province), season.criteria_set, state=state)
    returns.return_dossier(assessment=season.assessments[0], note="Bổ sung", by=season.staff)
    ask(season, season.assessments[0], due=-DAY)
    ask(season, season.assessments[1], state="answered", answered_at=timezone.now())
    Appraisal.objects.all().delete()
