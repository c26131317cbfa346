"""The arithmetic of a rule: read from its text, written as an annex prints it, and computed exactly.

Nothing is ever handed to the interpreter: a small parser of numbers, declared names, brackets and four signs.
"""

import re
from collections.abc import Collection
from fractions import Fraction
from typing import Protocol

from criteria.scoring.numbers import fold, number, percent, unsigned
from criteria.scoring.rules import (
    MAXIMUM,
    RATE,
    BadRule,
    Choose,
    Expression,
    Name,
    Negative,
    Number,
    Operation,
    Reach,
    gettext_noop,
    walk,
)

MOST_NODES, DEEPEST, MOST_BRACKETS = 60, 12, 24
RUN = re.compile(r"[^\W\d_]\w*(?: (?!x(?!\w))\w+)*")
DIGITS = re.compile(r"([0-9][0-9.,]*[0-9]|[0-9])( ?%)?")
TIMES = re.compile(r"[*×]|x(?![^\W\d])")
WHICH = {"nhỏ nhất": "min", "lớn nhất": "max", "min": "min", "max": "max"}
WHICH_WORDS = {"min": "nhỏ nhất", "max": "lớn nhất"}
REACHES = {" cao nhất": Reach.HIGHEST, " thấp nhất": Reach.LOWEST}
REACH_WORDS = {Reach.OWN: "", **{reach: words for words, reach in REACHES.items()}}
RESERVED = frozenset({"điểm", "điểm đánh giá", MAXIMUM, "x", *WHICH})
STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
SIGNS = {"+": "+", "-": "-", "*": "×", "/": "/"}


def is_name(text: str) -> bool:
    """Whether a figure or definition may be called so: words of letters and digits, beginning with a letter.

    "x" means times, "… cao nhất" the best of the group; these and the like are no names.
    """
    return bool(RUN.fullmatch(text)) and text not in RESERVED and not text.endswith(tuple(REACHES))


def parse_expression(text: str, names: Collection[str]) -> Expression:
    """What ``text`` computes. ``names`` may stand in it besides ``điểm tối đa`` and ``tỷ lệ``.

    Raises ``BadRule`` naming what is wrong; it computes nothing and takes time in proportion to the text.
    """
    return _Reader(fold(text), {*names, MAXIMUM, RATE}).read()


