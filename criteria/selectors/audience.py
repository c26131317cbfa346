"""Whom a cycle concerns: its units and their people."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from criteria.models import Cycle, RankingGroup
from units.models import OF_A_UNIT, Membership, Role, Unit, User


def units_of(cycle: Cycle) -> QuerySet[Unit]:
    """Every unit that the cycle assesses, standing at the end of its period, each once."""
    groups = RankingGroup.objects.filter(tier__cycle=cycle).values_list("kind", "parent")
    ranked = Q(pk__in=[])
    for kind, parent in groups:
        ranked |= Q(kind=kind, parent=parent)
    standing = Unit.objects.filter(ranked, valid_from__lte=cycle.period_end)
    return standing.exclude(valid_until__lte=cycle.period_end).order_by("sort_key", "code")


def people_of(cycle: Cycle) -> list[User]:
    """Who works for one of the cycle's units today, and the standing bodies and chairmen of its authorities."""
    today = timezone.localdate()
    current = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today)
    authorities = {cycle.authority_id, *cycle.tiers.values_list("authority", flat=True)}
    concerned = current.filter(
        Q(unit__in=units_of(cycle).values("pk"), role__in=OF_A_UNIT)
        | Q(unit__in=authorities, role__in=(Role.STAFF, Role.CHAIRMAN))
    )
    return list(User.objects.filter(pk__in=concerned.values("user"), is_active=True).order_by("pk"))
