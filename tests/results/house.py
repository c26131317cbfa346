"""A small province that is ready to be computed: the same rows in every process and on every database."""

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

from councils.models import Appraisal, Council
from criteria.models import Criterion, Cycle, RankingGroup, Tier
from results.models import Decision, Publication, Run
from results.services import runs
from surveys.models import SurveyPoint
from tests.factories import rows
from tests.factories.rows import Season
from units.models import Unit, User
from units.selectors import database_now

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2022, 12, 1, 2, 3, 4, tzinfo=UTC)


def surveyed(unit: Unit, code: str, points: str, of: Season) -> SurveyPoint:
    leaf = Criterion.objects.get(criteria_set=of.criteria_set, code=code)
    return SurveyPoint.objects.create(cycle=of.cycle, unit=unit, criterion=leaf, points=Decimal(points), respondents=30)


def ready(*, issued: bool = True) -> Season:
    """SXD: 1.5 of 2 (self 2), 3 of 4, survey 3.5 of 4, i.e. 80 %. SYT: 1.1 not applicable, 4 of 4, 3.1 of 4, i.e.
    88.75 %. SNV handed nothing in and has no survey points."""
    made = rows.season(issued=issued)
    made.cycle.code = "thu"
    made.cycle.save()
    first, second = made.assessments
    for assessment in made.assessments:
        assessment.state, assessment.submitted_at, assessment.submitted_by = "submitted", AT, made.head
        assessment.save()
    rows.score(first, "1.1", "2")
    rows.score(first, "1.2", "3")
    rows.score(second, "1.1", None, not_applicable=True)
    rows.score(second, "1.2", "4")
    rows.appraisal(first, "1.1", "1.5", made.member, reason="Nộp chậm 3 ngày")
    rows.appraisal(first, "1.2", "3", made.member)
    rows.appraisal(second, "1.1", None, made.member, not_applicable=True)
    rows.appraisal(second, "1.2", "4", made.member)
    Appraisal.objects.update(decided_at=AT)
    surveyed(made.units[0], "2.1", "3.5", made)
    surveyed(made.units[1], "2.1", "3.1", made)
    return made


def computed(of: Season) -> Run:
    return runs.compute(run=runs.start(tier=of.tier, by=of.staff))


def closed(of: Season) -> None:
    """The council closes the appraisal, on the clock that decides."""
    Council.objects.filter(tier=of.tier).update(state="closed", closed_at=database_now(), closed_by=of.chair.user)


def approved(of: Run, drafted_by: User, approved_by: User) -> Decision:
    """The run with an approved decision, as rows."""
    Run.objects.filter(pk=of.pk).update(state="approved")
    return Decision.objects.create(
        run=of,
        number="36/QĐ-UBND",
        place="Thử",
        date=AT.date(),
        signer="Nguyễn Văn A",
        signer_office="CHỦ TỊCH",
        on_behalf_of="TM. ỦY BAN NHÂN DÂN",
        state="approved",
        drafted_by=drafted_by,
        drafted_at=AT,
        approved_by=approved_by,
        approved_at=AT,
    )


def published(decision: Decision, by: User, at: datetime = AT) -> Publication:
    return Publication.objects.create(
        tier=decision.run.tier, decision=decision, publish_at=at, published_by=by, created_at=AT
    )


def year_before(of: Season) -> Cycle:
    """Last cycle with the same tier and group; the season's cycle follows it."""
    last = rows.cycle(of.province, code=f"{of.cycle.code}-truoc")
    Cycle.objects.filter(pk=last.pk).update(year=2021)
    tier = Tier.objects.create(cycle=last, code=of.tier.code, name="Cấp tỉnh", authority=of.province)
    RankingGroup.objects.create(tier=tier, code="department", name="Khối", kind="department", parent=of.province)
    of.cycle.previous = last
    of.cycle.save()
    return last


def environment(**more: str) -> dict[str, str]:
    """What a process needs to work on this test's database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        place = f"{database['HOST']}:{database['PORT']}" if database["PORT"] else database["HOST"]
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{place}/{database['NAME']}"
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "parindex.settings",
        "DATABASE_URL": url,
        "DEBUG": "1",
        "PYTHONPATH": str(ROOT),
        **more,
    }
