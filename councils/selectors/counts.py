"""How many members the councils of a cycle have."""

from django.db.models import Count

from councils.models import Seat
from criteria.models import Cycle


def seats_by_tier(cycle: Cycle) -> dict[int, int]:
    """The seats of each tier's council, by the tier's key; a tier without a council is left out."""
    rows = Seat.objects.filter(council__tier__cycle=cycle).values_list("council__tier").annotate(Count("pk"))
    return dict(rows.order_by())
