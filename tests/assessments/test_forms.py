from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation

from assessments.forms import PlaceForm, ReturnForm, ScoreForm, parse_points
from assessments.models import Score
from criteria.models import Criterion


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("", None),
        ("  ", None),
        ("0", "0"),
        ("1,25", "1.25"),
        ("0.25", "0.25"),
        ("0.250", "0.25"),
        ("1.5", "1.5"),
        ("1,2500", "1.25"),
        (" 1 ,5\u00a0", "1.5"),
        ("1,00000", "1"),
        ("1250", "1250"),
        ("-0,5", "-0.5"),
        ("− 2", "-2"),
        ("-0", "0"),
    ],
)
def test_points_are_read_with_a_decimal_comma(typed: str, points: str | None) -> None:
    assert parse_points(typed) == (None if points is None else Decimal(points))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("abc", "“abc” is not a number of points. Write it with a decimal comma, for example 1,25."),
        ("--1", "“--1” is not a number of points. Write it with a decimal comma, for example 1,25."),
        ("-1.250", "“-1.250” can be read in two ways. Write -1,250 or -1250."),
        ("1e3", "“1e3” is not a number of points. Write it with a decimal comma, for example 1,25."),
        ("NaN", "“NaN” is not a number of points. Write it with a decimal comma, for example 1,25."),
        ("0 25", "“0 25” is not a number of points. Write it with a decimal comma, for example 1,25."),
        ("1²", "“1²” is not a number of points. Write it with a decimal comma, for example 1,25."),
        ("1.250", "“1.250” can be read in two ways. Write 1,250 or 1250."),
        ("0,12345", "Points have at most four decimal places."),
    ],
)
def test_other_text_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_points(typed)

    with translation.override("en"):
        assert refused.value.messages == [said]


def form(rule: str = "", stored: str | None = None, **data: str) -> ScoreForm:
    leaf = Criterion(code="1.1", max_points=Decimal(2), rule=rule)
    query = QueryDict(mutable=True)
    query.update({"version": "0", **data})
    score = None if stored is None else Score(criterion=leaf, points=Decimal(stored))
    return ScoreForm(query, criterion=leaf, stored=score)


def test_valid_form_gives_the_values_of_the_service() -> None:
    typed = form(points="1,5", explanation="Dòng một\r\ndòng hai\x0b")

    assert typed.is_valid()
    assert typed.cleaned_data == {
        "points": Decimal("1.5"),
        "not_applicable": False,
        "explanation": "Dòng một\ndòng hai",
        "reason": "",
        "figures": None,
        "version": 0,
    }


def test_not_applicable_drops_whatever_stands_in_the_points() -> None:
    typed = form(points="abc", not_applicable="on")

    assert typed.is_valid()
    assert typed.cleaned_data["points"] is None


@pytest.mark.parametrize(
    ("rule", "stored", "points", "said"),
    [
        ("", None, "2,1", ["2,1 is more than the maximum of criterion 1.1: 2."]),
        ("Tốt: 2; Khá: 1", None, "1,5", ["The rule offers only these points: 2 · 1."]),
        ("Tốt: 2; Khá: 1", "1.5", "1,5", []),
        ("Tốt: 2; Khá: 1", None, "1", []),
        ("Tốt: 2; Khá: 1", None, "", []),
        ("Không có điểm", None, "1,5", []),
    ],
)
def test_points_within_the_maximum_and_the_steps(rule: str, stored: str | None, points: str, said: list[str]) -> None:
    with translation.override("en"):
        typed = form(rule, stored, points=points)

        assert typed.errors.get("points", []) == said


@pytest.mark.parametrize("data", [{"version": "-1"}, {"version": "x"}, {"explanation": "x" * 5001}])
def test_form_with_a_bad_field_is_invalid(data: dict[str, str]) -> None:
    assert not form(**data).is_valid()


def test_place_and_note_have_their_limits() -> None:
    assert PlaceForm({"place": "x" * 121}).is_valid() is False
    assert ReturnForm({"note": " "}).is_valid() is False
