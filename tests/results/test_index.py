"""The index against an oracle in fractions, on random trees, and against published figures."""

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results import ranking
from results.index import Answer, Line, OutOfRange, Policy, Sum, counted, outcome, policy_of, published

# How long an example takes says something of the machine, not of the arithmetic.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
GOLDEN: dict[str, Any] = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parent / "golden_tests.json").read_text(encoding="utf-8"), parse_float=Decimal
    )["cases"]
}
GAPS = st.sampled_from([Policy.ZERO, Policy.EXCLUDE, Policy.WITHHOLD])
POLICIES = st.fixed_dictionaries(
    {
        Answer.NOT_APPLICABLE: st.sampled_from([Policy.REDUCE, Policy.FULL]),
        Answer.UNSCORED: GAPS,
        Answer.NO_SURVEY: GAPS,
    }
)
STRICT = {
    Answer.NOT_APPLICABLE: Policy.REDUCE,
    Answer.UNSCORED: Policy.ZERO,
    Answer.NO_SURVEY: Policy.WITHHOLD,
}


@dataclass
class Leaf:
    """Points in ten-thousandths, as integers: the oracle knows no Decimal."""

    maximum: int
    awarded: int
    answer: Answer


Tree = Leaf | list[Any]


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    maximum = draw(st.integers(1, 200_000))
    return Leaf(maximum, draw(st.integers(0, maximum) | st.just(0)), draw(st.sampled_from(Answer)))


TREES = st.lists(
    st.recursive(leaves(), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=30), max_size=6
)


def flat(tree: Tree, code: str, area: str) -> list[Line]:
    if isinstance(tree, Leaf):
        awarded = Decimal(tree.awarded).scaleb(-4) if tree.answer is Answer.POINTS else None
        return [Line(code, area, Decimal(tree.maximum).scaleb(-4), awarded, tree.answer)]
    return [line for number, each in enumerate(tree, 1) for line in flat(each, f"{code}.{number}", area)]


def lines_of(areas: list[Tree]) -> list[Line]:
    return [line for number, area in enumerate(areas, 1) for line in flat(area, str(number), str(number))]


def oracle(tree: Tree, policies: dict[Answer, Policy]) -> tuple[int, int, bool]:
    """(points, maximum, withheld) of a node from those of its children, in ten-thousandths."""
    if isinstance(tree, Leaf):
        if tree.answer is Answer.POINTS:
            return tree.awarded, tree.maximum, False
        if tree.answer in {Answer.EXEMPT_REDUCED, Answer.EXEMPT_FULL}:
            whole = tree.maximum if tree.answer is Answer.EXEMPT_FULL else 0
            return whole, whole, False
        return {
            Policy.ZERO: (0, tree.maximum, False),
            Policy.FULL: (tree.maximum, tree.maximum, False),
            Policy.WITHHOLD: (0, tree.maximum, True),
            Policy.REDUCE: (0, 0, False),
            Policy.EXCLUDE: (0, 0, False),
        }[policies[tree.answer]]
    below = [oracle(each, policies) for each in tree]
    return sum(each[0] for each in below), sum(each[1] for each in below), any(each[2] for each in below)


@CALM
@given(TREES, POLICIES)
def test_index_equals_the_oracle_on_random_trees(areas: list[Tree], policies: dict[Answer, Policy]) -> None:
    points, maximum, withheld = oracle(areas, policies)

    result = outcome(lines_of(areas), policies)

    assert result.total == Sum(Fraction(points, 10_000), Fraction(maximum, 10_000))
    assert result.index == (None if withheld or not maximum else Fraction(100 * points, maximum))


@CALM
@given(TREES, POLICIES)
def test_areas_equal_the_oracle_and_add_up_to_the_total(areas: list[Tree], policies: dict[Answer, Policy]) -> None:
    result = outcome(lines_of(areas), policies)

    expected = {str(number): oracle(area, policies) for number, area in enumerate(areas, 1)}
    assert {code: (each.points * 10_000, each.maximum * 10_000) for code, each in result.areas.items()} == {
        code: (Fraction(points), Fraction(maximum)) for code, (points, maximum, _withheld) in expected.items()
    }
    assert sum(each.points for each in result.areas.values()) == result.total.points


@CALM
@given(TREES, POLICIES, st.randoms())
def test_order_of_lines_does_not_matter(areas: list[Tree], policies: dict[Answer, Policy], chance: Any) -> None:
    lines = lines_of(areas)
    shuffled = list(lines)
    chance.shuffle(shuffled)

    result, other = outcome(lines, policies), outcome(shuffled, policies)

    assert (result.total, result.areas, result.index) == (other.total, other.areas, other.index)


@CALM
@given(TREES, POLICIES)
def test_missing_names_every_applicable_leaf_without_points(areas: list[Tree], policies: dict[Answer, Policy]) -> None:
    lines = lines_of(areas)

    result = outcome(lines, policies)

    assert result.missing == tuple(each.code for each in lines if each.answer in {"unscored", "no_survey"})


@CALM
@given(TREES, POLICIES)
def test_counted_lines_add_up_to_the_total(areas: list[Tree], policies: dict[Answer, Policy]) -> None:
    lines = lines_of(areas)

    parts = [counted(line, policies) for line in lines]

    assert outcome(lines, policies).total == Sum(
        sum((part.points for part in parts), Fraction(0)), sum((part.maximum for part in parts), Fraction(0))
    )


