"""What maxima add up to: exact at every node, for the scale, for the survey share, for caps."""

from decimal import Decimal

from criteria.selectors.editing import sum_words, total_words
from criteria.tree.nodes import Node, Outline
from criteria.tree.sums import Sum, sums

D = Decimal


def outline(*nodes: Node) -> Outline:
    return Outline("Bộ tiêu chí", D(10), D("0.5"), nodes, bonus_cap=D(3), penalty_cap=D(1))


def test_thirds_of_a_tenth_add_up_exactly() -> None:
    made = sums(outline(Node("1", "", "", D("0.3")), *[Node(f"1.{each}", "", "1", D("0.1")) for each in (1, 2, 3)]))

    assert made.nodes["1"].rest == 0
    assert made.scale.rest == D("9.7")


def test_an_unknown_maximum_is_what_stands_below() -> None:
    made = sums(outline(Node("1", "", "", None), Node("1.1", "", "1", D(2)), Node("1.2", "", "1", None)))

    assert (made.nodes["1"].stated, made.nodes["1"].found, made.nodes["1"].rest) == (None, D(2), D(0))
    assert made.scale.found == 2


def test_the_survey_share_counts_leaves_inside_the_scale() -> None:
    nodes = [Node("1", "", "", D(1)), Node("1.1", "", "1", D("0.75"), method="survey"), Node("2", "", "", D(1))]
    bonus = Node("3", "", "", D(2), side="bonus", method="survey")

    made = sums(outline(*nodes, bonus))

    assert (made.survey.found, made.survey.rest) == (D("0.75"), D("-0.25"))
    assert made.nodes["1"].rest == D("0.25")


def test_caps_lie_at_most_at_the_sum() -> None:
    nodes = [
        Node("1", "", "", D(2), side="bonus"),
        Node("1.1", "", "1", D(3), side="bonus"),
        Node("2", "", "", D(0), D(-4), side="penalty"),
        Node("2.1", "", "2", D(0), D(-3), side="penalty"),
    ]

    made = sums(outline(*nodes))

    assert (made.nodes["1"].rest, made.nodes["2"].rest) == (D(0), D(1))
    assert (made.bonus.found, made.bonus.rest) == (D(2), D(1))
    assert (made.penalty.found, made.penalty.rest) == (D(4), D(0))


def test_rests_are_said_in_words() -> None:
    assert sum_words(Sum(D(6), D("5.5"))) == "⚠ 5,5 · thiếu 0,5"
    assert sum_words(Sum(D(6), D(7))) == "⚠ 7 · thừa 1"
    assert sum_words(Sum(D(6), D(6))) == "✓ 6"
    assert total_words(Sum(D(10), D("9.75"))) == "⚠ 9,75 / 10 · thiếu 0,25"
    assert total_words(Sum(D(10), D(12))) == "⚠ 12 / 10 · thừa 2"
    assert total_words(Sum(None, D(0))) == "✓ 0 / 0"
