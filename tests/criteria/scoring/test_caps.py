"""Bonus, penalty and their caps against an oracle that knows neither our code nor its order of work."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring.caps import Cap, Caps, counted, in_words, total

CALM = settings(deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Given:
    """A tree outside the scale in hundredths: ``points`` of a leaf, or ``below``; ``limit`` as in ``Cap``."""

    limit: int
    points: int = 0
    below: tuple["Given", ...] = ()


def grown(sign: int) -> st.SearchStrategy[Given]:
    limits = st.integers(1, 500).map(lambda value: sign * value)
    leaf = limits.flatmap(
        lambda limit: st.builds(Given, st.just(limit), st.integers(min(0, limit), max(0, limit)), st.just(()))
    )

    def inner(below: st.SearchStrategy[Given]) -> st.SearchStrategy[Given]:
        return st.builds(Given, limits, st.just(0), st.lists(below, min_size=1, max_size=3).map(tuple))

    return st.recursive(leaf, inner, max_leaves=8)


BONUS, PENALTY = st.lists(grown(1), max_size=3), st.lists(grown(-1), max_size=3)


def nodes(trees: list[Given], side: str, above: str = "") -> tuple[dict[str, Cap], dict[str, Fraction]]:
    caps: dict[str, Cap] = {}
    points: dict[str, Fraction] = {}
    for number, tree in enumerate(trees, 1):
        code = f"{above}.{number}" if above else f"{side}{number}"
        caps[code] = Cap(side, above, Fraction(tree.limit, 100))
        if tree.below:
            more, given_ = nodes(list(tree.below), side, code)
            caps |= more
            points |= given_
        else:
            points[code] = Fraction(tree.points, 100)
    return caps, points


def oracle(tree: Given) -> int:
    amount = sum(oracle(each) for each in tree.below) if tree.below else tree.points
    return min(amount, tree.limit) if tree.limit > 0 else max(amount, tree.limit)


@CALM
@given(BONUS, PENALTY, st.integers(-300, 10_000), st.integers(0, 600), st.integers(0, 600), st.booleans(), st.randoms())
def test_a_total_equals_the_oracle_in_whatever_order_its_parts_come(
    bonus: list[Given], penalty: list[Given], scale: int, most: int, least: int, may_exceed: bool, chance: Any
) -> None:
    (more, earned), (less, lost) = nodes(bonus, "bonus"), nodes(penalty, "penalty")
    everything, points = list((more | less).items()), list((earned | lost).items())
    chance.shuffle(everything)
    chance.shuffle(points)
    caps = Caps(Fraction(most, 100), Fraction(least, 100), may_exceed, dict(everything))

    result = total(Fraction(scale, 100), Fraction(100), dict(points), caps)

    expected = scale + min(sum(map(oracle, bonus)), most) - min(-sum(map(oracle, penalty)), least)
    if (bonus or penalty) and not may_exceed and expected > 10_000:
        expected = 10_000
    assert result.points == Fraction(max(expected, 0), 100)
    assert result.nodes == counted(dict(points), caps)


@CALM
@given(BONUS, PENALTY)
def test_no_node_adds_more_than_its_limit(bonus: list[Given], penalty: list[Given]) -> None:
    (more, earned), (less, lost) = nodes(bonus, "bonus"), nodes(penalty, "penalty")

    found = counted(earned | lost, Caps(nodes=more | less))

    assert all(0 <= found[code] <= cap.limit for code, cap in more.items())
    assert all(cap.limit <= found[code] <= 0 for code, cap in less.items())


def test_without_bonus_and_penalty_a_total_is_the_points_inside_the_scale() -> None:
    result = total(Fraction(97), Fraction(100), {}, Caps())

    assert (result.points, in_words(result, Caps())) == (Fraction(97), ())


def test_points_of_an_unknown_leaf_are_refused() -> None:
    with pytest.raises(KeyError):
        total(Fraction(1), Fraction(2), {"X": Fraction(1)}, Caps())


def test_a_leaf_that_nobody_scored_adds_nothing() -> None:
    caps = Caps(Fraction(5), nodes={"IX": Cap("bonus", "", Fraction(3))})

    assert total(Fraction(50), Fraction(100), {}, caps).points == 50


@pytest.mark.parametrize(
    ("scale", "bonus", "penalty", "expected"),
    [
        # A penalty is taken from what bonus had lifted: held first it would be 97.
        ("99", "3", "-3", ("99", ["Điểm thưởng: 3", "Điểm trừ: 3", "Tổng điểm = 99 + 3 - 3 = 99"])),
        (
            "99.5",
            "4",
            "-1",
            (
                "100",
                [
                    "Điểm thưởng: 4, tính tối đa 3",
                    "Điểm trừ: 1",
                    "Tổng điểm = 99,5 + 3 - 1 = 101,5",
                    "Tổng điểm không vượt quá điểm tối đa 100: 100",
                ],
            ),
        ),
        (
            "1",
            "0",
            "-6",
            (
                "0",
                [
                    "Điểm trừ: 6, tính tối đa 5",
                    "Tổng điểm = 1 + 0 - 5 = -4",
                    "Tổng điểm không thấp hơn 0 (tính được -4)",
                ],
            ),
        ),
    ],
)
def test_the_way_is_told_step_by_step(scale: str, bonus: str, penalty: str, expected: tuple[str, list[str]]) -> None:
    nodes_ = {"IX": Cap("bonus", "", Fraction(9)), "X": Cap("penalty", "", Fraction(-9))}
    caps = Caps(Fraction(3), Fraction(5), False, nodes_)

    result = total(Fraction(scale), Fraction(100), {"IX": Fraction(bonus), "X": Fraction(penalty)}, caps)

    assert (result.points, list(in_words(result, caps))) == (Fraction(expected[0]), expected[1])


def test_bonus_lifts_a_total_above_the_scale_where_the_set_says_so() -> None:
    caps = Caps(Fraction(5), may_exceed=True, nodes={"IX": Cap("bonus", "", Fraction(5))})

    assert total(Fraction(98), Fraction(100), {"IX": Fraction(Decimal("4.5"))}, caps).points == Fraction("102.5")


def test_negative_points_inside_the_scale_never_make_a_total_negative() -> None:
    result = total(Fraction(-2), Fraction(100), {}, Caps())

    assert (result.points, in_words(result, Caps())) == (
        Fraction(0),
        ("Tổng điểm không thấp hơn 0 (tính được -2)",),
    )
