"""What a person types, turned into values or refused in words."""

from decimal import Decimal
from typing import Any

import pytest

from councils import forms
from councils.models import Appraisal
from councils.selectors.pairs import Filters, pairs_for
from criteria.models import Criterion
from tests.councils import makers
from tests.factories import rows

pytestmark = pytest.mark.django_db

SEEN = {"expected": "0", "seen": "1"}


def free(season: rows.Season) -> Criterion:
    return makers.leaf(season, "1.2")


def change(criterion: Criterion, **data: str) -> forms.ChangeForm:
    return forms.ChangeForm({**SEEN, "reason": "thiếu văn bản", **data}, criterion=criterion)


@pytest.mark.parametrize(("typed", "points"), [("1,25", "1.25"), ("0", "0"), ("4", "4"), (" 3.5 ", "3.5")])
def test_change_reads_points(typed: str, points: str) -> None:
    form = change(free(makers.season()), points=typed)

    assert form.is_valid()
    assert form.cleaned_data == {
        "expected": 0,
        "seen": 1,
        "points": Decimal(points),
        "not_applicable": False,
        "reason": "thiếu văn bản",
    }


@pytest.mark.parametrize("typed", ["", "-1", "4,5", "1,00001", "một", "1.000,5", "1e2", "NaN", "٣"])
def test_change_refuses_points(typed: str) -> None:
    form = change(free(makers.season()), points=typed)

    assert not form.is_valid()
    assert list(form.errors) == ["points"]
    assert form["points"].value() == typed


def test_change_needs_a_reason() -> None:
    form = change(free(makers.season()), points="1", reason="  ")

    assert list(form.errors) == ["reason"]


def test_change_to_not_applicable() -> None:
    form = change(free(makers.season()), not_applicable="on")

    assert form.is_valid()
    assert (form.cleaned_data["points"], form.cleaned_data["not_applicable"]) == (None, True)


def test_change_to_not_applicable_with_points_is_refused() -> None:
    form = change(free(makers.season()), not_applicable="on", points="1")

    assert list(form.errors) == ["points"]


def test_change_offers_the_steps_of_the_rule() -> None:
    form = change(makers.leaf(makers.season(), "1.1"), points="1")

    assert form.is_valid()
    assert [(value, label, chosen) for value, label, _points, chosen in form.choices()][:3] == [
        ("2", "Kịp thời", False),
        ("1", "Chậm", True),
        ("0", "Không", False),
    ]


def test_change_to_points_between_the_steps_is_refused() -> None:
    form = change(makers.leaf(makers.season(), "1.1"), points="1,5")

    assert list(form.errors) == ["points"]


def test_change_to_the_option_not_applicable() -> None:
    form = change(makers.leaf(makers.season(), "1.1"), points="na")

    assert form.is_valid()
    assert form.cleaned_data["not_applicable"] is True


def test_offered_by_a_rule_that_cannot_be_read_is_nothing() -> None:
    leaf = makers.leaf(makers.season(), "1.1")
    leaf.rule = "Chậm"

    assert forms.offered(leaf) == ()


def test_accept_takes_the_self_score() -> None:
    season = makers.season()
    score = season.assessments[0].scores.get(criterion__code="1.1")

    form = forms.AcceptForm(SEEN, score=score)

    assert form.is_valid()
    assert form.cleaned_data == {"expected": 0, "seen": 1, "points": 2, "not_applicable": False, "reason": ""}


@pytest.mark.parametrize("answered", [False, True])
def test_accept_of_nothing_is_refused(answered: bool) -> None:
    season = rows.season()
    score = rows.score(season.assessments[0], "1.1", None) if answered else None

    form = forms.AcceptForm(SEEN, score=score)

    assert len(form.non_field_errors()) == 1


@pytest.mark.parametrize("data", [{}, {"expected": "x", "seen": "1"}, {"expected": "-1", "seen": "1"}])
def test_accept_without_what_was_seen_is_refused(data: dict[str, str]) -> None:
    season = makers.season()
    score = season.assessments[0].scores.get(criterion__code="1.1")

    assert not forms.AcceptForm(data, score=score).is_valid()


def start(points: str | None, offers: bool, **fields: Any) -> dict[str, object]:
    season = rows.season()
    score = rows.score(season.assessments[0], "1.1", points, **fields)
    return forms.starting_values(None, score, offers)


def test_starting_values_are_the_self_score() -> None:
    assert start("1.5000", offers=False) == {
        "expected": 0,
        "seen": 1,
        "points": "1,5",
        "not_applicable": False,
        "reason": "",
    }


@pytest.mark.parametrize(("offers", "points"), [(True, "na"), (False, "")])
def test_starting_values_of_not_applicable(offers: bool, points: str) -> None:
    found = start(None, offers, not_applicable=True)

    assert (found["points"], found["not_applicable"]) == (points, True)


def test_starting_values_of_an_unscored_leaf_are_empty() -> None:
    assert start(None, offers=True)["points"] == ""
    assert forms.starting_values(None, None, offers=True) == {"expected": 0, "seen": 0}


def test_starting_values_are_the_standing_decision() -> None:
    season = makers.season()
    made = rows.appraisal(season.assessments[0], "1.1", "1", season.member, reason="chậm")
    score = season.assessments[0].scores.get(criterion__code="1.1")

    found = forms.starting_values(Appraisal.objects.get(), score, offers=True)

    assert found == {"expected": made.pk, "seen": 1, "points": "1", "not_applicable": False, "reason": "chậm"}


def test_filters_read_what_is_chosen() -> None:
    season = makers.season(0, 1)
    unit = season.units[1].pk
    data = {"unit": str(unit), "area": "Tiêu chí 1", "state": "waiting", "q": " kế hoạch ", "sort": "-maximum"}

    chosen = forms.QueueFilters(data, pairs_for(season.member)).chosen()

    assert chosen == Filters(unit=unit, area="Tiêu chí 1", state="waiting", search="kế hoạch", sort="-maximum")


def test_filters_leave_nonsense_out() -> None:
    season = makers.season()
    data = {"unit": "x", "area": "?", "state": "lost", "q": "a" * 200, "sort": "drop table"}

    assert forms.QueueFilters(data, pairs_for(season.member)).chosen() == Filters()
