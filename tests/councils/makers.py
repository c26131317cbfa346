"""Dossiers as a council finds them."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from assessments.models import Assessment
from criteria.models import Criterion
from tests.factories import rows


def hand_in(season: rows.Season, index: int = 0, first: str | None = "2", second: str | None = "3") -> Assessment:
    """The dossier of ``season.units[index]``, scored and handed in an hour ago."""
    assessment = season.assessments[index]
    rows.score(assessment, "1.1", first)
    rows.score(assessment, "1.2", second)
    past = timezone.now() - timedelta(hours=1)
    assessment.scores.update(updated_at=past - timedelta(hours=1))
    assessment.state, assessment.submitted_at, assessment.submitted_by = "submitted", past, season.head
    assessment.save()
    return assessment


def season(*handed_in: int, issued: bool = True) -> rows.Season:
    """A season in which the dossiers of these units (by index) lie before the council."""
    made = rows.season(issued=issued)
    for index in handed_in or (0,):
        hand_in(made, index)
    return made


def leaf(of: rows.Season, code: str) -> Criterion:
    return Criterion.objects.get(criteria_set=of.criteria_set, code=code)


def points(text: str) -> Decimal:
    return Decimal(text)
