"""Divisions of a unit, and which of its people belong to them."""

from django.db import IntegrityError, transaction

from units import audit
from units.models import Division, Membership, Unit, User
from units.naming import normalised


class NameTaken(ValueError):
    """The unit has a division of this name."""


class InUse(ValueError):
    """Work was given to the division: it stays for as long as that is recorded."""


@transaction.atomic
def add(*, unit: Unit, name: str, by: User) -> Division:
    """A new division. Raises ``ValueError`` for no name, ``NameTaken``."""
    name = normalised(name)
    if not name:
        raise ValueError("a name")
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if Division.objects.filter(unit=unit, name=name).exists():
        raise NameTaken(name)
    made = Division.objects.create(unit=unit, name=name)
    audit.record(by, "division.added", made, unit=unit, name=name)
    return made


@transaction.atomic
def rename(*, division: Division, name: str, by: User) -> Division:
    """Call it otherwise; the same name changes nothing. Raises ``ValueError`` for no name, ``NameTaken``."""
    name = normalised(name)
    if not name:
        raise ValueError("a name")
    Unit.objects.select_for_update(no_key=True).get(pk=division.unit_id)
    row = Division.objects.select_related("unit").get(pk=division.pk)
    if row.name == name:
        return row
    if Division.objects.filter(unit=row.unit, name=name).exists():
        raise NameTaken(name)
    was, row.name = row.name, name
    row.save(update_fields=["name"])
    audit.record(by, "division.renamed", row, unit=row.unit, name=name, was=was)
    return row


@transaction.atomic
def remove(*, division: Division, by: User) -> None:
    """Close a division to which no work was ever given. Raises ``InUse``; one that is gone stays so."""
    row = Division.objects.select_related("unit").filter(pk=division.pk).first()
    if row is None:
        return
    unit, name, pk = row.unit, row.name, row.pk
    try:
        with transaction.atomic():
            row.delete()
    except IntegrityError as protected:
        raise InUse(name) from protected
    row.pk = pk
    audit.record(by, "division.removed", row, unit=unit, name=name)


@transaction.atomic
def place(*, membership: Membership, division: Division | None, by: User) -> Membership:
    """Say in which division of the unit the person works; None: in none. Raises ``ValueError`` for another unit's."""
    row = (
        Membership.objects.select_related("unit", "user", "division")
        .select_for_update(of=("self",))
        .get(pk=membership.pk)
    )
    if division is not None and division.unit_id != row.unit_id:
        raise ValueError("a division of another unit")
    if row.division == division:
        return row
    was = row.division.name if row.division else ""
    row.division = division
    row.save(update_fields=["division"])
    name = division.name if division else ""
    audit.record(by, "division.placed", row.user, unit=row.unit, person=row.user.username, division=name, was=was)
    return row