class _Reader:
    """Recursive descent over the folded text; ``at`` is where it stands."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text, self.names, self.at, self.open = text, names, 0, 0
        self.reaching = {name for name in names if name != MAXIMUM}

    def read(self) -> Expression:
        if "^" in self.text or "**" in self.text:
            raise BadRule(gettext_noop("Powers are not offered; multiply instead."))
        found = self._sum()
        if self.at < len(self.text):
            rest = self.text[self.at : self.at + 20]
            raise BadRule(gettext_noop("“%(rest)s” does not belong here; a sign may be missing before it."), rest=rest)
        if sum(1 for _ in walk(found)) > MOST_NODES or _depth(write_expression(found)) > DEEPEST:
            raise BadRule(gettext_noop("The expression is too long; define parts of it on lines of their own."))
        return found

    def _sum(self) -> Expression:
        found = self._product()
        while sign := self._take("+", "-"):
            found = Operation(sign, found, self._product())
        return found

    def _product(self) -> Expression:
        found = self._single()
        while sign := self._times() or self._take("/", "÷"):
            sign = "*" if sign == "*" else "/"
            right = self._single()
            if sign == "/" and _is_zero(right):
                raise BadRule(gettext_noop("This divides by 0."))
            found = Operation(sign, found, right)
        return found

    def _single(self) -> Expression:
        self.open += 1
        if self.open > MOST_BRACKETS:
            raise BadRule(gettext_noop("The expression is too long; define parts of it on lines of their own."))
        if self._take("-"):
            found: Expression = Negative(self._single())
        elif self._take("("):
            found = self._sum()
            self._close()
        else:
            found = self._number() or self._named()
        self.open -= 1
        return found

    def _number(self) -> Number | None:
        self._skip()
        found = DIGITS.match(self.text, self.at)
        if not found:
            return None
        self.at = found.end()
        try:
            value = unsigned(found[1])
        except ValueError:
            raise bad_number(found[1]) from None
        return Number(value / 100, is_percent=True) if found[2] else Number(value)

    def _named(self) -> Expression:
        self._skip()
        found = RUN.match(self.text, self.at)
        if not found:
            raise self._missing()
        self.at = found.end()
        if found[0] in WHICH and self._take("("):
            return self._choice(WHICH[found[0]])
        self._take("%")
        for words, reach in REACHES.items():
            if found[0].endswith(words) and found[0].removesuffix(words) in self.reaching:
                return Name(found[0].removesuffix(words), reach)
        if found[0] not in self.names:
            raise BadRule(
                gettext_noop("The name “%(name)s” is not declared; add a line “%(name)s là …” above."), name=found[0]
            )
        return Name(found[0])

    def _choice(self, which: str) -> Expression:
        of = [self._sum()]
        while self._take(";", ","):
            of.append(self._sum())
        self._close()
        if len(of) == 1:
            raise BadRule(gettext_noop("The smallest or largest of one value: part several by “;”."))
        return Choose(which, tuple(of))

    def _close(self) -> None:
        if not self._take(")"):
            raise BadRule(gettext_noop("A bracket is not closed."))

    def _missing(self) -> BadRule:
        if self.at >= len(self.text):
            return BadRule(gettext_noop("The expression ends too early: a number or name is missing."))
        return BadRule(gettext_noop("“%(rest)s”: a number or name is expected."), rest=self.text[self.at :][:20])

    def _times(self) -> str:
        self._skip()
        found = TIMES.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return "*" if found else ""

    def _take(self, *signs: str) -> str:
        self._skip()
        sign = self.text[self.at : self.at + 1]
        if sign not in signs:
            return ""
        self.at += 1
        return sign

    def _skip(self) -> None:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1


def bad_number(text: str) -> BadRule:
    """Why ``text`` is not read as a number."""
    if text.count(".") == 1 and len(text.rpartition(".")[2]) == 3:
        reason = gettext_noop("“%(number)s” may mean two numbers: write no point between thousands.")
    else:
        reason = gettext_noop("“%(number)s” is no number with at most 9 digits before and 6 after the comma.")
    return BadRule(reason, number=text[:20])


def _depth(text: str) -> int:
    """How many brackets are open at once."""
    level = deepest = 0
    for sign in text:
        level += (sign == "(") - (sign == ")")
        deepest = max(deepest, level)
    return deepest


def _is_zero(expression: Expression) -> bool:
    return not any(isinstance(each, Name) for each in walk(expression)) and value(expression, {}) == 0


def write_expression(expression: Expression) -> str:
    """As an annex prints it; ``parse_expression`` reads it back to the same expression.

    >>> write_expression(parse_expression("b/a*1 + (c/a) x 0.5", {"a", "b", "c"}))
    '(b / a) × 1 + (c / a) × 0,5'
    """
    if isinstance(expression, Number):
        return percent(expression.value) if expression.is_percent else number(expression.value)
    if isinstance(expression, Name):
        return expression.name + REACH_WORDS[expression.reach]
    if isinstance(expression, Negative):
        inside = write_expression(expression.of)
        return f"-({inside})" if isinstance(expression.of, Operation | Negative) else f"-{inside}"
    if isinstance(expression, Choose):
        return f"{WHICH_WORDS[expression.which]}({'; '.join(write_expression(each) for each in expression.of)})"
    left = _operand(expression.left, _binds_left(expression))
    right = _operand(expression.right, isinstance(expression.right, Negative) or _binds(expression, expression.right))
    return f"{left} {SIGNS[expression.sign]} {right}"


def _operand(expression: Expression, in_brackets: bool) -> str:
    text = write_expression(expression)
    return f"({text})" if in_brackets else text


def _binds(outer: Operation, right: Expression) -> bool:
    """Whether ``outer`` would tear its right operand apart."""
    return isinstance(right, Operation) and STRENGTH[right.sign] <= STRENGTH[outer.sign]


def _binds_left(outer: Operation) -> bool:
    """As ``_binds``; a plain quotient in a product gets brackets that only help the reader."""
    left = outer.left
    if not isinstance(left, Operation) or STRENGTH[outer.sign] == 1:
        return False
    plain = left.sign == "/" and outer.sign == "*" and not isinstance(left.left, Operation)
    return STRENGTH[left.sign] == 1 or plain


class Names(Protocol):
    """What every name of an expression is worth: a mapping, or what looks a name up when it is asked for."""

    def __getitem__(self, name: Name, /) -> Fraction: ...


def value(expression: Expression, names: Names) -> Fraction:
    """The exact value. ``names`` holds every name of the expression, ``Name("điểm tối đa")`` too.

    Raises ``ZeroDivisionError``, and ``KeyError`` with the ``Name`` that is missing.
    """
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Name):
        return names[expression]
    if isinstance(expression, Negative):
        return -value(expression.of, names)
    if isinstance(expression, Choose):
        return (min if expression.which == "min" else max)(value(each, names) for each in expression.of)
    return _combine(expression.sign, value(expression.left, names), value(expression.right, names))


def _combine(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    return left * right if sign == "*" else left / right
