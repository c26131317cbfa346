"""Attributes of units: given for a time, ended, taken off where they were a mistake."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from units import audit
from units.models import Unit, UnitAttribute, User
from units.naming import normalised


class Overlaps(ValueError):
    """The unit has the attribute already for a part of the time."""


@transaction.atomic
def give(*, unit: Unit, word: str, valid_from: date, valid_until: date | None, by: User) -> UnitAttribute:
    """Say that the unit has the attribute from a day on and until (not including) another.

    Raises ``ValueError`` for no word or a time that ends before it begins, ``Overlaps``.
    """
    word = normalised(word)
    if not word or (valid_until and valid_until <= valid_from):
        raise ValueError("a word, and a time that runs forward")
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    same = UnitAttribute.objects.filter(unit=unit, word=word).exclude(valid_until__lte=valid_from)
    if (same.filter(valid_from__lt=valid_until) if valid_until else same).exists():
        raise Overlaps(word)
    made = UnitAttribute.objects.create(unit=unit, word=word, valid_from=valid_from, valid_until=valid_until)
    audit.record(by, "unit.attribute_given", made, unit=unit, word=word, since=valid_from, until=valid_until)
    return made


@transaction.atomic
def end(*, attribute: UnitAttribute, valid_until: date, by: User) -> UnitAttribute:
    """The unit has the attribute no longer from the day on. Raises ``ValueError`` for a day before it began."""
    row = UnitAttribute.objects.select_related("unit").select_for_update(of=("self",)).get(pk=attribute.pk)
    if valid_until <= row.valid_from:
        raise ValueError("it had not begun")
    later = UnitAttribute.objects.filter(unit=row.unit, word=row.word, valid_from__gt=row.valid_from)
    if later.filter(Q(valid_from__lt=valid_until)).exists():
        raise Overlaps(row.word)
    row.valid_until = valid_until
    row.save(update_fields=["valid_until"])
    audit.record(by, "unit.attribute_ended", row, unit=row.unit, word=row.word, until=valid_until)
    return row


@transaction.atomic
def remove(*, attribute: UnitAttribute, by: User) -> None:
    """Take off an attribute that was given by mistake, as if it had never been."""
    row = UnitAttribute.objects.select_related("unit").select_for_update(of=("self",)).get(pk=attribute.pk)
    pk, said = row.pk, {"word": row.word, "since": row.valid_from, "until": row.valid_until}
    row.delete()
    row.pk = pk
    audit.record(by, "unit.attribute_removed", row, unit=row.unit, **said)
