"""Exemptions through the whole house: what was listed is what a run applies."""

import csv
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from assessments.selectors import exemptions as reads
from councils.selectors.pairs import pairs_of
from councils.services import appraisals
from councils.services.appraisals import NotEligible
from criteria.models import Criterion, Exemption
from results.models import ResultLine, Run, RunState, Source, UnitResult
from results.selectors import board, runs
from results.selectors.calculation import proved
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import AuditEvent, Unit, UnitAttribute

pytestmark = pytest.mark.django_db
CASES = list(
    csv.DictReader((Path(__file__).parent / "not_applicable_cases.csv").read_text(encoding="utf-8").splitlines())
)


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def result_of(season: Season, code: str = "SXD") -> UnitResult:
    return UnitResult.objects.select_related("unit", "group").get(run=house.computed(season), unit__code=code)


# ---- exemptions


def test_an_exempted_line_says_who_exempted_it_and_under_which_document() -> None:
    season = house.ready()
    rows.exemption(
        season.criteria_set,
        "1.2",
        unit=season.units[0],
        state="granted",
        convention="full",
        document="99/QĐ-UBND",
        decided_by=season.staff,
        decided_at=timezone.now(),
    )
    rows.exemption(season.criteria_set, "2", unit=season.units[1])

    first, second = result_of(season), UnitResult.objects.get(unit__code="SYT")

    line = ResultLine.objects.get(unit=season.units[0], code="1.2")
    assert (line.source, line.convention, line.decider, line.reason, line.final_points, line.self_points) == (
        Source.GRANTED,
        "full",
        "99/QĐ-UBND · Người staff",
        "Không có TTHC",
        None,
        Decimal(3),
    )
    survey = ResultLine.objects.get(unit=season.units[1], code="2.1")
    assert (survey.source, survey.convention, survey.final_points) == (Source.BY_RULE, "reduce", None)
    # 1.5 + 4 + 3.5 of 10; 4 of 4: 1.1 did not arise (the council agreed), 2.1 is exempted by rule.
    assert [first.points, first.maximum, second.points, second.maximum] == decimals("9", "10", "4", "4")
    assert proved(Run.objects.get())


def test_three_states_stay_apart() -> None:
    season = house.ready()
    rows.exemption(season.criteria_set, "1.2", unit=season.units[1])
    rows.exemption(season.criteria_set, "2.1", unit=season.units[1], state="granted")

    house.computed(season)

    found = ResultLine.objects.filter(unit=season.units[1]).order_by("position").values_list("code", "source")
    assert list(found) == [
        ("1.1", Source.NOT_APPLICABLE),
        ("1.2", Source.BY_RULE),
        ("2.1", Source.GRANTED),
    ]
    assert not any(each["unit_code"] == "SYT" for each in Run.objects.get().missing)


def test_a_contradiction_fails_the_run_by_name() -> None:
    season = house.ready()
    for word, convention in (("a", "reduce"), ("b", "full")):
        UnitAttribute.objects.create(unit=season.units[0], word=word)
        rows.exemption(season.criteria_set, "1.2", attribute=word, convention=convention)

    run = house.computed(season)

    assert run.state == RunState.FAILED
    assert "Sở Xây dựng" in run.job.error  # type: ignore[union-attr]
    assert "1.2" in AuditEvent.objects.get(action="run.failed").data
    with pytest.raises(CommandError, match=r"Sở Xây dựng: two exemptions of 1\.2 contradict each other"):
        call_command("compute", season.cycle.code)


def test_what_is_exempted_is_no_work_for_council_and_board() -> None:
    season = house.ready()
    rows.exemption(season.criteria_set, "1.2")
    rows.exemption(season.criteria_set, "2.1", unit=season.units[0])
    leaf = season.criteria_set.criteria.get(code="1.2")

    found = {row.unit.code: row for row in board.board(season.tier, timezone.now()).rows}

    assert {pair.criterion.code for pair in pairs_of(season.council)} == {"1.1"}
    row = found["SXD"]
    assert [(step.done, step.total) for step in (row.scored, row.appraised, row.surveyed)] == [(1, 1), (1, 1), (0, 0)]
    assert found["SYT"].surveyed == board.Step(1, 1)
    with pytest.raises(NotEligible):
        appraisals.decide(
            seat=season.member,
            assessment=season.assessments[0],
            criterion=leaf,
            points=Decimal(1),
            not_applicable=False,
            reason="Chấm",
            by=season.member.user,
        )


def test_the_public_and_the_inner_page_name_what_was_exempted(client: Client) -> None:
    season = house.ready()
    rows.exemption(season.criteria_set, "1.2", unit=season.units[0], document="12/HD-SNV")
    run = house.computed(season)
    decision = house.approved(run, season.staff, season.chairman)
    house.published(decision, season.chairman)
    unit = season.units[0].pk

    public = client.get(f"/public/{season.tier.pk}/units/{unit}/").content.decode()
    client.force_login(season.staff)
    inner = client.get(f"/runs/{run.pk}/units/{unit}/").content.decode()

    for page in (public, inner):
        assert "12/HD-SNV" in page
        assert "không áp dụng theo quy định" in page.lower()


