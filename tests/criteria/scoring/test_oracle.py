"""Rules, roll-ups, caps, sums and the index, against an oracle that shares no code with them, on 10,000 trees."""

import secrets
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, cast

import pytest

from criteria.scoring.caps import Cap, Caps, total
from criteria.scoring.evaluation import Undefined, evaluate
from criteria.scoring.notation import parse
from criteria.scoring.rollup import Part, roll_up
from criteria.scoring.rules import Rule
from results.index import Answer, Line, Policy, outcome
from tests.criteria.scoring import oracle, oracle_sums

TREES, RULES_OF_A_KIND = 10_000, 40
POLICIES = {Answer.NOT_APPLICABLE: Policy.REDUCE, Answer.UNSCORED: Policy.ZERO, Answer.NO_SURVEY: Policy.WITHHOLD}


@dataclass
class Both:
    """A rule as the oracle knows it and as the notation reads it."""

    made: oracle.Made
    rule: Rule

    def score(self, rng: Random) -> tuple[Fraction | str, Fraction | str]:
        """The points for figures drawn at random: as expected, and as evaluated."""
        given = self.made.draw(rng)
        return self.made.answer(given), evaluated(self.rule, given, self.made)


@pytest.fixture(scope="module")
def seed() -> int:
    return secrets.randbits(32)


@pytest.fixture(scope="module")
def rules(seed: int) -> list[Both]:
    rng = Random(seed)
    made = (oracle.made(rng, kind) for kind in oracle.KINDS for _ in range(RULES_OF_A_KIND))
    return [Both(each, parse(each.text)) for each in made]


def evaluated(rule: Rule, given: oracle.Given, made: oracle.Made) -> Fraction | str:
    try:
        result = evaluate(rule, given.figures, maximum=made.maximum, minimum=made.minimum, group=given.group)
    except Undefined:
        return oracle.UNDEFINED
    assert result.derivation
    return oracle.NOT_APPLICABLE if result.points is None else result.points


def number(answer: Fraction | str) -> Fraction | None:
    return None if isinstance(answer, str) else answer


# ---- one tree, both ways


@dataclass
class Leaf:
    area: str
    maximum: Fraction
    expected: Fraction | None
    got: Fraction | None


def grown(rng: Random, rules: list[Both]) -> list[Leaf]:
    """Areas, criteria, leaves; now and then a leaf in facets."""
    leaves = []
    for area in range(1, rng.choice([1, 1, 2, 3]) + 1):
        for _ in range(rng.randint(1, 2) * rng.randint(1, 2)):
            leaves.append(leaf(rng, rules, str(area)))
    return leaves


def leaf(rng: Random, rules: list[Both], area: str) -> Leaf:
    how = rng.choice(["sum", "mean", "lowest", "highest"])
    first = rng.choice(rules)
    chosen = [first]
    if rng.random() < 0.1:
        chosen += [rng.choice(rules) if how == "sum" else first for _ in range(rng.randint(1, 3))]
    maxima = [Fraction(each.made.maximum) for each in chosen]
    answers = [each.score(rng) for each in chosen]
    for each, (expected, got) in zip(chosen, answers, strict=True):
        assert got == expected, each.made
    if len(chosen) == 1:
        return Leaf(area, maxima[0], number(answers[0][0]), number(answers[0][1]))
    parts = [Part(number(got), most) for (_, got), most in zip(answers, maxima, strict=True)]
    whole = oracle_sums.rolled(how, [number(one) for one, _ in answers], maxima)
    return Leaf(area, sum(maxima, Fraction(0)) if how == "sum" else maxima[0], whole, roll_up(how, parts))


def lines(leaves: list[Leaf]) -> list[Line]:
    """What is added up below: points below 0 are another test's, see ``test_caps``."""
    found = []
    for at, each in enumerate(leaves):
        answer = Answer.NOT_APPLICABLE if each.got is None else Answer.POINTS
        # Awarded points are typed as decimals because a database holds them so; a third has no decimal.
        awarded = cast(Decimal | None, None if each.got is None else max(each.got, Fraction(0)))
        found.append(Line(f"{each.area}.{at}", each.area, cast(Decimal, each.maximum), awarded, answer))
    return found


def summed(leaves: list[Leaf]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Points and maximum of the applicable leaves, as whole numbers over a divisor."""
    applying = [each for each in leaves if each.expected is not None]
    points = [max(each.expected or Fraction(0), Fraction(0)) for each in applying]
    return oracle_sums.added(points), oracle_sums.added([each.maximum for each in applying])


def outside(rng: Random) -> tuple[dict[str, Cap], dict[str, Fraction], list[int]]:
    """Bonus and penalty leaves without limits that bind: (caps, points, hundredths)."""
    hundredths = [rng.randint(-400, 400) for _ in range(rng.randint(0, 3))]
    points = {f"X{at}": Fraction(each, 100) for at, each in enumerate(hundredths)}
    caps = {
        code: Cap("bonus", "", Fraction(4)) if points[code] > 0 else Cap("penalty", "", Fraction(-4)) for code in points
    }
    return caps, points, hundredths


def test_ten_thousand_trees_equal_the_oracle(seed: int, rules: list[Both], capsys: pytest.CaptureFixture[str]) -> None:
    rng = Random(seed + 1)
    seen: Counter[str] = Counter()
    with capsys.disabled():
        sys.stdout.write(f" seed {seed} ")

    for _ in range(TREES):
        leaves = grown(rng, rules)
        seen.update("points" if each.got is not None else "none" for each in leaves)
        assert [each.got for each in leaves] == [each.expected for each in leaves]

        (points, of), (maximum, parts) = summed(leaves)
        result = outcome(lines(leaves), POLICIES)
        assert (result.total.points, result.total.maximum) == (Fraction(points, of), Fraction(maximum, parts))
        assert result.index == (Fraction(100 * points * parts, of * maximum) if maximum else None)
        for area, sums in result.areas.items():
            (gained, by), _ = summed([each for each in leaves if each.area == area])
            assert sums.points == Fraction(gained, by)

        nodes, extra, hundredths = outside(rng)
        found = total(result.total.points, result.total.maximum, extra, Caps(Fraction(3), Fraction(2), True, nodes))
        gain = min(300, sum(each for each in hundredths if each > 0))
        loss = min(200, -sum(each for each in hundredths if each <= 0))
        assert found.points == max(Fraction(100 * points + (gain - loss) * of, 100 * of), 0)

    assert seen["points"] > TREES * 2
    assert seen["none"] > TREES // 10


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_kind_equals_the_oracle_and_gives_every_sort_of_answer(
    kind: str, seed: int, rules: list[Both], record_property: Any
) -> None:
    rng = Random(seed + 2)
    record_property("seed", seed)
    seen = set()

    for each in (each for each in rules if each.made.kind == kind):
        for _ in range(25):
            expected, got = each.score(rng)
            assert got == expected, (seed, each.made)
            seen.add(got if isinstance(got, str) else "points")

    assert "points" in seen
