"""Calendars that cannot work: each kind of finding, its sentence with both dates, and the same calendar put right."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from criteria.phases import VIETNAM
from criteria.phases.impossible import CAPACITY, Finding, Load, Plan, Step, findings
from criteria.phases.workdays import Days

DAYS = Days({date(2022, 9, 2): "Quốc khánh", date(2023, 1, 2): "Nghỉ bù"})


def at(month: int, day: int, hour: int = 0, year: int = 2022) -> datetime:
    return datetime(year, month, day, hour, tzinfo=VIETNAM)


def step(kind: str, opens: datetime, closes: datetime, unit_kind: str = "district", **more: Any) -> Step:
    return Step(kind, unit_kind, opens, closes, **more)


def plan(*steps: Step, **more: Any) -> Plan:
    given: dict[str, Any] = {"assessed": tuple(dict.fromkeys(each.unit_kind for each in steps))}
    given |= {"period_end": date(2022, 10, 31), "days": DAYS, "asked": frozenset(given["assessed"])} | more
    return Plan(steps={(each.kind, each.unit_kind): each for each in steps}, **given)


SELF = step("self_scoring", at(11, 1), at(12, 3))
APPRAISAL = step("appraisal", at(11, 15), at(12, 17))
APPROVAL = step("approval", at(12, 1), at(12, 31))
SOUND = (SELF, APPRAISAL, APPROVAL)
BELOW = (
    step("self_scoring", at(11, 1), at(11, 12), "commune"),
    step("appraisal", at(11, 7), at(11, 26), "commune"),
    step("approval", at(11, 7), at(12, 3), "commune"),
)


def found(given: Plan) -> list[tuple[str, str, tuple[str, str]]]:
    return [(each.check, each.severity, each.about) for each in findings(given)]


def said(given: Plan) -> str:
    (only,) = findings(given)
    return only.message % only.values


def test_a_sound_calendar_of_two_tiers_has_no_finding() -> None:
    assert found(plan(*SOUND, *BELOW, nested=(("commune", "district"),))) == []


@pytest.mark.parametrize(
    ("left_out", "severity"), [("self_scoring", "error"), ("appraisal", "error"), ("approval", "warning")]
)
def test_a_missing_phase_of_a_kind_that_is_assessed(left_out: str, severity: str) -> None:
    steps = [each for each in SOUND if each.kind != left_out]

    assert ("missing", severity, (left_out, "district")) in found(plan(*steps))


def test_a_missing_survey_only_matters_where_points_depend_on_it() -> None:
    assert found(plan(*SOUND, surveyed=frozenset({"district"}))) == [("missing", "error", ("survey", "district"))]


def test_a_kind_without_a_criteria_set() -> None:
    assert found(plan(*SOUND, asked=frozenset())) == [("no_set", "error", ("", "district"))]


def test_a_dossier_due_before_the_appraisal_below_has_ended() -> None:
    """The plan of a district of Hà Tĩnh for 2020: its own dossier before 25/10, its communes' results before 15/11."""
    steps = (
        step("self_scoring", at(10, 1, year=2020), at(10, 25, year=2020)),
        step("appraisal", at(10, 18, year=2020), at(11, 15, year=2020), "commune"),
    )
    given = plan(*steps, assessed=(), nested=(("commune", "district"),), period_end=date(2020, 9, 30))

    first = findings(given)[0]

    assert (first.check, first.is_error, first.is_excusable) == ("results_below", True, True)
    sentence = first.message % first.values
    assert "hết ngày thứ Bảy 24/10/2020" in sentence
    assert "hết ngày thứ Bảy 14/11/2020" in sentence


def test_results_below_that_are_only_approved_later_are_a_warning() -> None:
    late = replace(BELOW[2], closes_at=at(12, 10))
    given = plan(*SOUND, *BELOW[:2], late, nested=(("commune", "district"),))

    (only,) = findings(given)

    assert (only.check, only.is_error, only.is_excusable) == ("results_below", False, False)


@pytest.mark.parametrize("lacks", [SELF, BELOW[1]])
def test_tiers_of_which_a_phase_is_missing_are_not_compared(lacks: Step) -> None:
    steps = [each for each in (SELF, BELOW[1]) if each is not lacks]

    assert "results_below" not in {check for check, *_ in found(plan(*steps, nested=(("commune", "district"),)))}


def test_a_later_step_that_closes_before_the_earlier_one() -> None:
    given = plan(SELF, replace(APPRAISAL, closes_at=at(12, 2)), APPROVAL)

    sentence = said(given)

    assert found(given) == [("order", "error", ("appraisal", "district"))]
    assert "hết ngày thứ Năm 01/12/2022" in sentence
    assert "hết ngày thứ Sáu 02/12/2022" in sentence


def test_a_later_step_that_opens_before_the_earlier_one() -> None:
    given = plan(SELF, replace(APPRAISAL, opens_at=at(10, 31, 8)), APPROVAL)

    assert found(given) == [("order", "error", ("appraisal", "district"))]
    assert "opens 08:00 thứ Hai 31/10/2022, before" in said(given)
    assert "thứ Ba 01/11/2022" in said(given)


def test_working_days_on_which_nothing_is_open() -> None:
    given = plan(SELF, replace(APPRAISAL, opens_at=at(12, 7)), replace(APPROVAL, opens_at=at(12, 7)))

    assert found(given) == [("gap", "warning", ("appraisal", "district"))]
    assert "opens thứ Tư 07/12/2022, 2 working days after" in said(given)