@CALM
@given(st.fractions(-1000, 1000), st.integers(0, 6))
def test_published_is_the_nearest_and_half_goes_up(value: Fraction, places: int) -> None:
    result = Fraction(published(value, places))

    unit = Fraction(1, 10**places)
    assert abs(result - value) <= unit / 2
    assert (result / unit).denominator == 1
    assert abs(result - value) < unit / 2 or abs(result) > abs(value)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("88.445", 2, "88.45"),
        ("88.4449999999", 2, "88.44"),
        ("-0.005", 2, "-0.01"),
        ("99.5", 0, "100"),
        ("66.6666665", 6, "66.666667"),
        ("0", 2, "0.00"),
    ],
)
def test_published_keeps_its_places(value: str, places: int, expected: str) -> None:
    assert str(published(Fraction(value), places)) == expected


@pytest.mark.parametrize("awarded", [None, Decimal("-0.0001"), Decimal("2.0001")])
def test_points_outside_the_maximum_are_refused_by_code(awarded: Decimal | None) -> None:
    with pytest.raises(OutOfRange, match=r"^1\.1: .* is not between 0 and 2$"):
        outcome([Line("1.1", "1", Decimal(2), awarded)], STRICT)


def test_an_answer_without_a_policy_is_refused() -> None:
    with pytest.raises(KeyError):
        outcome([Line("1.1", "1", Decimal(2), None, Answer.UNSCORED)], {})


def test_nothing_scored_not_applicable_and_zero_are_three_things() -> None:
    full = Line("1.1", "1", Decimal(2), Decimal(2))
    others = {
        "zero": Line("1.2", "1", Decimal(2), Decimal(0)),
        "not applicable": Line("1.2", "1", Decimal(2), None, Answer.NOT_APPLICABLE),
        "no survey": Line("1.2", "1", Decimal(2), None, Answer.NO_SURVEY),
    }

    results = {name: outcome([full, other], STRICT) for name, other in others.items()}

    assert {name: (each.index, each.missing) for name, each in results.items()} == {
        "zero": (Fraction(50), ()),
        "not applicable": (Fraction(100), ()),
        "no survey": (None, ("1.2",)),
    }


def test_a_unit_that_nothing_applies_to_has_no_index() -> None:
    nothing = outcome([Line("1", "1", Decimal(2), None, Answer.NOT_APPLICABLE)], STRICT)

    assert (nothing.index, nothing.areas["1"].percent) == (None, None)


def test_policy_stands_in_only_where_points_are_lacking() -> None:
    assert policy_of(Line("1", "1", Decimal(2), Decimal(0)), STRICT) is None
    assert policy_of(Line("1", "1", Decimal(2), None, Answer.NO_SURVEY), STRICT) is Policy.WITHHOLD


def test_golden_reduced_denominator() -> None:
    case = GOLDEN["reduced-denominator"]
    maximum = Decimal(case["given"]["max_after_not_applicable"])
    lines = [
        Line("1", "1", maximum, case["given"]["points"]),
        Line("2", "2", 100 - maximum, None, Answer.NOT_APPLICABLE),
    ]

    index = outcome(lines, STRICT).index

    assert index is not None
    assert published(index) == case["expect"]["index_percent_2dp"]


def test_golden_three_places() -> None:
    case = GOLDEN["three-decimals"]

    index = outcome([Line("1", "1", Decimal(case["given"]["max"]), case["given"]["points"])], STRICT).index

    assert index is not None
    assert published(index, 3) == case["expect"]["index_percent"]


@CALM
@given(st.integers(0, 400_000), st.integers(0, 200_000))
def test_golden_scale_of_sixty(appraised: int, surveyed: int) -> None:
    given_ = GOLDEN["central-agency-scale"]["given"]
    lines = [
        Line("1", "1", Decimal(given_["appraisal"]), Decimal(appraised).scaleb(-4)),
        Line("2", "2", Decimal(given_["survey"]), Decimal(surveyed).scaleb(-4)),
    ]

    result = outcome(lines, STRICT)

    assert result.total.maximum == given_["scale"]
    assert result.index == Fraction(appraised + surveyed, 10_000) / 60 * 100


def test_golden_share_of_classes() -> None:
    case = GOLDEN["class-share-sonla"]
    counts = case["given"]["counts"]

    shares = [Fraction(100 * count, sum(counts)) for count in counts]

    assert [published(share, 0) for share in shares] == case["expect"]["percent"]


def test_golden_sum_of_areas() -> None:
    case = GOLDEN["sum-areas-2948"]
    lines = [Line(str(at), str(at), Decimal(part), Decimal(part)) for at, part in enumerate(case["given"]["parts"], 1)]

    assert outcome(lines, STRICT).total == Sum(Fraction(case["expect"]["sum"]), Fraction(case["expect"]["sum"]))


def test_golden_boundaries_of_bands() -> None:
    case = GOLDEN["group-boundary"]
    bands = [("A", Decimal(90)), ("B", Decimal(80)), ("C", Decimal(70))]

    found = [ranking.band(Fraction(value), bands) for value in case["given"]["index"]]

    assert found == case["expect"]["group"]


def test_golden_tie_of_regions() -> None:
    given_ = dict(GOLDEN["region-tie"]["given"])
    given_.pop("year")

    places = ranking.ranks({name: Fraction(value) for name, value in given_.items()})

    assert set(places.values()) == {1}
