"""Rules as text: the lines that an annex prints, and that ``notation.parse`` reads back to the same rule."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from criteria.scoring.conditions import DELAY, default_measure, write_condition, write_late
from criteria.scoring.formula import write_expression
from criteria.scoring.lines import Scope
from criteria.scoring.numbers import fold, number, percent
from criteria.scoring.rules import (
    LATE,
    Band,
    Bands,
    Best,
    Case,
    Common,
    Count,
    Declared,
    Even,
    Expression,
    Figure,
    Formula,
    Full,
    Interval,
    Manual,
    Name,
    NotApplicable,
    Outcome,
    Parts,
    Rule,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    walk,
)

IN_TIME = Interval(None, Fraction(0))
Single = Steps | Bands | Formula | Count | SurveyShare | SurveyWeights | Taken | Manual
CASE_WORDS = {
    Case.DIVISION: "mẫu số bằng 0",
    Case.NO_TASK: "không có nhiệm vụ",
    Case.LONE: "chỉ có một đơn vị",
    Case.ALL_EQUAL: "mọi đơn vị bằng nhau",
    Case.TIE: "cùng cao nhất",
    Case.NO_FORMS: "không có phiếu",
}


def write(rule: Rule) -> str:
    """The rule's canonical text, one statement a line."""
    return "\n".join(_lines(rule, Scope()))


def _lines(rule: Rule, outer: Scope) -> Iterator[str]:
    scope = outer.within(rule)
    if isinstance(rule, Best):
        yield from _combined("Lấy trường hợp có điểm cao nhất", "Hoặc", rule, rule.alternatives, scope)
    elif isinstance(rule, Parts):
        yield from _combined("Cộng các phần", "Và", rule, rule.parts, scope)
    else:
        yield from _main(rule, scope)
        yield from _common(rule)


def _combined(head: str, separator: str, common: Common, rules: Sequence[Rule], scope: Scope) -> Iterator[str]:
    yield head
    yield from _common(common)
    for at, rule in enumerate(rules):
        if at:
            yield separator
        yield from _lines(rule, scope)


def _common(common: Common) -> Iterator[str]:
    for figure in common.figures:
        yield _figure(figure)
    for definition in common.definitions:
        yield f"{_capital(definition.name)} = {write_expression(definition.value)}"
    for declared in common.declared:
        yield _declared(declared)


def _figure(figure: Figure) -> str:
    unit = f" ({figure.unit})" if figure.unit else ""
    return f"{figure.name} là {figure.words}{unit}"


def _declared(declared: Declared) -> str:
    case = f"{declared.figure} = 0" if declared.figure else CASE_WORDS[declared.case]
    return f"Khi {case}: {_outcome(declared.outcome)}"


def _outcome(outcome: Outcome) -> str:
    if isinstance(outcome, NotApplicable):
        return "không áp dụng"
    return "điểm tối đa" if isinstance(outcome, Full) else number(outcome.value)


def _main(rule: Single, scope: Scope) -> Iterator[str]:
    if isinstance(rule, Steps):
        yield from (f"{step.label}: {number(step.points)}" for step in rule.steps)
    elif isinstance(rule, Bands):
        yield from _bands(rule, scope)
    elif isinstance(rule, Formula):
        yield f"Điểm = {write_expression(rule.value)}"
        yield from _bounds(rule.lowest, rule.highest)
    elif isinstance(rule, Count):
        yield from _count(rule)
    elif isinstance(rule, Taken):
        yield f"Theo kết quả {rule.name}: {write_expression(rule.value)}"
    elif isinstance(rule, Manual):
        yield f"Chấm từ {number(rule.lower)} đến {number(rule.upper)} điểm"
        yield from rule.words
    else:
        yield f"Khảo sát: {_survey(rule)}"


def _bounds(lowest: Fraction | None, highest: Fraction | None) -> Iterator[str]:
    if lowest is not None:
        yield f"Thấp nhất {number(lowest)}"
    if highest is not None:
        yield f"Cao nhất {number(highest)}"


def _count(rule: Count) -> Iterator[str]:
    if rule.start is not None:
        yield f"Bắt đầu từ {number(rule.start)}"
    for term in rule.terms:
        yield f"{'Trừ' if term.amount < 0 else 'Cộng'} {number(abs(term.amount))} mỗi {term.event}"
    yield from _bounds(rule.lowest, rule.highest)


def _survey(rule: SurveyShare | SurveyWeights) -> str:
    if isinstance(rule, SurveyShare):
        return f"tỷ lệ trả lời mức {', '.join(map(str, rule.levels))} trên {rule.scale} mức"
    return ", ".join(f"{name.upper() if len(name) == 1 else name} = {percent(weight)}" for name, weight in rule.weights)


def _bands(rule: Bands, scope: Scope) -> Iterator[str]:
    late = rule.measure == LATE and DELAY not in scope.names
    named = not late and rule.measure != default_measure(rule.unit, scope)
    for band in rule.bands:
        if band.interval is None:
            said = "còn lại"
        elif late:
            said = _late(rule, band.interval)
        else:
            said = write_condition(band.interval, rule.unit, rule.measure if named else "")
        yield f"{_capital(said)}: {_value(band)}"


def _late(rule: Bands, interval: Interval) -> str:
    """In words of delay; ``đúng hạn`` only beside a line that speaks of delay, else it would be a mere label."""
    others = any(band.interval not in {None, IN_TIME} for band in rule.bands)
    return "đúng hạn" if interval == IN_TIME and others else write_late(interval, rule.unit)


def _value(band: Band) -> str:
    if isinstance(band.value, NotApplicable):
        return "không áp dụng"
    if isinstance(band.value, Full):
        return "điểm tối đa"
    if isinstance(band.value, Even):
        way = "tăng" if band.value.start < band.value.end else "giảm"
        return f"{way} đều từ {number(band.value.start)} đến {number(band.value.end)}"
    return _formula(band.value)


def _formula(value: Expression) -> str:
    text = write_expression(value)
    return f"điểm = {text}" if any(isinstance(each, Name) for each in walk(value)) else text


def _capital(text: str) -> str:
    """With a capital; a name of one letter stays small, as does one that a capital would change."""
    made = text[:1].upper() + text[1:]
    return made if len(text.partition(" ")[0]) > 1 and fold(made) == text else text
