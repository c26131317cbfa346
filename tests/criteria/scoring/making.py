"""Rules at random, of every kind and within the limits of the notation."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

from hypothesis import strategies as st

from criteria.scoring.formula import DEEPEST, MOST_NODES, value, write_expression
from criteria.scoring.lines import Scope, counts, split
from criteria.scoring.numbers import fold
from criteria.scoring.rules import (
    LATE,
    MAXIMUM,
    RATE,
    RESULT,
    Band,
    Bands,
    Best,
    Case,
    Choose,
    Common,
    Count,
    Declared,
    Definition,
    Even,
    Expression,
    Figure,
    Formula,
    Full,
    Interval,
    Manual,
    Name,
    Negative,
    NotApplicable,
    Number,
    Operation,
    Outcome,
    Parts,
    Reach,
    Rule,
    Step,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    Term,
    names_in,
    walk,
)
from criteria.scoring.writing import CASE_WORDS

Worth = Expression | Even | NotApplicable | Full
NAMES = ("a", "b", "số hồ sơ", "đã nộp", "quý 1", "tổng số", "tỷ lệ đạt")
INNER_NAMES = ("c", "d", "số vụ", "phải nộp", "trễ", "kết quả 2")
EVENTS = ("báo cáo trễ", "lần", "trường hợp vi phạm", "e")
UNITS = ("", "%", "ngày", "hồ sơ", "triệu đồng")
SIGNS = st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters=";:=")

numbers = st.builds(lambda whole, places: Fraction(whole, 10**places), st.integers(0, 99999), st.integers(0, 4)).filter(
    lambda number: number != 100  # beside a share it is refused or read as 100%
)
points = st.builds(lambda number, sign: number * sign, numbers, st.sampled_from((1, 1, 1, -1)))
outcomes: st.SearchStrategy[Outcome] = st.one_of(st.just(NotApplicable()), st.just(Full()), points.map(Number))


def _plain(text: str) -> str:
    """The text as a line keeps it."""
    return split(text)[0].text


words = st.text(SIGNS, max_size=20).map(lambda text: _plain(f"Nhãn {text}"))


def expressions(names: Sequence[str]) -> st.SearchStrategy[Expression]:
    return _expressions(tuple(names))


@cache
def _expressions(names: tuple[str, ...]) -> st.SearchStrategy[Expression]:
    own = st.sampled_from([Name(name) for name in (*names, RATE, MAXIMUM)])
    reaching = st.builds(Name, st.sampled_from((*names, RATE)), st.sampled_from(list(Reach)))
    leaves: st.SearchStrategy[Expression] = st.one_of(
        numbers.map(Number), numbers.map(lambda number: Number(number / 100, is_percent=True)), own, reaching
    )
    deeper = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Negative, inner),
            st.builds(Operation, st.sampled_from("+-*/"), inner, inner),
            st.builds(Choose, st.sampled_from(("min", "max")), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=10,
    )
    return deeper.filter(_is_allowed)


def _is_allowed(expression: Expression) -> bool:
    for each in walk(expression):
        if isinstance(each, Operation) and each.sign == "/":
            constant = not any(isinstance(name, Name) for name in walk(each.right))
            if constant and value(each.right, {}) == 0:
                return False
    text = write_expression(expression)
    return text.count("(") <= DEEPEST and sum(1 for _ in walk(expression)) <= MOST_NODES


@st.composite
def commons(draw: st.DrawFn, outer: Scope, pool: Sequence[str]) -> Common:
    names = draw(st.lists(st.sampled_from(pool), unique=True, max_size=4))
    cut = draw(st.integers(0, len(names)))
    figures = tuple(draw(_figures(name)) for name in names[:cut])
    known = Scope(outer.figures + figures, outer.definitions)
    definitions: list[Definition] = []
    for name in names[cut:]:
        visible = sorted({*known.names, *(each.name for each in definitions)})
        definitions.append(Definition(name, draw(expressions(visible))))
    return Common(figures=figures, definitions=tuple(definitions))


@st.composite
def _figures(draw: st.DrawFn, name: str) -> Figure:
    said = draw(st.sampled_from(("", "số ", "tổng số ", "số tiền "))) + draw(words)
    unit = draw(st.sampled_from(UNITS))
    return Figure(name, said, unit, is_count=counts(said) and unit != "%")


def _declare(draw: st.DrawFn, rule: Rule, scope: Scope) -> Rule:
    """With some declared cases, and one for each definition that nothing uses."""
    used = {name.name for name in names_in(rule)}
    unused = [definition.name for definition in rule.definitions if definition.name not in used]
    named = draw(st.lists(st.sampled_from(sorted({*scope.names, RATE})), max_size=1))
    cases = draw(st.lists(st.sampled_from(list(CASE_WORDS)), unique=True, max_size=2))
    keys = dict.fromkeys([(Case.DIVISION, name) for name in (*unused, *named)] + [(case, "") for case in cases])
    declared = tuple(Declared(case, draw(outcomes), figure) for case, figure in keys)
    return replace(rule, declared=declared)


@st.composite
def leaf_rules(draw: st.DrawFn, outer: Scope, pool: Sequence[str] = NAMES) -> Rule:
    kind = draw(st.sampled_from(LEAVES))
    common = Common() if kind is manual else draw(commons(outer, pool))
    scope = outer.within(common)
    made: Rule = kind(draw, scope)
    return _declare(draw, replace(made, figures=common.figures, definitions=common.definitions), scope)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    if draw(st.booleans()):
        return draw(leaf_rules(Scope()))
    return draw(_combined(Scope(), NAMES, (Best, Parts)))


@st.composite
def _combined(draw: st.DrawFn, outer: Scope, pool: Sequence[str], heads: tuple[type[Best] | type[Parts], ...]) -> Rule:
    head = draw(st.sampled_from(heads))
    common = draw(commons(outer, pool))
    scope = outer.within(common)
    others = tuple(each for each in heads if each is not head)
    inner: list[Rule] = []
    for _ in range(draw(st.integers(2, 3))):
        if others and draw(st.integers(0, 3)) == 0:
            inner.append(draw(_combined(scope, INNER_NAMES[:3], others)))
        else:
            inner.append(draw(leaf_rules(scope, INNER_NAMES[3:])))
    made: Rule = Best(tuple(inner)) if head is Best else Parts(tuple(inner))
    made = replace(made, figures=common.figures, definitions=common.definitions)
    return _declare(draw, made, scope)


def steps(draw: st.DrawFn, scope: Scope) -> Steps:
    labels = draw(st.lists(words, min_size=2, max_size=5, unique_by=fold))
    return Steps(tuple(Step(label, draw(points)) for label in labels))


def formula(draw: st.DrawFn, scope: Scope) -> Formula:
    low, high = sorted((draw(points), draw(points)))
    return Formula(
        draw(expressions(sorted(scope.names))), draw(st.sampled_from((None, low))), draw(st.sampled_from((None, high)))
    )


def count(draw: st.DrawFn, scope: Scope) -> Count:
    defined = {definition.name for definition in scope.definitions}
    events = draw(st.lists(st.sampled_from([*EVENTS, *sorted(scope.names - defined)]), unique=True, min_size=1))
    terms = tuple(Term(draw(points.filter(bool)), event) for event in events[:4])
    low, high = sorted((draw(points), draw(points)))
    return Count(terms, draw(st.sampled_from((None, high))), draw(st.sampled_from((None, low))), high)


def share(draw: st.DrawFn, scope: Scope) -> SurveyShare:
    scale = draw(st.integers(2, 10))
    levels = draw(st.sets(st.integers(1, scale), min_size=1, max_size=scale - 1))
    return SurveyShare(tuple(sorted(levels)), scale)


def weights(draw: st.DrawFn, scope: Scope) -> SurveyWeights:
    names = draw(st.lists(st.sampled_from(("a", "b", "c", "tốt", "rất hài lòng", "y")), unique=True, min_size=2))
    return SurveyWeights(tuple((name, Fraction(draw(st.integers(0, 1000)), 1000)) for name in names))


def taken(draw: st.DrawFn, scope: Scope) -> Taken:
    inner = draw(expressions([*sorted(scope.names), RESULT]))
    return Taken(draw(words), Operation("*", Name(RESULT), inner))


def manual(draw: st.DrawFn, scope: Scope) -> Manual:
    low, high = sorted((draw(points), draw(points)))
    return Manual(low, high + 1, tuple(draw(st.lists(words, max_size=3))))


def bands(draw: st.DrawFn, scope: Scope) -> Bands:
    measure, unit = draw(st.sampled_from(_measures(scope)))
    intervals = _intervals(draw, 100 if unit == "%" else 1)
    names = sorted({*scope.names, measure})
    made = [Band(interval, _value(draw, interval, names)) for interval in draw(st.permutations(intervals))]
    if draw(st.booleans()):
        made.append(Band(None, _value(draw, None, names)))
    return Bands(measure, unit, tuple(made))


def _measures(scope: Scope) -> list[tuple[str, str]]:
    """What can be measured here, with the unit of its bounds."""
    shares = {figure.name for figure in scope.figures if figure.unit == "%"}
    found = [(RATE, "%"), (LATE, "ngày"), (LATE, "ngày làm việc")]
    for name in sorted(scope.names):
        found += [(name, "%")] if name in shares else [(name, unit) for unit in UNITS]
    return found if scope.names else [*found, ("số vụ việc", "vụ việc")]


def _intervals(draw: st.DrawFn, scale: int) -> list[Interval]:
    """Intervals side by side, some of a single value, some left out."""
    cuts = sorted(draw(st.sets(numbers, min_size=1, max_size=4)))
    ends = [None, *(cut / scale for cut in cuts), None]
    made = [
        Interval(lower, upper, lower is None or draw(st.booleans()), upper is None or draw(st.booleans()))
        for lower, upper in pairwise(ends)
    ]
    made += [Interval(cut / scale, cut / scale) for cut in cuts]
    return draw(st.lists(st.sampled_from(made), unique=True, min_size=1, max_size=5))


def _value(draw: st.DrawFn, interval: Interval | None, names: Sequence[str]) -> Worth:
    plain: list[st.SearchStrategy[Worth]] = [
        st.just(NotApplicable()),
        st.just(Full()),
        points.map(lambda number: Negative(Number(-number)) if number < 0 else Number(number)),
        expressions(names).filter(lambda made: made != Name(MAXIMUM) and not getattr(made, "is_percent", False)),
    ]
    if interval and interval.lower is not None and interval.upper is not None and interval.lower < interval.upper:
        plain.append(st.tuples(points, points).filter(lambda two: two[0] != two[1]).map(lambda two: Even(*two)))
    return draw(st.one_of(plain))


LEAVES: tuple[Callable[[st.DrawFn, Scope], Rule], ...] = (
    steps,
    bands,
    formula,
    count,
    share,
    weights,
    taken,
    manual,
)
