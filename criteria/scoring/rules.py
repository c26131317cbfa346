"""What a scoring rule is. Frozen data; the text that says it is read and written by ``notation``.

Numbers are fractions: 80 % is ``Fraction(4, 5)``. Names of figures are as typed, in lower case, single spaces, NFC.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

MAXIMUM = "điểm tối đa"
"""The name that stands for the leaf's maximum in every expression."""
RATE = "tỷ lệ"
"""The measure of bands that name none: a figure declared in percent, unless the rule defines it."""
LATE = "số ngày trễ"
"""The measure of bands in days late."""
CHOICE = "mức"
"""The figure of a rule of steps: the label that was chosen."""
RESULT = "kết quả"
"""The figure of a rule that takes over the result of another computation."""
NO_TASK = "không có nhiệm vụ"
"""The flag (1 or 0) that says that the task did not arise in the year."""
NO_FORMS = "không có phiếu"
"""The flag that says that no form is valid, where a rule takes the result of a survey as a figure."""


def gettext_noop(text: str) -> str:
    """Marks a reason for translation; whoever shows it to a person translates it."""
    return text


class BadRule(ValueError):
    """The text is no rule. ``line`` counts from 1; ``reason`` is an English msgid with %(…)s fields in ``fields``."""

    def __init__(self, reason: str, line: int = 1, **fields: str) -> None:
        super().__init__(reason % fields if fields else reason)
        self.reason, self.line, self.fields = reason, line, fields


class Kind(StrEnum):
    """The kinds of rules, as a person would sort them. The values are stored nowhere: they follow from the text."""

    YES_NO = "yes_no"
    STEPS = "steps"
    BANDS = "bands"
    PIECEWISE = "piecewise"
    LINEAR = "linear"
    LATE = "late"
    PROPORTION = "proportion"
    FORMULA = "formula"
    RELATIVE = "relative"
    DEDUCTION = "deduction"
    PER_EVENT = "per_event"
    BEST = "best"
    PARTS = "parts"
    SURVEY_SHARE = "survey_share"
    SURVEY_WEIGHTS = "survey_weights"
    OUTCOME = "outcome"
    MANUAL = "manual"


# ---- expressions


class Reach(StrEnum):
    """Over whom a figure or a defined name is taken: the unit itself, or the best, worst, mean of its group."""

    OWN = "own"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True)
class Number:
    """A number as typed. ``is_percent``: written with %; ``value`` is then already divided by 100."""

    value: Fraction
    is_percent: bool = False


@dataclass(frozen=True)
class Name:
    """A figure, a defined name or ``điểm tối đa``; with ``reach``, over the whole ranking group."""

    name: str
    reach: Reach = Reach.OWN


@dataclass(frozen=True)
class Negative:
    of: "Expression"


@dataclass(frozen=True)
class Operation:
    """``sign`` is one of + - * /."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Choose:
    """The smallest or the largest of several: ``which`` is "min" or "max"."""

    which: str
    of: tuple["Expression", ...]


Expression = Number | Name | Negative | Operation | Choose


# ---- common parts


@dataclass(frozen=True)
class Figure:
    """A number that the unit declares. ``unit``: "%", "ngày", "hồ sơ" …; ``is_count``: a whole number ≥ 0."""

    name: str
    words: str = ""
    unit: str = ""
    is_count: bool = False


@dataclass(frozen=True)
class Definition:
    """A name computed from figures, e.g. ``Tỷ lệ = b / a``."""

    name: str
    value: Expression


class Case(StrEnum):
    """Situations in which arithmetic gives no answer; a rule declares what then holds."""

    DIVISION = "division by zero"
    NO_TASK = "no task in the year"
    LONE = "a lone unit"
    ALL_EQUAL = "all units equal"
    TIE = "a tie for best"
    NO_FORMS = "no forms"
    OUTSIDE = "outside every band"
    """No line declares it: a last line “Còn lại” is the way to."""
    OVERLAP = "in two bands that give different points"
    """No line declares it either: the bands are to be mended."""


@dataclass(frozen=True)
class NotApplicable:
    """The leaf does not apply: what that does to the denominator is a setting of the cycle or the exemption."""


@dataclass(frozen=True)
class Full:
    """The leaf's maximum."""


Outcome = NotApplicable | Full | Number


@dataclass(frozen=True)
class Declared:
    """What holds in a case. ``figure``: for ``Khi a = 0``, the figure that is 0 (``case`` is then DIVISION)."""

    case: Case
    outcome: Outcome
    figure: str = ""


# ---- kinds of rules


