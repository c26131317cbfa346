"""Reads for drafting and publishing: what a decision says unless told otherwise, and who is to be told."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from councils.models import Council
from criteria.models import Tier
from results.models import Decision, Publication, Run, UnitResult
from units.models import OF_A_UNIT, Role, Unit, User


def council_of(tier: Tier) -> Council | None:
    return Council.objects.filter(tier=tier).first()


def usual_grounds(tier: Tier) -> list[str]:
    """What a decision of the tier rests on, as far as the cycle knows: plan, council, appraisal, proposal."""
    council = council_of(tier)
    grounds = [f"Căn cứ {tier.cycle.plan}"] if tier.cycle.plan else []
    if council and council.decision:
        grounds.append(f"Căn cứ {council.decision} về việc thành lập {council.name}")
    if council:
        grounds.append(f"Căn cứ kết quả thẩm định của {council.name}")
    return [*grounds, f"Theo đề nghị của {tier.standing_body or 'cơ quan thường trực cải cách hành chính'}"]


def holders(unit: Unit, *roles: str) -> QuerySet[User]:
    """The people who hold one of the roles in the unit today."""
    today = timezone.localdate()
    current = Q(memberships__until=None) | Q(memberships__until__gt=today)
    rows = User.objects.filter(
        current, memberships__since__lte=today, memberships__unit=unit, memberships__role__in=roles, is_active=True
    )
    return rows.distinct().order_by("pk")


def chairmen(tier: Tier) -> QuerySet[User]:
    return holders(tier.authority, Role.CHAIRMAN)


def people_of_results(run: Run) -> QuerySet[User]:
    """Officers and heads of every unit that has a result in the run."""
    today = timezone.localdate()
    current = Q(memberships__until=None) | Q(memberships__until__gt=today)
    rows = User.objects.filter(
        current,
        memberships__since__lte=today,
        memberships__unit__in=UnitResult.objects.filter(run=run).values("unit"),
        memberships__role__in=OF_A_UNIT,
        is_active=True,
    )
    return rows.distinct().order_by("pk")


def decision_of(run: Run) -> Decision | None:
    rows = Decision.objects.select_related("job", "drafted_by", "approved_by", "run__tier__cycle")
    return rows.filter(run=run).first()


def standing_publication(tier: Tier) -> Publication | None:
    """The tier's publication that was not withdrawn, whether or not its instant has come."""
    rows = Publication.objects.filter(tier=tier, withdrawn_at=None)
    return rows.select_related("decision", "published_by").first()


def publications_of(decision: Decision) -> list[Publication]:
    """Every publication of the decision, newest first."""
    rows = Publication.objects.filter(decision=decision)
    return list(rows.select_related("published_by", "withdrawn_by").order_by("-created_at", "-pk"))


def withheld_units(run: Run) -> list[Unit]:
    """The units that the run gave no index, by name."""
    results: Iterable[UnitResult] = UnitResult.objects.filter(run=run, index=None).select_related("unit")
    return sorted((result.unit for result in results), key=lambda unit: unit.sort_key)


def newer_run(run: Run) -> Run | None:
    """A later computed run of the same tier."""
    return Run.objects.filter(tier=run.tier_id, number__gt=run.number, computed_at__isnull=False).first()


def document_of(decision: Decision) -> bytes:
    """The PDF as it lies in the store. Raises ``FileNotFoundError`` where there is none."""
    if not decision.pdf:
        raise FileNotFoundError("no document")
    with decision.pdf.open("rb") as file:
        content: bytes = file.read()
    return content
