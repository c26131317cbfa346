"""Rules out of lines: which kind the lines are, and what each of them says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from criteria.scoring.formula import is_name
from criteria.scoring.lines import (
    FAULT,
    Line,
    Scope,
    amount,
    definition_line,
    expression,
    is_common,
    read_common,
    read_declared,
)
from criteria.scoring.numbers import fold
from criteria.scoring.reading_bands import read_labelled
from criteria.scoring.reading_surveys import is_survey, read_survey
from criteria.scoring.rules import (
    RESULT,
    BadRule,
    Best,
    Common,
    Count,
    Declared,
    Formula,
    Manual,
    Parts,
    Rule,
    Taken,
    Term,
    gettext_noop,
    names_in,
)
from criteria.scoring.wordings import plain

NUMBER = r"(-? ?[0-9][0-9.,]*) ?(?:điểm|đ)?"
Head = type[Best] | type[Parts]
BEST_HEADS = frozenset(
    {
        "lấy trường hợp có điểm cao nhất",
        "tính điểm cho trường hợp có điểm cao nhất",
        "tính điểm cho trường hợp nào có điểm cao nhất",
    }
)
PARTS_HEADS = frozenset({"cộng các phần", "cộng điểm các phần", "tổng điểm các phần"})
SEPARATORS: dict[Head, str] = {Best: "hoặc", Parts: "và"}
POINTS_IS = re.compile(r"(?:điểm(?: đánh giá)? ?=|(?:tính )?(?:điểm )?theo công thức ?:)(.*)")
BOUNDS = {
    "lowest": re.compile(rf"(?:thấp nhất|tối thiểu|không thấp hơn) {NUMBER}"),
    "highest": re.compile(rf"(?:cao nhất|tối đa|không quá|tổng không quá|tổng tối đa) {NUMBER}"),
    "start": re.compile(rf"bắt đầu(?: từ)? {NUMBER}"),
}
TERM = re.compile(rf"(?:(trừ|cộng) )?{NUMBER}(?: (?:cho )?mỗi | ?/ ?)([^:0-9][^:]*)")
EACH = re.compile(rf"(?:cứ )?mỗi ([^:]+): ?(?:(trừ|cộng) )?{NUMBER}")
EACH_WAY = re.compile(rf"(?:cứ )?mỗi ([^:]+?) (?:bị |được )?(trừ|cộng) {NUMBER}")
LIMIT = re.compile(r"\b(?:điểm|tối đa|không quá)\b")
TAKEN_AT_MOST = ("tối đa", "không quá", "tổng")
MANUAL = re.compile(rf"chấm(?: điểm)? từ {NUMBER} đến {NUMBER}")
TAKEN = re.compile(r"theo kết quả ([^:]+): ?(.+)", re.IGNORECASE)


def read(lines: Sequence[Line], outer: Scope, heads: tuple[Head, ...] = (Best, Parts)) -> Rule:
    """The rule that the lines say. ``heads``: the combinations that may stand here."""
    leading = next((at for at, line in enumerate(lines) if not is_common(line)), 0)
    first = lines[leading]
    head = _head(first)
    if head in heads:
        return _combined(_Combination(head, first, heads), lines[:leading], lines[leading + 1 :], outer)
    if MANUAL.fullmatch(first.key):
        return _manual(first, [line for line in lines if line is not first], outer)
    return _single(plain(lines, outer.names), outer)


def _single(lines: Sequence[Line], outer: Scope) -> Rule:
    common = [line for line in lines if is_common(line)]
    if len(common) == len(lines):
        raise lines[-1].bad(gettext_noop("Nothing here says what points are given."))
    made = read_common(common, outer)
    rule = _main([line for line in lines if not is_common(line)], outer.within(made))
    return _finished(rule, made, common)


def _head(line: Line) -> Head | None:
    key = line.key.removesuffix(":").rstrip()
    return Best if key in BEST_HEADS else Parts if key in PARTS_HEADS else None


def _finished(rule: Rule, common: Common, lines: Sequence[Line]) -> Rule:
    """The rule with its common lines. Raises ``BadRule`` for a definition that nothing uses."""
    made = replace(rule, figures=common.figures, definitions=common.definitions, declared=common.declared)
    used = {name.name for name in names_in(made)}
    for definition in common.definitions:
        if definition.name not in used:
            line = definition_line(lines, definition.name)
            raise line.bad(gettext_noop("Nothing uses “%(name)s”."), name=definition.name)
    return made


# ---- combinations


@dataclass(frozen=True)
class _Combination:
    head: Head
    line: Line
    heads: tuple[Head, ...]


def _combined(combination: _Combination, before: Sequence[Line], after: Sequence[Line], outer: Scope) -> Rule:
    head = combination.head
    leading = next((at for at, line in enumerate(after) if not is_common(line)), len(after))
    shared = [*before, *after[:leading]]
    common = read_common(shared, outer)
    pieces = list(_pieces(after[leading:], SEPARATORS[head]))
    if len(pieces) < 2 or not all(pieces):
        raise combination.line.bad(
            gettext_noop("Two or more rules are expected below, parted by lines “%(word)s”."),
            word=SEPARATORS[head].capitalize(),
        )
    inner = tuple(each for each in combination.heads if each is not head)
    rules = tuple(read(piece, outer.within(common), inner) for piece in pieces)
    return _finished(Best(rules) if head is Best else Parts(rules), common, shared)


def _pieces(lines: Sequence[Line], separator: str) -> Iterator[list[Line]]:
    piece: list[Line] = []
    for line in lines:
        if line.key.removesuffix(":").rstrip() == separator:
            yield piece
            piece = []
        else:
            piece.append(line)
    yield piece


# ---- single rules


def _main(lines: Sequence[Line], scope: Scope) -> Rule:
    if any(POINTS_IS.fullmatch(line.key) for line in lines):
        return _formula(lines, scope)
    if any(TERM.fullmatch(line.key) or EACH_WAY.fullmatch(line.key) for line in lines) or _all_count(lines):
        return _count(lines, scope)
    if is_survey(lines[0]):
        return read_survey(lines)
    if any(_taken_parts(line) for line in lines):
        return _taken(lines, scope)
    return read_labelled(lines, scope)


def _bounds(lines: Sequence[Line]) -> tuple[dict[str, Fraction], list[Line]]:
    """The bounds that lines set, and the other lines."""
    bounds: dict[str, Fraction] = {}
    rest = []
    for line in lines:
        name, text = _bound(line)
        if not name:
            rest.append(line)
        elif name in bounds:
            raise line.bad(gettext_noop("This bound is set twice."))
        else:
            bounds[name] = amount(text, line)
    if "lowest" in bounds and "highest" in bounds and bounds["lowest"] > bounds["highest"]:
        raise lines[-1].bad(gettext_noop("The lowest points are above the highest."))
    return bounds, rest


def _bound(line: Line) -> tuple[str, str]:
    for name, shape in BOUNDS.items():
        if found := shape.fullmatch(line.key):
            return name, found[1]
    return "", ""


def _formula(lines: Sequence[Line], scope: Scope) -> Formula:
    bounds, rest = _bounds(lines)
    other = next((line for line in rest if not POINTS_IS.fullmatch(line.key)), rest[1] if len(rest) > 1 else None)
    if other or "start" in bounds:
        raise (other or lines[-1]).bad(gettext_noop("This line does not belong beside a formula “Điểm = …”."))
    found = POINTS_IS.fullmatch(rest[0].key)
    value = expression(rest[0], found[1] if found else "", scope.names)
    return Formula(value, lowest=bounds.get("lowest"), highest=bounds.get("highest"))


def _all_count(lines: Sequence[Line]) -> bool:
    terms = [line for line in lines if EACH.fullmatch(line.key)]
    return bool(terms) and all(line in terms or _bound(line)[0] for line in lines)


def _count(lines: Sequence[Line], scope: Scope) -> Count:
    bounds, rest = _bounds(lines)
    terms: list[Term] = []
    for line in rest:
        terms.append(_term(line))
        event = terms[-1].event
        if any(event == definition.name for definition in scope.definitions):
            raise line.bad(gettext_noop("“%(name)s” is computed; only what is declared can be counted."), name=event)
        if any(event == term.event for term in terms[:-1]):
            raise line.bad(gettext_noop("“%(label)s” stands twice."), label=event)
    limit = next((line for line in lines if line.key.startswith(TAKEN_AT_MOST)), None)
    if limit and all(term.amount < 0 for term in terms):
        raise limit.bad(gettext_noop("Points taken away at most, or points left? Write “Thấp nhất …” or “Cao nhất …”."))
    return Count(tuple(terms), bounds.get("start"), bounds.get("lowest"), bounds.get("highest"))


def _term(line: Line) -> Term:
    if found := TERM.fullmatch(line.key):
        way, worth, event = found.groups()
    elif found := EACH_WAY.fullmatch(line.key) or EACH.fullmatch(line.key):
        event, way, worth = found.groups()
    else:
        raise line.bad(gettext_noop("This line does not belong beside “Trừ … mỗi …” or “Cộng … mỗi …”."))
    value, event = amount(worth, line), event.strip()
    if not value or (way and value < 0):
        raise line.bad(gettext_noop("The amount must be above 0; “Trừ” or “Cộng” says which way it counts."))
    if LIMIT.search(event):
        raise line.bad(gettext_noop("Write the limit on a line of its own: “Cao nhất 2” or “Thấp nhất 0”."))
    if value > 0 and not way and FAULT.search(event):
        raise line.bad(gettext_noop("Write “Trừ” or “Cộng” before the points for “%(name)s”."), name=event)
    if not is_name(event) or " là " in f" {event}":
        raise line.bad(gettext_noop("“%(name)s” must be plain words, without brackets or signs."), name=event)
    return Term(-value if way == "trừ" else value, event)


def _taken_parts(line: Line) -> tuple[str, str] | None:
    found = TAKEN.fullmatch(line.text)
    return (found[1].strip(), fold(found[2])) if found and RESULT in fold(found[2]) else None


def _taken(lines: Sequence[Line], scope: Scope) -> Taken:
    line = lines[0]
    parts = _taken_parts(line)
    if len(lines) > 1 or not parts:
        raise next(line for line in lines if not _taken_parts(line) or line is not lines[0]).bad(
            gettext_noop("This line does not belong beside “Theo kết quả …”.")
        )
    found = POINTS_IS.fullmatch(parts[1])
    return Taken(parts[0], expression(line, found[1] if found else parts[1], scope.names | {RESULT}))


def _manual(first: Line, others: Sequence[Line], outer: Scope) -> Manual:
    found = MANUAL.fullmatch(first.key)
    lower, upper = (amount(text, first) for text in found.groups()) if found else (Fraction(0), Fraction(0))
    if lower >= upper:
        raise first.bad(gettext_noop("The lowest points must be below the highest."))
    declared: list[Declared] = []
    words: list[str] = []
    for line in others:
        case = _declared(line, outer)
        if case and (case.case, case.figure) not in {(each.case, each.figure) for each in declared}:
            declared.append(case)
        else:
            words.append(line.text)
    return Manual(lower, upper, tuple(words), declared=tuple(declared))


def _declared(line: Line, outer: Scope) -> Declared | None:
    """The case that a line among a person's words declares, if it does."""
    if not line.key.startswith("khi "):
        return None
    try:
        return read_declared(line, outer)
    except BadRule:
        return None
