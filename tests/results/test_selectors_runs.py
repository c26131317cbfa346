"""The bridge from what was said to what is computed, and what waits because of runs."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import Tier
from results.models import Decision, Run, UnitResult
from results.selectors import runs
from results.selectors.calculation import calculation, digest_of, line_of, proved
from results.services import runs as services
from tests.factories import rows
from tests.results import house

pytestmark = pytest.mark.django_db


def told(tier: Tier) -> dict[tuple[str, str], tuple[object, ...]]:
    return {
        (each.unit.code, line.code): (str(line.source), line.self_points, line.final_points, line.why)
        for each in runs.lines(tier)
        for line in each.lines
    }


def test_lines_carry_every_layer_of_every_unit() -> None:
    season = house.ready()

    assert told(season.tier) == {
        ("SNV", "1.1"): ("unscored", None, None, "no_dossier"),
        ("SNV", "1.2"): ("unscored", None, None, "no_dossier"),
        ("SNV", "2.1"): ("no_survey", None, None, "no_survey"),
        ("SXD", "1.1"): ("appraisal", Decimal(2), Decimal("1.5"), None),
        ("SXD", "1.2"): ("appraisal", Decimal(3), Decimal(3), None),
        ("SXD", "2.1"): ("survey", None, Decimal("3.5"), None),
        ("SYT", "1.1"): ("not_applicable", None, None, None),
        ("SYT", "1.2"): ("appraisal", Decimal(4), Decimal(4), None),
        ("SYT", "2.1"): ("survey", None, Decimal("3.1"), None),
    }


def test_lines_name_area_maximum_and_decider() -> None:
    season = house.ready()

    unit = runs.lines(season.tier)[1]
    line = unit.lines[0]

    assert unit.areas == {"1": "Tiêu chí 1", "2": "Tiêu chí 2"}
    assert (line.position, line.name, line.area, line.maximum) == (1, "Tiêu chí 1.1", "1", Decimal(2))
    assert (line.decider, line.reason) == ("Sở Nội vụ · Người member", "Nộp chậm 3 ngày")


@pytest.mark.parametrize(
    ("state", "why"), [("draft", "not_submitted"), ("returned", "not_submitted"), ("submitted", "not_appraised")]
)
def test_an_unappraised_leaf_tells_how_far_its_dossier_is(state: str, why: str) -> None:
    season = rows.season()
    season.assessments[0].state = state
    season.assessments[0].submitted_at, season.assessments[0].submitted_by = timezone.now(), season.head
    season.assessments[0].save()
    rows.score(season.assessments[0], "1.1", "2")

    assert told(season.tier)["SXD", "1.1"] == ("unscored", Decimal(2), None, why)


def test_an_appraisal_by_another_body_counts_as_appraised() -> None:
    season = rows.season(issued=False)
    season.criteria_set.criteria.filter(code="1.2").update(method="outcome")
    rows.issue(season.criteria_set)
    rows.appraisal(season.assessments[0], "1.2", "4", season.member)

    assert told(season.tier)["SXD", "1.2"] == ("appraisal", None, Decimal(4), None)


def test_an_overruled_appraisal_does_not_count() -> None:
    season = rows.season()
    rows.appraisal(season.assessments[0], "1.2", "4", season.member, is_current=False)
    rows.appraisal(season.assessments[0], "1.2", "1", season.member)

    assert told(season.tier)["SXD", "1.2"][2] == Decimal(1)


def test_a_group_without_criteria_has_no_lines_and_no_index() -> None:
    season = rows.season(issued=False)

    result = calculation(season.tier)

    assert [(each.unit.code, each.index, each.areas) for each in result.results] == [
        ("SNV", None, []),
        ("SXD", None, []),
        ("SYT", None, []),
    ]


def test_lines_take_as_many_queries_for_ten_units_as_for_three() -> None:
    season = house.ready()
    with CaptureQueriesContext(connection) as few:
        runs.lines(season.tier)
    for _number in range(7):
        rows.assessment(season.tier, rows.unit(parent=season.province), season.criteria_set)

    with CaptureQueriesContext(connection) as many:
        lines = runs.lines(season.tier)

    assert (len(lines), len(many)) == (10, len(few))


def test_calculation_by_hand() -> None:
    season = house.ready()

    result = calculation(season.tier)

    assert [
        (each.rank, each.unit.code, str(each.index), each.numerator, each.denominator, each.band, each.points)
        for each in result.results
    ] == [
        (1, "SYT", "88.75", "355", "4", "Tốt", Decimal("7.1")),
        (2, "SXD", "80.00", "80", "1", "Tốt", Decimal("8")),
        (None, "SNV", "None", "", "", "", Decimal(0)),
    ]
    assert result.results[1].areas == [
        {"code": "1", "name": "Tiêu chí 1", "points": "4.5", "maximum": "6", "percent": "75.00"},
        {"code": "2", "name": "Tiêu chí 2", "points": "3.5", "maximum": "4", "percent": "87.50"},
    ]


def test_missing_names_unit_leaf_reason_and_policy() -> None:
    season = house.ready()

    missing = calculation(season.tier).missing

    assert [(each["unit"], each["unit_code"], each["code"], each["why"], each["policy"]) for each in missing] == [
        ("Sở Nội vụ", "SNV", "1.1", "no_dossier", "zero"),
        ("Sở Nội vụ", "SNV", "1.2", "no_dossier", "zero"),
        ("Sở Nội vụ", "SNV", "2.1", "no_survey", "withhold"),
    ]


def test_missing_survey_as_zero_gives_an_index() -> None:
    season = house.ready()
    season.cycle.missing_survey = "zero"
    season.cycle.not_applicable = "full"
    season.cycle.save()

    result = calculation(Tier.objects.get(pk=season.tier.pk))

    assert [(each.unit.code, str(each.index)) for each in result.results] == [
        ("SYT", "91.00"),
        ("SXD", "80.00"),
        ("SNV", "0.00"),
    ]


def test_an_area_in_which_nothing_applies_has_no_share() -> None:
    season = house.ready()
    season.cycle.missing_survey = season.cycle.unscored = "exclude"
    season.cycle.save()

    last = calculation(Tier.objects.get(pk=season.tier.pk)).results[-1]

    assert (last.unit.code, last.index, [area["percent"] for area in last.areas]) == ("SNV", None, [None, None])


def test_a_stored_run_is_proved_until_a_row_is_changed() -> None:
    run = house.computed(house.ready())
    assert proved(run)

    UnitResult.objects.filter(run=run, unit__code="SXD").update(rank=1)

    assert not proved(run)


def test_a_run_with_a_forged_digest_is_not_proved() -> None:
    run = house.computed(house.ready())
    UnitResult.objects.filter(run=run, unit__code="SXD").update(rank=1)
    run.digest = runs_digest(run)

    assert not proved(run)


def runs_digest(run: Run) -> str:
    return digest_of(run.settings, run.lines.select_related("unit"), runs.results_of(run))


def test_line_of_a_stored_row() -> None:
    season = house.ready()
    run = house.computed(season)

    lines = [line_of(row) for row in runs.lines_of(run, season.units[1].pk)]

    assert [(each.code, each.answer.value, each.awarded) for each in lines] == [
        ("1.1", "not_applicable", None),
        ("1.2", "points", Decimal(4)),
        ("2.1", "points", Decimal("3.1")),
    ]


def test_result_of_a_unit_outside_the_run_is_none() -> None:
    season = house.ready()

    assert runs.result_of(house.computed(season), season.province.pk) is None


def test_last_results_are_those_published_last_cycle() -> None:
    season = house.ready()
    assert runs.last_results(season.tier) == {}
    last = house.year_before(season)
    tier = Tier.objects.get(cycle=last)
    run = services.compute(run=services.start(tier=tier, by=season.staff))
    decision = house.approved(run, season.staff, season.chairman)
    this = Tier.objects.select_related("cycle").get(pk=season.tier.pk)
    assert runs.last_results(this) == {}

    house.published(decision, season.chairman)

    assert runs.last_published(this) == run
    assert set(runs.last_results(this)) == {each.unit_id for each in runs.results_of(run)}


def test_newest_tiers_of_an_authority_are_those_of_its_newest_cycle() -> None:
    season = rows.season()
    house.year_before(season)
    second = Tier.objects.create(cycle=season.cycle, code="huyen", name="Huyện", authority=season.province, position=2)

    assert runs.newest_tiers([season.province]) == [season.tier, second]
    assert runs.newest_tiers([season.units[0]]) == []


def test_a_closed_council_waits_for_a_run() -> None:
    season = house.ready()
    assert runs.tiers_to_compute([season.province]) == []
    house.closed(season)
    assert runs.tiers_to_compute([season.province]) == [season.tier]

    run = services.start(tier=season.tier, by=season.staff)

    assert runs.tiers_to_compute([season.province]) == []
    Run.objects.filter(pk=run.pk).update(state="failed")
    assert runs.tiers_to_compute([season.province]) == [season.tier]


def test_only_the_newest_computed_run_waits_for_a_decision() -> None:
    season = house.ready()
    house.computed(season)
    interim = house.computed(season)
    assert (runs.runs_to_draft([season.province]), runs.is_final(interim)) == ([], False)
    house.closed(season)
    house.computed(season)
    second = house.computed(season)

    assert (runs.runs_to_draft([season.province]), runs.is_final(second)) == ([second], True)
    house.approved(second, season.staff, season.chairman)
    assert runs.runs_to_draft([season.province]) == []
    assert runs.decision_of(second) is not None


def test_decisions_wait_for_a_second_person_and_then_for_publication() -> None:
    season = house.ready()
    decision = house.approved(house.computed(season), season.staff, season.chairman)
    Decision.objects.update(state="drafted", approved_by=None, approved_at=None)
    assert runs.decisions_waiting([season.province], season.chairman) == []
    Decision.objects.update(pdf="decisions/1.pdf")
    assert runs.decisions_waiting([season.province], season.chairman) == [decision]
    assert runs.decisions_waiting([season.province], season.staff) == []

    Decision.objects.update(state="approved", approved_by=season.chairman, approved_at=timezone.now())
    assert runs.decisions_waiting([season.province], season.chairman) == [decision]
    house.published(decision, season.chairman)
    assert runs.decisions_waiting([season.province], season.chairman) == []