# ---- what was listed is what applies: 10,000 leaves of units


def test_lines_apply_exactly_what_the_preview_listed() -> None:
    chance = Random(2022)
    season = house.ready(issued=False)
    area = season.criteria_set.criteria.get(code="1")
    for number in range(3, 251):
        rows.criterion(season.criteria_set, f"1.{number}", "1", parent=area)
    Criterion.objects.filter(pk=area.pk).update(max_points=254)
    season.criteria_set.scale = Decimal(258)
    rows.issue(season.criteria_set)
    for number in range(37):
        made = rows.unit(f"Sở thứ {number}", parent=season.province)
        if chance.random() < 0.5:
            UnitAttribute.objects.create(unit=made, word="không có TTHC")
    units = list(Unit.objects.filter(kind="department"))
    listed: dict[tuple[str, str], str] = {}
    for _ in range(60):
        leaf = f"1.{chance.randint(1, 250)}"
        whom: dict[str, Any] = chance.choice([{"unit": chance.choice(units)}, {"attribute": "không có TTHC"}, {}])
        wanted = Exemption(
            criterion=season.criteria_set.criteria.get(code=leaf),
            convention=chance.choice(["reduce", "full"]),
            state="by_rule",
            **whom,
        )
        plan = reads.plan(season.criteria_set, added=wanted)
        if plan.contradictions:
            continue
        wanted.save()
        for row in plan.rows:
            listed[row.unit.code, row.change.leaf.code] = row.change.after.convention if row.change.after else ""

    applied = {(each.unit.code, line.code): line.convention for each in runs.lines(season.tier) for line in each.lines}

    assert len(applied) == 40 * 251
    assert {key: said for key, said in applied.items() if said} == listed
    assert len(listed) > 500


def test_lines_take_the_same_number_of_queries_for_more_units_and_more_exemptions(
    django_assert_num_queries: Any,
) -> None:
    season = house.ready()
    with django_assert_num_queries(8):
        runs.lines(season.tier)
    for number in range(5):
        rows.unit(f"Sở thứ {number}", parent=season.province)
    for code in ("1.1", "1.2"):
        rows.exemption(season.criteria_set, code)

    with django_assert_num_queries(8):
        runs.lines(season.tier)


# ---- cases that provinces have published


def published_maximum(case: dict[str, str]) -> Decimal | None:
    return Decimal(case["remaining_max"]) if case["remaining_max"] else None


def of_hundred() -> tuple[Season, dict[str, Criterion]]:
    """A set of 100: area 3 has 20 points, 7.3 has 7, and 7.5 (not published by the province) stands for 3 here."""
    season = rows.season(issued=False)
    season.criteria_set.scale, season.criteria_set.survey_points = Decimal(100), Decimal(0)
    season.criteria_set.criteria.filter(parent__isnull=False).delete()
    season.criteria_set.criteria.all().delete()
    maxima = {"1": "54", "3": "20", "7.3": "7", "7.5": "3", "8": "16"}
    seven = rows.criterion(season.criteria_set, "7", "10", leaf=False)
    made = {
        code: rows.criterion(season.criteria_set, code, most, parent=seven if code.startswith("7.") else None)
        for code, most in maxima.items()
    }
    rows.issue(season.criteria_set)
    return season, made


def test_ha_nam_drops_an_area_of_twenty_and_a_criterion_of_seven() -> None:
    """Hà Nam, cycle of 2023: no TTHC or no files, three units; the points of 7.5 are not published."""
    named = [case["unit"] for case in CASES if case["province"] == "Hà Nam"]
    assert len(named) == 3
    season, _leaves = of_hundred()
    units = [rows.unit(name, parent=season.province) for name in named]
    for unit in units:
        UnitAttribute.objects.create(unit=unit, word="không có TTHC")
    for code in ("3", "7.3"):
        rows.exemption(season.criteria_set, code, attribute="không có TTHC")

    _effects, maxima, _contradictions = reads.listed(season.criteria_set)

    assert {(each.unit.name, each.before, each.after) for each in maxima} == {
        (name, Decimal(100), Decimal(73)) for name in named
    }


def test_thanh_hoa_divides_by_what_applies() -> None:
    """Thanh Hóa, cycle of 2023, Ban Dân tộc: 68.32 of 84 is printed as 81.33."""
    case = next(case for case in CASES if case["province"] == "Thanh Hóa")
    season, leaves = of_hundred()
    assert leaves["8"].max_points == Decimal(case["dropped_points"])
    rows.exemption(season.criteria_set, "8", unit=season.units[0])
    dossier = season.assessments[0]
    dossier.state, dossier.submitted_at, dossier.submitted_by = "submitted", house.AT, season.head
    dossier.save()
    for code, points in {"1": "45.32", "3": "15", "7.3": "6", "7.5": "2"}.items():
        rows.appraisal(dossier, code, points, season.member)

    result = result_of(season)

    assert (result.points, result.maximum) == (Decimal("68.32"), published_maximum(case))
    assert result.index == Decimal("81.33")
