"""Two people issue at the same instant: real threads, real connections, on both databases."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from criteria.models import CriteriaSet
from criteria.services import drafting, life
from tests.assessments.test_races import together
from tests.criteria.life.makers import DECISION, Office, again, office
from units.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


def issuing(here: Office, criteria_set: CriteriaSet) -> Callable[[], CriteriaSet]:
    return lambda: life.issue(criteria_set=criteria_set, by=here.staff, **DECISION)


def test_without_the_guard_the_second_meets_the_databases_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    here = office()
    one, other = here.checked(), here.checked()
    monkeypatch.setattr(life, "assert_first", lambda draft: None)

    found = together(issuing(here, one), issuing(here, other))

    # The last line of defence: nobody is told in words what happened.
    assert sorted(type(each).__name__ for each in found) == ["CriteriaSet", IntegrityError.__name__]


def test_of_two_sets_issued_at_once_one_is_in_force_and_one_is_told() -> None:
    here = office()
    one, other = here.checked(), here.checked()

    found = together(issuing(here, one), issuing(here, other))

    (in_force,) = CriteriaSet.objects.filter(state="issued")
    (told,) = [each for each in found if isinstance(each, life.HasPredecessor)]
    assert told.standing == in_force
    assert AuditEvent.objects.filter(action="criteria.issued").count() == 1


def test_a_set_issued_twice_at_once_is_issued_once() -> None:
    here = office()
    checked = here.checked()

    found = together(*[issuing(here, checked)] * 3)

    assert sorted(type(each).__name__ for each in found) == ["CriteriaSet", "Frozen", "Frozen"]
    assert [each for each in found if isinstance(each, drafting.Frozen)]


def test_of_two_versions_that_replace_at_once_one_does() -> None:
    here = office()
    old = here.issued()
    versions = [here.version(old), here.version(old)]

    found = together(*[lambda new=new: life.supersede(old=old, new=new, by=here.staff, **DECISION) for new in versions])

    assert sorted(type(each).__name__ for each in found) == ["CriteriaSet", "NotInForce"]
    assert [again(old).state, *sorted(again(each).state for each in versions)] == ["replaced", "checked", "issued"]


def test_two_drafts_begun_at_once_have_two_version_numbers() -> None:
    here = office()

    found = together(*[here.draft] * 3)

    assert sorted(each.version for each in found) == [1, 2, 3]
