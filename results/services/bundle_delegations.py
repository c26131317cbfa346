"""What a bundle delegates, as rows that are not stored yet."""

from collections.abc import Callable, Mapping

from assessments.models import Assessment, Delegation, DelegationPlan
from results.bundle.rows import Bundle
from units.models import Unit


def delegations(bundle: Bundle, dossiers: Mapping[str, Assessment], unit: Callable[[str], Unit]) -> list[Delegation]:
    """The rows in the order of the file. Those of one dossier share a plan, which is not issued."""
    plans: dict[str, DelegationPlan] = {}
    made = []
    for position, row in enumerate(bundle.delegations, 1):
        if row.dossier not in plans:
            plans[row.dossier] = DelegationPlan(assessment=dossiers[row.dossier], document=bundle.cycle.plan)
        made.append(
            Delegation(
                plan=plans[row.dossier],
                position=position,
                text=row.text,
                facet=row.facet,
                unit=unit(row.unit_code),
                role=row.role,
                task=row.task,
            )
        )
    return made