def test_a_weekend_between_two_steps_is_no_gap() -> None:
    assert found(plan(SELF, replace(APPRAISAL, opens_at=at(12, 5)), replace(APPROVAL, opens_at=at(12, 5)))) == []


def test_a_survey_that_ends_after_the_approval() -> None:
    survey = step("survey", at(11, 1), at(1, 4, year=2023))
    given = plan(*SOUND, survey, surveyed=frozenset({"district"}))

    assert found(given) == [("survey", "error", ("survey", "district"))]
    assert "hết ngày thứ Ba 03/01/2023" in said(given)
    assert "hết ngày thứ Sáu 30/12/2022" in said(given)
    assert found(plan(*SOUND, replace(survey, closes_at=at(12, 31)), surveyed=frozenset({"district"}))) == []


def test_a_self_scoring_that_ends_inside_the_measured_period() -> None:
    given = plan(*SOUND, period_end=date(2022, 12, 31))

    assert found(given) == [("period", "warning", ("self_scoring", "district"))]
    assert "31/12/2022" in said(given)
    assert found(plan(*SOUND, period_end=date(2022, 12, 2))) == []
    assert found(plan(APPRAISAL, assessed=(), period_end=date(2022, 12, 31))) == []


def test_a_deadline_on_a_weekend_names_the_next_working_day() -> None:
    given = plan(SELF, replace(APPRAISAL, closes_at=at(12, 25)), APPROVAL)

    assert found(given) == [("day_off", "warning", ("appraisal", "district"))]
    assert "thứ Bảy 24/12/2022. The next working day is thứ Hai 26/12/2022" in said(given)


def test_a_deadline_on_a_holiday_names_it() -> None:
    given = plan(SELF, APPRAISAL, replace(APPROVAL, closes_at=at(1, 3, year=2023)))

    assert found(given) == [("day_off", "warning", ("approval", "district"))]
    assert "(Nghỉ bù)" in said(given)


def test_a_year_whose_holidays_nobody_has_entered() -> None:
    assert found(plan(*SOUND, days=Days({}))) == [("unknown_year", "warning", ("", ""))]


def test_late_dossiers_after_the_appraisal() -> None:
    given = plan(replace(SELF, late_until=at(12, 18)), APPRAISAL, APPROVAL)

    assert found(given) == [("late", "warning", ("self_scoring", "district"))]
    assert found(plan(replace(SELF, late_until=at(12, 17)), APPRAISAL, APPROVAL)) == []
    assert found(plan(replace(SELF, late_until=at(12, 18)), assessed=())) == []


WORKING = 24
"""Working days from 15/11 to 16/12/2022."""


@pytest.mark.parametrize(
    ("pairs", "seats", "expected"),
    [
        (CAPACITY * WORKING * 3, 3, []),
        (CAPACITY * WORKING * 3 + 1, 3, ["load"]),
        (CAPACITY * WORKING * 3 + 1, 0, ["load"]),
        (0, 0, []),
    ],
)
def test_an_appraisal_shorter_than_its_load(pairs: int, seats: int, expected: list[str]) -> None:
    given = plan(*SOUND, loads=(Load("Cấp tỉnh", frozenset({"district"}), pairs, seats),))

    assert [check for check, *_ in found(given)] == expected


@pytest.mark.parametrize(("seats", "words"), [(3, "61 a day for each of 3 members"), (0, "at least 4 members")])
def test_the_load_says_how_many_a_member_would_decide(seats: int, words: str) -> None:
    load = Load("Cấp tỉnh", frozenset({"district"}), CAPACITY * WORKING * 3 + 1, seats)

    assert words in said(plan(*SOUND, loads=(load,)))
    assert "15/11/2022 – 16/12/2022" in said(plan(*SOUND, loads=(load,)))


def test_an_appraisal_without_a_working_day_and_a_council_without_a_phase() -> None:
    weekend = step("appraisal", at(12, 3), at(12, 5))
    load = Load("Cấp tỉnh", frozenset({"district", "commune"}), 10, 3)

    first = findings(plan(weekend, assessed=(), loads=(load,)))[0]

    assert (first.check, first.is_error, first.is_excusable) == ("load", True, True)
    assert found(plan(SELF, assessed=(), loads=(replace(load, kinds=frozenset({"province"})),))) == []


def test_errors_come_before_warnings() -> None:
    given = plan(SELF, replace(APPRAISAL, closes_at=at(12, 2)), APPROVAL, period_end=date(2022, 12, 31))

    assert [each.severity for each in findings(given)] == ["error", "warning"]


def test_every_sentence_can_be_filled() -> None:
    """A field of a message that no value fills would break the page."""
    survey = step("survey", at(11, 1), at(1, 4, year=2023))
    crowded = plan(
        replace(SELF, late_until=at(12, 25), closes_at=at(12, 3) + timedelta(days=1)),
        replace(APPRAISAL, opens_at=at(12, 7)),
        survey,
        surveyed=frozenset({"district"}),
        loads=(Load("Cấp tỉnh", frozenset({"district"}), 10**6, 2),),
        period_end=date(2022, 12, 31),
    )

    sentences: list[Finding] = findings(crowded)

    assert len([each.message % each.values for each in sentences]) == len(sentences) >= 6
