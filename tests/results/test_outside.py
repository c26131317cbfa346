"""Bonus, penalty, negative points and exemptions through the whole house."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from assessments.selectors import exemptions as reads
from assessments.selectors import sheets
from assessments.services import scores, submission
from councils.models import Appraisal
from councils.selectors.pairs import pairs_of
from councils.services import appraisals
from councils.services.appraisals import BadDecision, NotEligible
from criteria.models import CriteriaSet, Criterion, Exemption
from results.models import ResultLine, Run, RunState, Source, UnitResult
from results.selectors import board, runs
from results.selectors.calculation import calculation, proved
from results.selectors.unfold import unfolded, way_of
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import AuditEvent, Unit, UnitAttribute

pytestmark = pytest.mark.django_db
CASES = list(
    csv.DictReader((Path(__file__).parent / "not_applicable_cases.csv").read_text(encoding="utf-8").splitlines())
)


def outside(*, may_exceed: bool = False, bonus: str = "2", penalty: str = "3") -> Season:
    """The season of ``house.ready`` with a bonus area (cap 3: two leaves of 2), a penalty area (cap -5: one leaf of
    -5) and a scale leaf that may fall to -1."""
    season = house.ready(issued=False)
    of = season.criteria_set
    given = {"bonus_cap": Decimal(bonus), "penalty_cap": Decimal(penalty), "may_exceed": may_exceed}
    CriteriaSet.objects.filter(pk=of.pk).update(**given)
    of.refresh_from_db()
    more: dict[str, Any] = {"side": "bonus", "method": "adjustment"}
    area = rows.criterion(of, "IX", "3", leaf=False, **more)
    for code in ("IX.1", "IX.2"):
        rows.criterion(of, code, "2", parent=area, **more)
    less: dict[str, Any] = {"side": "penalty", "method": "adjustment", "min_points": Decimal(-5)}
    rows.criterion(of, "X.1", "0", parent=rows.criterion(of, "X", "0", leaf=False, **less), **less)
    Criterion.objects.filter(criteria_set=of, code="1.1").update(min_points=Decimal(-1))
    rows.issue(of)
    return season


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def decided(season: Season, **points: str | None) -> None:
    """What the council gives SXD: by code, with _ for the dot."""
    for code, value in points.items():
        code = code.replace("_", ".")
        Appraisal.objects.filter(assessment=season.assessments[0], criterion__code=code).delete()
        rows.appraisal(season.assessments[0], code, value, season.member, not_applicable=value is None)


def result_of(season: Season, code: str = "SXD") -> UnitResult:
    return UnitResult.objects.select_related("unit", "group").get(run=house.computed(season), unit__code=code)


# ---- bonus and penalty


@pytest.mark.parametrize(
    ("may_exceed", "points", "expected"),
    [
        # 1.5 + 3 + 3.5 = 8 of 10; the bonus area gives at most 3, the set at most 2; the penalty at most 3.
        (False, {"IX_1": "1", "IX_2": "0", "X_1": "0"}, "9"),
        (False, {"IX_1": "2", "IX_2": "2", "X_1": "0"}, "10"),
        (False, {"IX_1": "2", "IX_2": "2", "X_1": "-4"}, "7"),
        (False, {"IX_1": "0", "IX_2": "0", "X_1": "-0.5"}, "7.5"),
        (False, {"1_1": "-1", "IX_1": "0", "IX_2": "0", "X_1": "0"}, "5.5"),
        (False, {"1_1": "2", "1_2": "4", "IX_1": "2", "IX_2": "0", "X_1": "0"}, "10"),
        (True, {"1_1": "2", "1_2": "4", "IX_1": "2", "IX_2": "0", "X_1": "0"}, "11.5"),
        (False, {"1_1": "2", "1_2": "4", "IX_1": "2", "IX_2": "0", "X_1": "-1"}, "10"),
    ],
)
def test_a_total_is_scale_plus_bonus_less_penalty_each_with_its_cap(
    may_exceed: bool, points: dict[str, str], expected: str
) -> None:
    season = outside(may_exceed=may_exceed)
    decided(season, **points)

    result = result_of(season)

    assert (result.points, result.maximum) == (Decimal(expected), Decimal(10))
    assert result.exact == Fraction(expected) * 10
    assert proved(Run.objects.get())


def test_a_total_never_falls_below_zero() -> None:
    season = outside(penalty="9")
    decided(season, **{"1_1": "-1", "1_2": "0", "IX_1": "0", "IX_2": "0", "X_1": "-5"})

    assert result_of(season).points == 0


def test_a_total_unfolds_with_the_way_to_it() -> None:
    season = outside()
    decided(season, IX_1="2", IX_2="2", X_1="-4")
    result = result_of(season)
    run = Run.objects.select_related("tier__cycle").get()

    nodes = {node.code: node for node in unfolded(run, result)}

    assert {code: [nodes[code].points, nodes[code].limit, nodes[code].lost] for code in ("IX", "IX.1", "X", "X.1")} == {
        "IX": decimals("3", "3", "0"),
        "IX.1": decimals("2", "2", "0"),
        "X": decimals("-4", "-5", "0"),
        "X.1": decimals("-4", "-5", "0"),
    }
    assert way_of(run, result, [node.line for node in nodes.values() if node.line]) == (
        "Điểm thưởng: 3, tính tối đa 2",
        "Điểm trừ: 4, tính tối đa 3",
        "Tổng điểm = 8 + 2 - 3 = 7",
    )
    areas = {area["code"]: (area["points"], area["maximum"], area.get("limit")) for area in result.areas}
    assert (areas["1"], areas["IX"], areas["X"]) == (("4.5", "6", None), ("3", "0", "3"), ("-4", "0", "-5"))


def test_the_pages_of_a_run_show_bonus_penalty_and_the_way(client: Client) -> None:
    season = outside()
    decided(season, IX_1="2", IX_2="2", X_1="-4")
    result = result_of(season)
    client.force_login(season.staff)

    page = client.get(f"/runs/{result.run_id}/units/{result.unit_id}/").content.decode()
    ranking = client.get(f"/runs/{result.run_id}/").content.decode()

    assert "Tổng điểm = 8 + 2 - 3 = 7" in page
    assert "điểm ngoài thang" in ranking


def test_a_tampered_cap_is_found() -> None:
    season = outside()
    decided(season, IX_1="2", IX_2="2", X_1="0")
    house.computed(season)
    run = Run.objects.get()

    run.settings["groups"][0]["outside"]["bonus"] = "3"
    run.save()

    assert not proved(run)


def test_a_line_outside_its_bounds_fails_the_run_with_both_bounds() -> None:
    season = outside()
    decided(season, X_1="-6")
    Appraisal.objects.filter(criterion__code="X.1").update(points=Decimal(-6))

    run = house.computed(season)

    assert (run.state, "-5" in run.job.error) == (RunState.FAILED, True)  # type: ignore[union-attr]
    with pytest.raises(CommandError, match=r"X\.1: -6\.0000 is not between -5\.0000 and 0\.0000"):
        call_command("compute", season.cycle.code)


def test_a_plain_set_freezes_nothing_new() -> None:
    season = house.ready()

    found = calculation(season.tier)

    assert all("outside" not in group for group in found.settings["groups"])
    assert all(set(area) == {"code", "name", "points", "maximum", "percent"} for area in found.results[0].areas)
    # The digest of this small province before sets could have a bonus.
    assert found.digest == PLAIN


PLAIN = "f0fcae906ab0da814aba4261b95155cef2dde75bc5b4f9b6ba33079f9276643e"


# ---- the sheet and the desk take what a leaf allows


def save(season: Season, code: str, points: str) -> None:
    leaf = season.criteria_set.criteria.get(code=code)
    version = sheets.sheet(season.assessments[0]).find(leaf.pk).version  # type: ignore[union-attr]
    scores.save_score(
        assessment=season.assessments[0],
        criterion=leaf,
        points=Decimal(points),
        not_applicable=False,
        explanation="tự chấm",
        version=version,
        by=season.officer,
    )


def drafted(season: Season) -> Season:
    type(season.assessments[0]).objects.update(state="draft", submitted_at=None, submitted_by=None)
    return season


def test_a_sheet_adds_bonus_and_penalty_and_its_receipt_says_how() -> None:
    season = drafted(outside())
    for code, points in {"1.1": "-1", "1.2": "3", "IX.1": "2", "IX.2": "2", "X.1": "-2.5"}.items():
        save(season, code, points)
    with pytest.raises(scores.BadScore, match=r"between -5\.0000 and 0"):
        save(season, "X.1", "-6")

    filled = sheets.sheet(season.assessments[0])
    receipt = submission.submit(assessment=season.assessments[0], by=season.head)

    assert {line.criterion.code: line.points for line in filled.lines if line.is_outside} == {
        "IX": 3,
        "IX.1": 2,
        "IX.2": 2,
        "X": Decimal("-2.5"),
        "X.1": Decimal("-2.5"),
    }
    assert (filled.total.points, filled.total.maximum) == (Decimal("1.5"), Decimal(6))
    assert (receipt.points, receipt.maximum) == (Decimal("1.5"), Decimal(6))
    assert "Tổng điểm = 2 + 2 - 2,5 = 1,5" in receipt.content
    assert '"minimum":"-5"' in receipt.content


def test_a_council_may_take_points_away_down_to_the_minimum() -> None:
    season = outside()
    seat = season.member
    seat.assignments.create(criterion=season.criteria_set.criteria.get(code="X"))
    given: dict[str, Any] = {
        "seat": seat,
        "assessment": season.assessments[0],
        "criterion": season.criteria_set.criteria.get(code="X.1"),
        "not_applicable": False,
        "reason": "Chậm báo cáo",
        "by": seat.user,
    }

    made = appraisals.decide(points=Decimal(-5), **given)

    assert made.points == -5
    with pytest.raises(BadDecision, match=r"outside -5"):
        appraisals.decide(points=Decimal("-5.5"), expected=made.pk, **given)


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
