"""An amendment while somebody saves: real threads, real connections, on both databases."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Score
from assessments.services import gates, scores
from criteria.models import Criterion
from results.models import Amendment
from results.services import amendments
from tests.assessments.test_races import together
from tests.factories.rows import Season
from tests.results import amending
from tests.results.amending import SIGNED, YES, planned, version

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(name="season")
def _season() -> Season:
    """Sở Y tế is still at work on its sheet."""
    with transaction.atomic():
        made = amending.season()
    Assessment.objects.filter(unit__code="SYT").update(state="draft", submitted_at=None, submitted_by=None)
    return made


def saving(season: Season) -> Callable[[], Score]:
    """The head of Sở Y tế saves 1.2 from a page that was opened before."""
    leaf = season.criteria_set.criteria.get(code="1.2")
    dossier = Assessment.objects.get(pk=season.assessments[1].pk)
    said: dict[str, Any] = {"points": Decimal("2.5"), "not_applicable": False, "explanation": "Đã làm"}
    return lambda: scores.save_score(assessment=dossier, criterion=leaf, version=1, by=season.outsider, **said)


def amended(season: Season, **changes: Any) -> Callable[[], Amendment]:
    with transaction.atomic():
        new = planned(version(season, **changes)).new
    seen = amendments.fingerprint(planned(new))
    return lambda: amendments.apply(new=new, seen=seen, by=season.staff, **SIGNED)


def test_without_the_guard_a_save_that_comes_second_is_refused(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the leaf has become is asked under the dossier's lock; without that the typed points are refused."""
    save = saving(season)
    amended(season)()
    monkeypatch.setattr(gates, "standing", lambda assessment, criterion: criterion)

    with pytest.raises(scores.BadScore):
        save()


def test_a_save_that_comes_second_lands_on_the_leaf_in_its_place(season: Season) -> None:
    save = saving(season)
    made = amended(season)()

    assert save().criterion == made.new.criteria.get(code="1.2")


def test_a_save_that_comes_second_answers_no_other_question(season: Season) -> None:
    save = saving(season)
    amended(season, n1_2={"rule": YES.format(4)})()

    with pytest.raises(gates.Amended):
        save()


def test_a_save_and_an_amendment_at_once_lose_nothing(season: Season) -> None:
    saved, made = together(saving(season), amended(season))

    # A save that comes first may change what the amendment was shown: then it is shown again, and nothing moved.
    assert isinstance(saved, Score), saved
    assert isinstance(made, Amendment | amendments.Changed), made
    score = Score.objects.get(assessment=season.assessments[1], criterion__code="1.2")
    in_force = Criterion.objects.get(criteria_set__state="issued", criteria_set__kind="department", code="1.2")
    assert (score.points, score.criterion) == (Decimal("2.5"), in_force)


def test_the_same_amendment_twice_at_once_is_made_once(season: Season) -> None:
    act = amended(season)

    found = together(act, act)

    # The loser is told: that there is nothing left to apply, or that what it was shown has changed.
    assert sorted(type(each).__name__ for each in found) in (["Amendment", "Blocked"], ["Amendment", "Changed"])
    assert Amendment.objects.count() == 1


def test_a_page_that_loses_the_race_keeps_what_was_typed(
    client: Client, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The amendment lands after the address was read and before the write: no error page is drawn over the form."""
    leaf = season.criteria_set.criteria.get(code="1.2")
    act, gate = amended(season, n1_2={"rule": YES.format(4)}), gates.opened
    done: list[Amendment] = []

    def late(assessment: Assessment) -> Any:
        if not done:
            done.append(act())
        return gate(assessment)

    monkeypatch.setattr(gates, "opened", late)
    client.force_login(season.outsider)
    address = reverse("assessments:save", args=[season.assessments[1].pk, leaf.pk])

    answer = client.post(address, {"points": "4", "version": "1"}, headers={"HX-Request": "true"})

    assert (answer.status_code, len(done)) == (404, 1)
    assert not Score.objects.filter(criterion__criteria_set=done[0].new, criterion__code="1.2").exists()
