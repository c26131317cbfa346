"""Attributes of units, as far as exemptions go by them: what a change does is shown before it is done."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from assessments.selectors.exemptions import SetPlan, attribute_plans
from units.models import Unit, UnitAttribute, User
from units.services import attributes


class Changed(Exception):
    """What the person saw is no longer what would happen, or it would contradict an exemption. Carries what would."""

    def __init__(self, now: list[SetPlan]) -> None:
        super().__init__("the plan has changed")
        self.plans = now


def fingerprint(plans: Iterable[SetPlan]) -> str:
    """What a person has seen and agreed to."""
    return " ".join(f"{each.criteria_set.pk}:{each.plan.fingerprint}" for each in plans)


def plans_if_given(unit: Unit, word: str, valid_from: date, valid_until: date | None) -> list[SetPlan]:
    standing = list(unit.attributes.all())
    given = UnitAttribute(unit=unit, word=word, valid_from=valid_from, valid_until=valid_until)
    return attribute_plans(unit, standing, [*standing, given])


def plans_if_ended(attribute: UnitAttribute, valid_until: date | None) -> list[SetPlan]:
    """``valid_until`` None: as if it had never been."""
    standing = list(attribute.unit.attributes.all())
    kept = [each for each in standing if each.pk != attribute.pk]
    if valid_until:
        kept.append(
            UnitAttribute(
                unit=attribute.unit, word=attribute.word, valid_from=attribute.valid_from, valid_until=valid_until
            )
        )
    return attribute_plans(attribute.unit, standing, kept)


@transaction.atomic
def give(*, unit: Unit, word: str, valid_from: date, valid_until: date | None, seen: str, by: User) -> UnitAttribute:
    """Give the attribute. Raises ``Changed`` unless what it does is what was seen, and what ``units`` raises."""
    made = attributes.give(unit=unit, word=word, valid_from=valid_from, valid_until=valid_until, by=by)
    standing = [each for each in unit.attributes.all() if each.pk != made.pk]
    _agree(attribute_plans(unit, standing, [*standing, made]), seen)
    return made


@transaction.atomic
def end(*, attribute: UnitAttribute, valid_until: date | None, seen: str, by: User) -> None:
    """End the attribute, or (None) take it off as a mistake. Raises as ``give``."""
    _agree(plans_if_ended(attribute, valid_until), seen)
    if valid_until:
        attributes.end(attribute=attribute, valid_until=valid_until, by=by)
    else:
        attributes.remove(attribute=attribute, by=by)


def _agree(plans: list[SetPlan], seen: str) -> None:
    if fingerprint(plans) != seen or any(each.plan.contradictions for each in plans):
        raise Changed(plans)
