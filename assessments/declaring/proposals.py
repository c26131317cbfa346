"""The points that a leaf's rule gives for what a unit declares, and what each figure still lacks."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from assessments.declaring.typed import PLACES, TWO_WAYS, Misread, plain, tidy
from criteria.scoring.cannot import BadFigure, CannotScore, MissingFigure
from criteria.scoring.evaluation import Result, evaluate
from criteria.scoring.figures import NO, YES, Value, ask, inside, is_choice, is_flag, needed, own, read_figure
from criteria.scoring.notation import parse
from criteria.scoring.numbers import fold
from criteria.scoring.rules import BadRule, Figure, Manual, Reach, Rule, Steps, gettext_noop, names_in

SYSTEM = frozenset({"số phút nộp muộn", "số giờ nộp muộn", "số ngày nộp muộn"})
"""Figures that the system knows itself: how late the dossier was handed in. Nobody types them."""
COMPARES = gettext_noop("This rule compares the units of the group: the points follow when all have declared.")
NO_NUMBER = gettext_noop("“%(figure)s”: “%(typed)s” is not a number. Write it with a decimal comma, for example 92,5.")
LATER = gettext_noop("“%(figure)s” is filled in by the system when the dossier is handed in.")


@dataclass(frozen=True)
class Trouble:
    """``reason`` is a msgid with the fields of ``words``. ``is_wrong``: the text itself cannot be taken."""

    reason: str
    words: Mapping[str, str] = field(default_factory=dict)
    is_wrong: bool = False


@dataclass(frozen=True)
class Field:
    """One figure to declare: ``key`` names it in a form, ``text`` is what was typed, ``labels`` what may be chosen."""

    key: str
    figure: Figure
    text: str = ""
    labels: tuple[str, ...] = ()
    trouble: Trouble | None = None

    @property
    def name(self) -> str:
        return self.figure.name

    @property
    def is_system(self) -> bool:
        return fold(self.figure.name) in SYSTEM

    @property
    def is_flag(self) -> bool:
        return is_flag(self.figure)

    def as_error(self) -> BadFigure:
        """What is wrong with the text, to be raised."""
        assert self.trouble is not None
        words = {name: value for name, value in self.trouble.words.items() if name != "figure"}
        return BadFigure(self.name, self.trouble.reason, **words)


@dataclass(frozen=True)
class Proposal:
    """What the rule makes of the figures.

    ``points``: rounded once, half up (away from 0), to the places that points are stored with; None while they do not
    follow. ``exact``: before rounding. ``does_not_apply``: the rule says so for these figures.
    """

    fields: tuple[Field, ...] = ()
    points: Decimal | None = None
    exact: Fraction | None = None
    derivation: str = ""
    does_not_apply: bool = False
    trouble: Trouble | None = None

    @property
    def is_rounded(self) -> bool:
        return self.exact is not None and self.points is not None and Fraction(self.points) != self.exact

    @property
    def wrong(self) -> tuple[Field, ...]:
        """Fields whose text cannot be taken."""
        return tuple(each for each in self.fields if each.trouble and each.trouble.is_wrong)


@lru_cache(maxsize=1024)
def asked(text: str) -> tuple[Figure, ...]:
    """The figures that a unit declares for a rule; none where it chooses a step or a person gives the points."""
    rule = _rule(text)
    return () if rule is None else needed(rule)


def _rule(text: str) -> Rule | None:
    """A rule that computes from figures; None for others and for text that is no rule."""
    try:
        rule = parse(text)
    except BadRule:
        return None
    return None if isinstance(rule, Steps | Manual) else rule


def stored(value: Fraction) -> Decimal:
    """Points as they are stored, rounded half up, away from 0.

    >>> stored(Fraction(1, 3)), stored(Fraction(-1, 80000))
    (Decimal('0.3333'), Decimal('0.0000'))
    """
    scaled = math.floor(abs(value) * 10**PLACES + Fraction(1, 2))
    return Decimal(scaled if value >= 0 else -scaled).scaleb(-PLACES)


def read(text: str) -> dict[str, str]:
    """Declared figures as they are stored, by name."""
    found: dict[str, str] = json.loads(text) if text else {}
    return found


def write(figures: Mapping[str, str]) -> str:
    """Figures as one text that is the same for the same figures; empty for none."""
    said = {name: text for name, text in figures.items() if text}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if said else ""


def merged(text: str, kept: str, typed: Mapping[str, str]) -> str:
    """What is stored once ``typed`` was declared for the rule ``text``: tidied, figures of the system as they were."""
    before = read(kept)
    system = {name: value for name, value in before.items() if fold(name) in SYSTEM}
    names = {each.name for each in asked(text) if fold(each.name) not in SYSTEM}
    return write({name: tidy(typed.get(name, "")) for name in names} | system)


def propose(text: str, figures: Mapping[str, str], *, maximum: Decimal, minimum: Decimal = Decimal(0)) -> Proposal:
    """What follows from figures as typed, by name. Never raises: what is missing or wrong stands in the fields.

    >>> propose("Điểm = tỷ lệ × điểm tối đa", {"tỷ lệ": "92"}, maximum=Decimal("1.8")).points
    Decimal('1.6560')
    """
    rule = _rule(text)
    if rule is None:
        return Proposal()
    labels = _labels(rule)
    values: dict[str, Value] = {}
    fields = tuple(
        _field(at, figure, figures, labels.get(figure.name, ()), values) for at, figure in enumerate(needed(rule), 1)
    )
    if not values or any(each.trouble for each in fields):
        return Proposal(fields)
    if any(name.reach is not Reach.OWN for name in names_in(rule)):
        return Proposal(fields, trouble=Trouble(COMPARES))
    try:
        return _told(fields, evaluate(rule, values, maximum=maximum, minimum=minimum))
    except CannotScore as problem:
        return _with(fields, problem)


def _field(
    at: int, figure: Figure, figures: Mapping[str, str], labels: tuple[str, ...], values: dict[str, Value]
) -> Field:
    """One figure with its text; its value is put into ``values`` where there is one."""
    text, trouble = tidy(figures.get(figure.name, "")), None
    if text:
        try:
            values[figure.name] = value_of(figure, text)
        except BadFigure as bad:
            trouble = Trouble(bad.reason, bad.fields, is_wrong=True)
    return Field(f"figure-{at}", figure, text, labels, trouble)


def value_of(figure: Figure, text: str) -> Value:
    """What a person typed or pasted for ``figure``; as ``criteria.scoring.figures.read_figure`` once it is plain.

    Raises ``BadFigure``.
    """
    said = tidy(text)
    if is_choice(figure) or "/" in said or (is_flag(figure) and fold(said) in YES | NO):
        return read_figure(figure, said)
    sign = "%" if said.endswith("%") else ""
    try:
        return read_figure(figure, plain(said.removesuffix("%")) + sign)
    except Misread as bad:
        reason = bad.reason if bad.reason == TWO_WAYS else NO_NUMBER
        raise BadFigure(figure.name, reason, **bad.fields) from None


def _labels(rule: Rule) -> dict[str, tuple[str, ...]]:
    """What may be chosen for each figure that is a step."""
    asks = ask(rule)
    return {
        own(each, asks, place)[0].name: tuple(step.label for step in each.steps)
        for each, place in inside(rule)
        if isinstance(each, Steps)
    }


def _told(fields: tuple[Field, ...], found: Result) -> Proposal:
    if found.points is None:
        return Proposal(fields, derivation=found.derivation, does_not_apply=True)
    return Proposal(fields, stored(found.points), found.points, found.derivation)


def _with(fields: tuple[Field, ...], problem: CannotScore) -> Proposal:
    """The problem at the field that it names, or else at the whole."""
    trouble = Trouble(problem.reason, problem.fields, is_wrong=isinstance(problem, BadFigure))
    if not isinstance(problem, MissingFigure | BadFigure):
        return Proposal(fields, trouble=trouble)
    if fold(problem.name) in SYSTEM:
        trouble = Trouble(LATER, {"figure": problem.name})
    placed = tuple(
        Field(each.key, each.figure, each.text, each.labels, trouble) if each.name == problem.name else each
        for each in fields
    )
    return Proposal(placed)
