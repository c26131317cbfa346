import doctest
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring import formula
from criteria.scoring.formula import is_name, parse_expression, value, write_expression
from criteria.scoring.rules import MAXIMUM, BadRule, Choose, Expression, Name, Negative, Number, Operation, Reach
from tests.criteria.scoring.making import expressions

NAMES = ("a", "b", "c", "x", "mức 1", "số hồ sơ")
VALUES = {
    Name("a"): Fraction(50),
    Name("b"): Fraction(46),
    Name("c"): Fraction(4),
    Name("x"): Fraction(2),
    Name("mức 1"): Fraction(3),
    Name("số hồ sơ"): Fraction(7),
    Name("tỷ lệ"): Fraction(9, 10),
    Name("tỷ lệ", Reach.HIGHEST): Fraction(1),
    Name("tỷ lệ", Reach.LOWEST): Fraction(1, 2),
    Name(MAXIMUM): Fraction(9, 5),
}
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

COMPUTED = {
    "b/a": ("b / a", Fraction(23, 25)),
    "(b/a)*1 + (c/a)*0,5": ("(b / a) × 1 + (c / a) × 0,5", Fraction(24, 25)),
    "b ÷ a × điểm tối đa": ("(b / a) × điểm tối đa", Fraction(207, 125)),
    "a - (b - c)": ("a - (b - c)", Fraction(8)),
    "a − b − c": ("a - b - c", Fraction(0)),
    "a / (b / c)": ("a / (b / c)", Fraction(100, 23)),
    "a / b / c": ("a / b / c", Fraction(25, 92)),
    "a / b × c / x": ("(a / b) × c / x", Fraction(50, 23)),
    "2x3 x x": ("2 × 3 × x", Fraction(12)),
    "x x(a + b)": ("x × (a + b)", Fraction(192)),
    "-a + -(b - c)": ("-a + (-(b - c))", Fraction(-92)),
    "- - a": ("-(-a)", Fraction(50)),
    "100% − Tỉ lệ": ("100% - tỷ lệ", Fraction(1, 10)),
    "tỷ lệ % x 12,5 %": ("tỷ lệ × 12,5%", Fraction(9, 80)),
    "tỷ lệ / Tỷ lệ cao nhất + tỷ lệ thấp nhất": ("tỷ lệ / tỷ lệ cao nhất + tỷ lệ thấp nhất", Fraction(7, 5)),
    "nhỏ nhất(a; b; 5)": ("nhỏ nhất(a; b; 5)", Fraction(5)),
    "MAX(a, 0,5) - min (1;2)": ("lớn nhất(a; 0,5) - nhỏ nhất(1; 2)", Fraction(49)),
    "mức 1 + số   hồ sơ": ("mức 1 + số hồ sơ", Fraction(10)),
}


@pytest.mark.parametrize(("text", "expected"), COMPUTED.items())
def test_expressions_are_read_written_and_computed(text: str, expected: tuple[str, Fraction]) -> None:
    made = parse_expression(text, NAMES)

    assert (write_expression(made), value(made, VALUES)) == expected
    assert parse_expression(write_expression(made), NAMES) == made


REFUSED = {
    "": "ends too early",
    "a +": "ends too early",
    "a x": "ends too early",
    "a + × b": "“× b”: a number or name is expected",
    "(a + b": "bracket is not closed",
    "nhỏ nhất(a; b": "bracket is not closed",
    "nhỏ nhất(2,3)": "smallest or largest of one value",
    "a b": "“a b” is not declared",
    "d": "The name “d” is not declared; add a line “d là …” above",
    "điểm": "“điểm” is not declared",
    "điểm tối đa cao nhất": "“điểm tối đa cao nhất” is not declared",
    "d cao nhất": "“d cao nhất” is not declared",
    "a 2": "“a 2” is not declared",
    "2 a": "“a” does not belong here",
    "a; b": "“; b” does not belong here",
    "a)": "“)” does not belong here",
    "a ^ 2": "Powers are not offered",
    "a ** 2": "Powers are not offered",
    "a / 0": "divides by 0",
    "a / (1 - 100%)": "divides by 0",
    "1.000 × a": "“1.000” may mean two numbers",
    "1234567890": "no number with at most 9 digits before and 6 after",
    "0,1234567": "no number with at most 9 digits",
    "1.2.3": "no number with at most",
    "+".join(["a"] * 31): "too long",
    "(" * 25 + "a" + ")" * 25: "too long",
    "1-(" * 14 + "a" + ")" * 14: "too long",
    "__import__('os')": "a number or name is expected",
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=lambda text: text[:20])
def test_refusals_say_why(text: str, reason: str) -> None:
    with pytest.raises(BadRule) as refused:
        parse_expression(text, NAMES)

    assert reason in str(refused.value)
    assert (refused.value.line, refused.value.reason % refused.value.fields) == (1, str(refused.value))


@pytest.mark.parametrize("text", ["+".join(["a"] * 30), "1-(" * 12 + "a" + ")" * 12, "(" * 23 + "a" + ")" * 23])
def test_expressions_at_the_limits_are_read(text: str) -> None:
    made = parse_expression(text, NAMES)

    assert parse_expression(write_expression(made), NAMES) == made


@pytest.mark.parametrize("name", ["a", "số hồ sơ", "quý 1", "tỷ lệ", "y2", "đã nộp"])
def test_what_is_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1",
        "1a",
        "a-b",
        "a  b",
        " a",
        "a (b)",
        "x",
        "số x lần",
        "điểm",
        "điểm tối đa",
        "tỷ lệ cao nhất",
        "min",
        "nhỏ nhất",
    ],
)
def test_what_is_no_name(name: str) -> None:
    assert not is_name(name)


def test_value_raises_for_a_name_that_is_missing_and_for_a_division_by_zero() -> None:
    quotient = parse_expression("b / a", NAMES)

    with pytest.raises(KeyError) as missing:
        value(quotient, {Name("b"): Fraction(1)})
    assert missing.value.args == (Name("a"),)
    with pytest.raises(ZeroDivisionError):
        value(quotient, {Name("a"): Fraction(0), Name("b"): Fraction(1)})


@settings(calm, max_examples=300)
@given(expressions(NAMES))
def test_a_written_expression_is_read_as_itself(expression: Expression) -> None:
    assert parse_expression(write_expression(expression), NAMES) == expression


def plainly(expression: Expression) -> Fraction:
    """The value by another road: as Python computes the written text, its names and signs replaced."""
    text = write_expression(expression)
    return Fraction(eval(_as_python(text), {"F": Fraction, "min": min, "max": max}))


def _as_python(text: str) -> str:
    for sign, python in (("×", "*"), (";", "|"), ("nhỏ nhất", "min"), ("lớn nhất", "max")):
        text = text.replace(sign, python)
    pieces = formula.DIGITS.sub(lambda found: f"F('{found[1].replace(',', '.')}')" + "/100" * bool(found[2]), text)
    return pieces.replace("|", ",").replace("'", '"')


@settings(calm, max_examples=200)
@given(
    st.recursive(
        st.integers(0, 999).map(lambda whole: Number(Fraction(whole, 8))),
        lambda inner: st.one_of(
            st.builds(Negative, inner),
            st.builds(Operation, st.sampled_from("+-*"), inner, inner),
            st.builds(Choose, st.sampled_from(("min", "max")), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=12,
    )
)
def test_the_value_is_that_of_the_written_text(expression: Expression) -> None:
    assert value(expression, {}) == plainly(expression)


def test_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(formula).failed == 0