@dataclass(frozen=True)
class Common:
    """What every rule may carry."""

    figures: tuple[Figure, ...] = field(default=(), kw_only=True)
    definitions: tuple[Definition, ...] = field(default=(), kw_only=True)
    declared: tuple[Declared, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Step:
    label: str
    points: Fraction


@dataclass(frozen=True)
class Steps(Common):
    """One label is chosen. Labels differ (case and spaces aside)."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Interval:
    """Between two bounds; ``None`` is open to that side. A single value has both bounds equal and closed."""

    lower: Fraction | None
    upper: Fraction | None
    has_lower: bool = True
    has_upper: bool = True

    def __contains__(self, value: Fraction) -> bool:
        above = self.lower is None or value > self.lower or (self.has_lower and value == self.lower)
        below = self.upper is None or value < self.upper or (self.has_upper and value == self.upper)
        return above and below


@dataclass(frozen=True)
class Even:
    """Linear between the band's two bounds: ``start`` points at the lower, ``end`` points at the upper bound."""

    start: Fraction
    end: Fraction


@dataclass(frozen=True)
class Band:
    """``interval`` None: otherwise, what no other band contains (the last line)."""

    interval: Interval | None
    value: Expression | Even | NotApplicable | Full


@dataclass(frozen=True)
class Bands(Common):
    """``measure``: a figure or defined name. ``unit`` as printed after a bound ("%", "ngày", "")."""

    measure: str
    unit: str
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Formula(Common):
    """``Điểm = …``, within ``lowest`` and ``highest`` where they are given."""

    value: Expression
    lowest: Fraction | None = None
    highest: Fraction | None = None


@dataclass(frozen=True)
class Term:
    """``amount`` points (negative: taken away) for each occurrence of ``event``, a figure that counts."""

    amount: Fraction
    event: str


@dataclass(frozen=True)
class Count(Common):
    """From ``start`` (None: the maximum where points are taken away, 0 where they are given), so much each time."""

    terms: tuple[Term, ...]
    start: Fraction | None = None
    lowest: Fraction | None = None
    highest: Fraction | None = None


@dataclass(frozen=True)
class Best(Common):
    """The alternative that gives most; one that does not apply is left out, all of them: not applicable."""

    alternatives: tuple["Rule", ...]


@dataclass(frozen=True)
class Parts(Common):
    """The sum of the parts; ``điểm tối đa`` inside a part is the leaf's maximum."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True)
class SurveyShare(Common):
    """The share of forms that answer one of ``levels`` on a scale of 1 to ``scale``, times the maximum."""

    levels: tuple[int, ...]
    scale: int


@dataclass(frozen=True)
class SurveyWeights(Common):
    """The mean of the answers' weights (shares of 1) over all forms, times the maximum."""

    weights: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class Taken(Common):
    """The result of another computation or body, ``name``, turned into points by ``value`` over ``kết quả``."""

    name: str
    value: Expression


@dataclass(frozen=True)
class Manual(Common):
    """Points by a person between ``lower`` and ``upper``, guided by ``words`` (lines as typed)."""

    lower: Fraction
    upper: Fraction
    words: tuple[str, ...] = ()


Rule = Steps | Bands | Formula | Count | Best | Parts | SurveyShare | SurveyWeights | Taken | Manual


def walk(value: Expression) -> Iterator[Expression]:
    """The expression and everything inside it."""
    yield value
    inside: tuple[Expression, ...] = ()
    if isinstance(value, Negative):
        inside = (value.of,)
    elif isinstance(value, Operation):
        inside = (value.left, value.right)
    elif isinstance(value, Choose):
        inside = value.of
    for each in inside:
        yield from walk(each)


def names_in(rule: Rule) -> Iterator[Name]:
    """Every name that the rule reads, with those inside its alternatives or parts; a name may come again."""
    for expression in _expressions(rule):
        yield from (each for each in walk(expression) if isinstance(each, Name))
    yield from (Name(declared.figure) for declared in rule.declared if declared.figure)
    if isinstance(rule, Bands):
        yield Name(rule.measure)
    elif isinstance(rule, Count):
        yield from (Name(term.event) for term in rule.terms)
    for inner in inside(rule):
        yield from names_in(inner)


def inside(rule: Rule) -> tuple[Rule, ...]:
    """The alternatives or parts."""
    if isinstance(rule, Best):
        return rule.alternatives
    return rule.parts if isinstance(rule, Parts) else ()


def _expressions(rule: Rule) -> Iterator[Expression]:
    yield from (definition.value for definition in rule.definitions)
    if isinstance(rule, Formula | Taken):
        yield rule.value
    elif isinstance(rule, Bands):
        yield from (band.value for band in rule.bands if isinstance(band.value, Expression))
