"""Rows of a cycle bundle that are units and people. They join the transaction of the whole bundle."""

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction

from units import audit
from units.models import Membership, Unit, User
from units.naming import folded, sort_key


@transaction.atomic
def add_units(*, units: Sequence[Unit], by: User | None) -> None:
    """Store new units, parents before children. A ``parent`` may be one of ``units``."""
    for unit in units:
        unit.folded, unit.sort_key = folded(unit.name), sort_key(unit.name)
    waiting = list(units)
    while waiting:
        ready = [unit for unit in waiting if unit.parent is None or unit.parent.pk]
        Unit.objects.bulk_create(ready)
        waiting = [unit for unit in waiting if not unit.pk]
    if units:
        audit.record(by, "units.loaded", units[0], units=[unit.code for unit in units])


@transaction.atomic
def add_people(*, people: Sequence[User], memberships: Sequence[Membership], by: User | None) -> None:
    """Store new accounts, which cannot sign in until a password is set, and new roles."""
    for user in people:
        user.password = make_password(None)
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(memberships)
    if people or memberships:
        first = (people or [memberships[0].user])[0]
        roles = [[row.user.username, row.unit.code, row.role] for row in memberships]
        audit.record(by, "people.loaded", first, people=[user.username for user in people], roles=roles)
