"""Bonus, penalty and negative points through the whole house."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from assessments.selectors import sheets
from assessments.services import scores, submission
from councils.models import Appraisal
from councils.services import appraisals
from councils.services.appraisals import BadDecision
from criteria.models import CriteriaSet, Criterion
from results.models import Run, RunState, UnitResult
from results.selectors.calculation import calculation, proved
from results.selectors.unfold import unfolded, way_of
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house

pytestmark = pytest.mark.django_db


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
