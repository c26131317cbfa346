"""A rule's text: read, written, sorted into kinds. What a cell of a criteria set holds and an annex prints.

>>> rule = parse("Từ 80% trở lên: điểm = tỷ lệ x điểm tối đa; Dưới 80%: 0")
>>> kind(rule).value
'piecewise'
>>> print(write(rule))
Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa
Dưới 80%: 0
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from criteria.scoring.formula import value
from criteria.scoring.lines import LONGEST, Scope, split
from criteria.scoring.numbers import fold, number, percent, read_number
from criteria.scoring.reading import read
from criteria.scoring.rules import (
    LATE,
    MAXIMUM,
    BadRule,
    Band,
    Bands,
    Best,
    Count,
    Even,
    Expression,
    Formula,
    Full,
    Kind,
    Manual,
    Name,
    Number,
    Operation,
    Parts,
    Reach,
    Rule,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    gettext_noop,
    names_in,
    walk,
)
from criteria.scoring.writing import write

__all__ = ["Option", "in_words", "kind", "number", "options", "parse", "percent", "read_number", "write"]

YES_NO = ({"có", "không"}, {"đạt", "không đạt"})
KINDS: dict[type[Rule], Kind] = {
    Best: Kind.BEST,
    Parts: Kind.PARTS,
    SurveyShare: Kind.SURVEY_SHARE,
    SurveyWeights: Kind.SURVEY_WEIGHTS,
    Taken: Kind.OUTCOME,
    Manual: Kind.MANUAL,
}


def parse(text: str) -> Rule:
    """The rule that ``text`` says. ``write`` gives it back in canonical form.

    Raises ``BadRule`` with the line and the reason; any text at all is read in a few milliseconds.
    """
    found = _parsed(text)
    if isinstance(found, BadRule):
        raise BadRule(found.reason, found.line, **found.fields)
    return found


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Rule | BadRule:
    """A sheet asks for the same few dozen rules again and again, and of the same texts that are none."""
    try:
        made = read(split(text), Scope())
    except BadRule as bad:
        return bad.with_traceback(None)
    return BadRule(gettext_noop("The rule is longer than 2,000 characters.")) if len(write(made)) > LONGEST else made


def kind(rule: Rule) -> Kind:
    """How a person would call the rule."""
    if isinstance(rule, Steps):
        return Kind.YES_NO if {fold(step.label) for step in rule.steps} in YES_NO else Kind.STEPS
    if isinstance(rule, Bands):
        return _kind_of_bands(rule)
    if isinstance(rule, Formula):
        return _kind_of_formula(rule)
    if isinstance(rule, Count):
        return Kind.DEDUCTION if any(term.amount < 0 for term in rule.terms) else Kind.PER_EVENT
    return KINDS[type(rule)]


def _kind_of_bands(rule: Bands) -> Kind:
    values = [band.value for band in rule.bands]
    if any(_depends(value) for value in values if isinstance(value, Expression)):
        return Kind.PIECEWISE
    if any(isinstance(value, Even) for value in values):
        return Kind.LINEAR
    return Kind.LATE if rule.measure == LATE else Kind.BANDS


def _depends(value: Expression) -> bool:
    return any(isinstance(each, Name) and each.name != MAXIMUM for each in walk(value))


def _kind_of_formula(rule: Formula) -> Kind:
    if any(name.reach is not Reach.OWN for name in names_in(rule)):
        return Kind.RELATIVE
    product = rule.value
    if isinstance(product, Operation) and product.sign == "*":
        sides = (product.left, product.right)
        if any(_is_share(one) and _is_worth(other) for one, other in (sides, sides[::-1])):
            return Kind.PROPORTION
    return Kind.FORMULA


def _is_share(value: Expression) -> bool:
    """A name, or one name divided by another."""
    if isinstance(value, Operation) and value.sign == "/":
        return isinstance(value.left, Name) and isinstance(value.right, Name)
    return isinstance(value, Name) and value.name != MAXIMUM


def _is_worth(value: Expression) -> bool:
    return isinstance(value, Number) or value == Name(MAXIMUM)


def in_words(text: str) -> str:
    """Any rule's text on one line, for tables.

    >>> in_words("Có: 1\\nKhông: 0")
    'Có: 1; Không: 0'
    """
    return "; ".join(row for line in text.splitlines() if (row := line.strip().rstrip(";").rstrip()))


@dataclass(frozen=True)
class Option:
    """One answer that a rule offers: its words and its points."""

    label: str
    points: Decimal


def options(text: str, maximum: Decimal) -> tuple[Option, ...]:
    """The steps, or the bands whose points are plain numbers, as written; none for other kinds or unreadable text.

    >>> options("Kịp thời: 1,2; Không: 0", Decimal("1.2"))[0]
    Option(label='Kịp thời', points=Decimal('1.2'))
    """
    try:
        rule = parse(text)
    except BadRule:
        return ()
    if isinstance(rule, Steps):
        return tuple(Option(step.label, _decimal(step.points)) for step in rule.steps)
    if not isinstance(rule, Bands):
        return ()
    labels = [line.rpartition(":")[0] for line in write(rule).split("\n")]
    worth = [_worth(band, maximum) for band in rule.bands]
    offered = [Option(label, points) for label, points in zip(labels, worth, strict=False) if points is not None]
    return tuple(offered) if len(offered) == len(rule.bands) else ()


def _worth(band: Band, maximum: Decimal) -> Decimal | None:
    """The points of a band that always gives the same, if a decimal number can say them."""
    if isinstance(band.value, Full):
        return maximum
    if not isinstance(band.value, Expression) or any(isinstance(each, Name) for each in walk(band.value)):
        return None
    points = value(band.value, {})
    return None if "/" in number(points) else _decimal(points)


def _decimal(points: Fraction) -> Decimal:
    return Decimal(number(points).replace(",", "."))
