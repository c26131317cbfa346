"""Reads of who scores what: the delegations of a dossier, whose each leaf is, gaps and overlaps, who contributes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.delegating import claims as pure
from assessments.delegating.claims import Claim, Given
from assessments.delegating.expressions import BadExpression, Expression, read
from assessments.models import Assessment, Delegation, DelegationPlan, DelegationRole
from criteria.models import Criterion
from criteria.selectors import criteria_of, outline
from criteria.tree.nodes import Outline
from units.models import Membership, Role, User
from units.selectors import current_memberships

OWNER = ("unit", "division__unit", "person")
WRITERS = (Role.OFFICER, Role.CHECKER, Role.HEAD)


@dataclass(frozen=True)
class Places:
    """Where a person does the work of a unit today: the units, and the divisions of them."""

    person: int
    units: frozenset[int]
    divisions: frozenset[int]


def places_of(user: User) -> Places:
    """Read once in the life of the object."""
    known: Places | None = user.__dict__.get("_places")
    if known is None:
        held: list[Membership] | None = user.__dict__.get("_roles")
        rows = [row for row in (current_memberships(user) if held is None else held) if row.role in WRITERS]
        units = frozenset(row.unit_id for row in rows)
        divisions = frozenset(row.division_id for row in rows if row.division_id)
        known = user.__dict__["_places"] = Places(user.pk, units, divisions)
    return known


@dataclass(frozen=True)
class Ownership:
    """Whose a leaf, or one part of it, is. ``leaf``: a criterion's pk; ``facet``: the part's label, empty: the whole.

    ``due_at`` and ``task`` are the owner's own; ``done_at`` when the owner said that the work is done.
    """

    delegation: int
    role: str
    name: str
    leaf: int
    facet: str = ""
    unit_id: int | None = None
    division_id: int | None = None
    person_id: int | None = None
    task: str = ""
    due_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def is_lead(self) -> bool:
        return self.role == DelegationRole.LEAD

    def is_mine(self, user: User) -> bool:
        """Whether the person is the owner, or does the work of the unit or division that is. At most one query."""
        places = places_of(user)
        return self.person_id == user.pk or self.unit_id in places.units or self.division_id in places.divisions


def owner_name(row: Delegation) -> str:
    """The owner in words; a division with its unit."""
    return f"{row.division.name} ({row.division.unit.name})" if row.division else str(row.owner)


def owner_key(row: Delegation) -> str:
    """The same text for the same owner, whatever it is called."""
    if row.unit_id:
        return f"unit:{row.unit_id}"
    return f"division:{row.division_id}" if row.division_id else f"person:{row.person_id}"


def plan_of(assessment: Assessment) -> DelegationPlan | None:
    return DelegationPlan.objects.select_related("issued_by").filter(assessment=assessment).first()


def is_in_force(plan: DelegationPlan) -> bool:
    """Whether people work by it: it was issued. One that was re-opened since goes on counting as it stands."""
    return plan.issued_at is not None or plan.version > 1


IN_FORCE = Q(plan__issued_at__isnull=False) | Q(plan__version__gt=1)
IS_DELEGATED = Exists(Delegation.objects.filter(IN_FORCE, plan__assessment=OuterRef("pk")))
"""Whether somebody works on a dossier by delegation: a column of a query that reads the dossier anyway."""


def rows_of(plan: DelegationPlan) -> list[Delegation]:
    return list(plan.delegations.select_related(*OWNER, "done_by").order_by("position"))


def rows_in_force(assessment: Assessment) -> list[Delegation]:
    """The delegations by which people work; none while the plan has not been issued."""
    rows = Delegation.objects.filter(IN_FORCE, plan__assessment=assessment).select_related(*OWNER)
    return list(rows.order_by("position"))


@dataclass(frozen=True)
class Reading:
    """Delegations as the set understands them. ``unread``: what is wrong with the others, by their pk."""

    given: tuple[Given, ...]
    claims: Mapping[str, Sequence[Claim]]
    unread: Mapping[int, BadExpression]


def reading_of(rows: Iterable[Delegation], tree: Outline) -> Reading:
    given, unread = [], {}
    for row in rows:
        try:
            expression: Expression = read(row.text, tree, row.facet)
        except BadExpression as bad:
            unread[row.pk] = bad
            continue
        given.append(Given(row.pk, owner_key(row), row.role == DelegationRole.LEAD, expression))
    return Reading(tuple(given), pure.claims_of(tree, given), unread)


def owners_of(assessment: Assessment, criteria: Sequence[Criterion] | None = None) -> dict[int, list[Ownership]]:
    """The owners of each leaf by its primary key, leads first; leaves that are given to nobody are left out.

    One query where nothing is delegated, two otherwise (one with the ``criteria`` of the set at hand).
    """
    rows = rows_in_force(assessment)
    if not rows:
        return {}
    nodes = criteria_of(assessment.criteria_set) if criteria is None else criteria
    return owned(rows, nodes, outline(assessment.criteria_set, nodes))


def owned(rows: Sequence[Delegation], nodes: Iterable[Criterion], tree: Outline) -> dict[int, list[Ownership]]:
    """The owners by the delegations ``rows`` of a set, given by its ``nodes`` and as plain data."""
    claims, by_pk = reading_of(rows, tree).claims, {row.pk: row for row in rows}
    found = {}
    for node in nodes:
        said = claims.get(node.code)
        if said:
            owners = pure.owners(tree.by_code[node.code], said)
            found[node.pk] = [_ownership(by_pk[each.key], node.pk, each.part) for each in owners]
    return found


def _ownership(row: Delegation, leaf: int, part: str) -> Ownership:
    return Ownership(
        row.pk,
        row.role,
        owner_name(row),
        leaf,
        part,
        row.unit_id,
        row.division_id,
        row.person_id,
        row.task,
        row.due_at,
        row.done_at,
    )


def leaves_mine(assessment: Assessment, user: User) -> set[int]:
    """The leaves that the person leads or contributes to, alone or with others, by their primary keys."""
    owned = owners_of(assessment)
    return {leaf for leaf, owners in owned.items() if any(each.is_mine(user) for each in owners)}


@dataclass(frozen=True)
class Open:
    """A contribution that is not there yet."""

    delegation: int
    name: str
    text: str
    task: str
    due_at: datetime | None


def contributions_open(assessment: Assessment) -> list[Open]:
    """Who was to contribute and has not said that it is done, in the order of the plan. One query."""
    waiting = [row for row in rows_in_force(assessment) if row.role == DelegationRole.CONTRIBUTOR and not row.done_at]
    return [Open(row.pk, owner_name(row), row.text, row.task, row.due_at) for row in waiting]


def delegated_to(user: User) -> QuerySet[Delegation]:
    """The delegations in force that the person works on, by himself or in a unit or division. No query yet but one."""
    places = places_of(user)
    mine = Q(person=user) | Q(unit__in=places.units) | Q(division__in=places.divisions)
    return Delegation.objects.filter(IN_FORCE & mine)
