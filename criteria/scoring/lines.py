"""The lines of a rule's text, and those that any rule may carry: figures, definitions, declared cases."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from criteria.scoring.formula import bad_number, is_name, parse_expression
from criteria.scoring.numbers import fold, read_number
from criteria.scoring.rules import (
    RATE,
    BadRule,
    Case,
    Common,
    Declared,
    Definition,
    Expression,
    Figure,
    Full,
    Name,
    NotApplicable,
    Number,
    Outcome,
    gettext_noop,
    walk,
)

LONGEST, MOST_LINES = 2000, 40
BULLETS = re.compile(r"(?:[-–−+•*] )+")
SENTENCE = re.compile(r"\. +(?=trong đó ?:)", re.IGNORECASE)
WHERE = re.compile(r"trong đó ?:? ?", re.IGNORECASE)
POINTS = re.compile(r"(-? ?[0-9][0-9.,]*) ?(?:điểm|đ)?")
UNIT = re.compile(r" \(([^()]+)\)$")
NOT_UNITS = ("nếu ", "kể ", "trừ ", "gồm ", "bao ", "theo ", "cả ")
COUNTED = ("số ", "tổng số ")
NOT_COUNTED = re.compile(r"(?:tổng )?số (?:tiền|vốn|thu|chi|điểm|kinh phí|dư)\b")
FAULT = re.compile(r"\b(?:vi phạm|chậm|trễ|muộn|thiếu|sai|trái|quá hạn|không|chưa)\b")
"""What costs points: nobody means to give them for it."""
CASES = {
    "mẫu số bằng 0": Case.DIVISION,
    "mẫu số = 0": Case.DIVISION,
    "không có nhiệm vụ": Case.NO_TASK,
    "trong năm không có nhiệm vụ": Case.NO_TASK,
    "không phát sinh nhiệm vụ": Case.NO_TASK,
    "không phát sinh": Case.NO_TASK,
    "chỉ có một đơn vị": Case.LONE,
    "mọi đơn vị bằng nhau": Case.ALL_EQUAL,
    "các đơn vị bằng nhau": Case.ALL_EQUAL,
    "cùng cao nhất": Case.TIE,
    "nhiều đơn vị cùng cao nhất": Case.TIE,
    "không có phiếu": Case.NO_FORMS,
}
OUTCOMES: dict[str, Outcome] = {
    "không áp dụng": NotApplicable(),
    "giảm trừ điểm tối đa": NotApplicable(),
    "giảm trừ điểm tối đa tương ứng": NotApplicable(),
    "điểm tối đa": Full(),
    "tính điểm tối đa": Full(),
    "được tính điểm tối đa": Full(),
}


@dataclass(frozen=True)
class Line:
    """``number`` counts from 1; ``text`` as typed with single spaces, without a bullet or a final full stop."""

    number: int
    text: str

    @property
    def key(self) -> str:
        """The text as it is compared."""
        return fold(self.text)

    def bad(self, reason: str, **fields: str) -> BadRule:
        """The reason with this line; long fields are cut."""
        return BadRule(reason, self.number, **{name: field[:80] for name, field in fields.items()})


def split(text: str) -> tuple[Line, ...]:
    """The lines that say something. ";" parts lines as well, outside brackets.

    Raises ``BadRule``: no line, more than 40 lines or 2,000 characters, signs that do not print.
    """
    if len(text) > LONGEST:
        raise BadRule(gettext_noop("The rule is longer than 2,000 characters."))
    lines: list[Line] = []
    physical = text.strip().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, row in enumerate(physical, 1):
        for piece in _pieces(SENTENCE.sub("; ", row)):
            if said := _clean(piece, number):
                lines.append(Line(number if len(physical) > 1 else len(lines) + 1, said))
    if not lines:
        raise BadRule(gettext_noop("The rule is empty."))
    if len(lines) > MOST_LINES:
        raise BadRule(gettext_noop("The rule has more than 40 lines."), lines[MOST_LINES].number)
    return tuple(lines)


def _pieces(row: str) -> Iterator[str]:
    level = start = 0
    for at, sign in enumerate(row):
        level = max(0, level + (sign == "(") - (sign == ")"))
        if sign == ";" and not level:
            yield row[start:at]
            start = at + 1
    yield row[start:]


def _clean(piece: str, number: int) -> str:
    shown = "".join(sign for sign in piece if unicodedata.category(sign) != "Cf")
    said = " ".join(unicodedata.normalize("NFC", shown).split())
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in said):
        raise BadRule(gettext_noop("The line holds signs that do not print."), number)
    if found := BULLETS.match(said):
        said = said[found.end() :]
    return said.rstrip(" .")


def points(text: str, line: Line) -> Number | None:
    """Plain points, ``0,5 điểm``; None when it is something else. Raises ``BadRule`` for a number that is unclear."""
    found = POINTS.fullmatch(text)
    return Number(amount(found[1], line)) if found else None


def amount(text: str, line: Line) -> Fraction:
    """The value of ``text``, digits with or without a sign. Raises ``BadRule`` for a number that is unclear."""
    try:
        return read_number(text)
    except ValueError:
        unclear = bad_number(text)
        raise line.bad(unclear.reason, **unclear.fields) from None


@dataclass(frozen=True)
class Scope:
    """The names that a line may use: those declared around it and beside it."""

    figures: tuple[Figure, ...] = ()
    definitions: tuple[Definition, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset({figure.name for figure in self.figures} | {each.name for each in self.definitions})

    def within(self, common: Common) -> "Scope":
        """The scope inside a rule that carries ``common``."""
        return Scope(self.figures + common.figures, self.definitions + common.definitions)


def is_common(line: Line) -> bool:
    """Whether the line is one that any rule may carry."""
    key = _after_where(line.key)
    return not key or key.startswith("khi ") or _defined(key) is not None or _figure_parts(line) is not None


def read_common(lines: Sequence[Line], outer: Scope) -> Common:
    """The figures, definitions and declared cases of ``lines``, which are all common lines."""
    figures: list[Figure] = []
    definitions: list[tuple[Line, str, str]] = []
    cases: list[Line] = []
    for line in lines:
        key = _after_where(line.key)
        if key.startswith("khi "):
            cases.append(line)
        elif found := _defined(key):
            definitions.append((line, *found))
        elif parts := _figure_parts(line):
            figures.append(_figure(line, *parts))
            _refuse_known(line, figures[-1].name, outer, figures[:-1])
    scope = outer.within(Common(figures=tuple(figures)))
    defined = _definitions(definitions, scope)
    common = Common(figures=tuple(figures), definitions=defined)
    return Common(figures=common.figures, definitions=defined, declared=_declared_all(cases, outer.within(common)))


def definition_line(lines: Sequence[Line], name: str) -> Line:
    """The line that defines ``name``."""
    return next(line for line in lines if (found := _defined(_after_where(line.key))) and found[0] == name)


def _after_where(text: str) -> str:
    found = WHERE.match(text)
    return text[found.end() :] if found else text


def _defined(key: str) -> tuple[str, str] | None:
    """The two sides of a definition; ``Điểm = …`` is none."""
    name, sign, value = (part.strip() for part in key.partition("="))
    return (name, value) if sign and is_name(name) and " thì " not in name else None


def _figure_parts(line: Line) -> tuple[str, str] | None:
    name, sign, words = _after_where(line.text).partition(" là ")
    if not sign or not is_name(fold(name)) or POINTS.fullmatch(fold(words.rpartition(":")[2])):
        return None
    return fold(name), words


def _figure(line: Line, name: str, words: str) -> Figure:
    found = UNIT.search(words)
    unit = fold(found[1]) if found else ""
    if not found or len(unit.split()) > 2 or unit.startswith(NOT_UNITS):
        return Figure(name, words, is_count=counts(words))
    words = words[: found.start()].strip()
    return Figure(name, words, unit, is_count=counts(words) and unit != "%")


def counts(words: str) -> bool:
    """Whether the words declare a whole number: ``số hồ sơ …``, ``tổng số …``, but not ``số tiền …``.

    >>> counts("Số hồ sơ đúng hạn"), counts("số tiền đã nộp"), counts("tỷ lệ")
    (True, False, False)
    """
    key = fold(words)
    return key.startswith(COUNTED) and not NOT_COUNTED.match(key)


def _refuse_known(line: Line, name: str, outer: Scope, beside: Sequence[Figure]) -> None:
    if name in outer.names or any(name == figure.name for figure in beside):
        raise line.bad(gettext_noop("The name “%(name)s” is declared twice."), name=name)


def _definitions(found: Sequence[tuple[Line, str, str]], scope: Scope) -> tuple[Definition, ...]:
    made: list[Definition] = []
    later = {name for _, name, _ in found}
    for line, name, text in found:
        if name in scope.names or any(name == definition.name for definition in made):
            raise line.bad(gettext_noop("The name “%(name)s” is declared twice."), name=name)
        value = expression(line, text, {*scope.names, *later})
        known = {*scope.names, *(definition.name for definition in made)}
        used = {each.name for each in walk(value) if isinstance(each, Name)}
        if early := sorted((used & later) - known):
            raise line.bad(gettext_noop("“%(name)s” is used before it is defined, or to define itself."), name=early[0])
        made.append(Definition(name, value))
    return tuple(made)


def expression(line: Line, text: str, names: set[str] | frozenset[str]) -> Expression:
    """The expression of ``text``; a refusal names the line."""
    try:
        return parse_expression(text, names)
    except BadRule as bad:
        raise line.bad(bad.reason, **bad.fields) from None


def _declared_all(lines: Sequence[Line], scope: Scope) -> tuple[Declared, ...]:
    made: list[Declared] = []
    for line in lines:
        declared = read_declared(line, scope)
        if any((declared.case, declared.figure) == (each.case, each.figure) for each in made):
            raise line.bad(gettext_noop("This case is declared twice."))
        made.append(declared)
    return tuple(made)


def read_declared(line: Line, scope: Scope) -> Declared:
    """A line ``Khi …: …``. Raises ``BadRule`` naming what it does not know."""
    body = _after_where(line.key).removeprefix("khi ")
    case, sign, result = body.rpartition(":") if ":" in body else body.rpartition(" thì ")
    case, result = case.strip(), result.strip()
    outcome = OUTCOMES.get(result) or points(result, line)
    if not sign or outcome is None:
        raise line.bad(
            gettext_noop("Write “Khi …: không áp dụng”, “Khi …: điểm tối đa” or “Khi …: 0” for what then holds.")
        )
    if case in CASES:
        return Declared(CASES[case], outcome)
    figure = next((case.removesuffix(end).strip() for end in ("= 0", "=0", "bằng 0") if case.endswith(end)), "")
    if not figure:
        raise line.bad(
            gettext_noop(
                "The case “%(case)s” is not known. Known: a = 0, mẫu số bằng 0, không có nhiệm vụ, chỉ có một đơn vị,"
                " mọi đơn vị bằng nhau, cùng cao nhất, không có phiếu."
            ),
            case=case,
        )
    if figure not in {*scope.names, RATE}:
        raise line.bad(
            gettext_noop("The name “%(name)s” is not declared; add a line “%(name)s là …” above."), name=figure
        )
    return Declared(Case.DIVISION, outcome, figure)
