"""A leaf that is scored in parts, each by its own owner, and counts as one.

An optional first line ``Gộp: tổng | bình quân | thấp nhất | cao nhất`` (``tổng`` where it is left out), then a part a
line: ``a) Quản lý ngân sách: 0,5 (Sở Tài chính)``. Under ``tổng`` every part has points of its own, which sum to the
leaf's maximum. Under the other three every part is scored on the leaf's whole scale; points may be left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from criteria.scoring import rollup
from criteria.scoring.numbers import fold, number, read_number
from criteria.scoring.rollup import Part
from criteria.scoring.rules import gettext_noop
from criteria.tree.lines import last_brackets, split

MOST = 20
HEAD = re.compile(r"gộp ?: ?(.*)")
LABEL = re.compile(r"([a-zđ]|[0-9]{1,2})[).] ?(.+)", re.IGNORECASE)
POINTS = re.compile(r"(.+?) ?: ?(-?[0-9][0-9.,]*) ?(?:điểm|đ)?", re.IGNORECASE)
LETTERS = "abcdefghijklmnopqrst"


class BadFacets(ValueError):
    """The text is no list of parts. ``reason`` is a msgid with the fields of ``fields``; ``line`` counts from 1."""

    def __init__(self, reason: str, line: int, **fields: str) -> None:
        super().__init__(reason % fields)
        self.reason, self.line, self.fields = reason, line, fields


class RollUp(StrEnum):
    """How the parts' points become the leaf's."""

    SUM = "tổng"
    MEAN = "bình quân"
    LOWEST = "thấp nhất"
    HIGHEST = "cao nhất"


HOW = {RollUp.SUM: "sum", RollUp.MEAN: "mean", RollUp.LOWEST: "lowest", RollUp.HIGHEST: "highest"}


@dataclass(frozen=True)
class Facet:
    """One part. ``points``: its most, None where none are written; ``owner`` as typed, perhaps empty."""

    label: str
    name: str
    points: Decimal | None = None
    owner: str = ""


@dataclass(frozen=True)
class Facets:
    roll_up: RollUp
    parts: tuple[Facet, ...]


def parse(text: str) -> Facets:
    """The parts of a leaf. Raises ``BadFacets``.

    >>> parse("a) Ngân sách: 0,5 (Sở Tài chính)").parts
    (Facet(label='a', name='Ngân sách', points=Decimal('0.5'), owner='Sở Tài chính'),)
    """
    lines = list(split(text))
    roll_up = RollUp.SUM
    if lines and (found := HEAD.fullmatch(fold(lines[0][1]))):
        roll_up = _roll_up(found[1], lines.pop(0)[0])
    if not lines:
        raise BadFacets(gettext_noop("No part is named."), 1)
    if len(lines) > MOST:
        raise BadFacets(gettext_noop("There are more than 20 parts."), lines[MOST][0])
    return Facets(roll_up, tuple(_facets(lines)))


def _roll_up(word: str, line: int) -> RollUp:
    try:
        return RollUp(word)
    except ValueError:
        raise BadFacets(
            gettext_noop("“%(word)s” is no way to put parts together: tổng, bình quân, thấp nhất or cao nhất."),
            line,
            word=word,
        ) from None


def _facets(lines: Sequence[tuple[int, str]]) -> Iterator[Facet]:
    labels: set[str] = set()
    for at, (line, text) in enumerate(lines):
        facet = _facet(text, LETTERS[at], line)
        if facet.label in labels:
            raise BadFacets(gettext_noop("Two parts have the label “%(label)s”."), line, label=facet.label)
        labels.add(facet.label)
        yield facet


def _facet(text: str, label: str, line: int) -> Facet:
    if found := LABEL.fullmatch(text):
        label, text = found[1].lower(), found[2]
    said, owner = last_brackets(text)
    if found := POINTS.fullmatch(said):
        return Facet(label, found[1], _points(found[2], line), owner)
    return Facet(label, said, None, owner)


def _points(text: str, line: int) -> Decimal:
    try:
        value = read_number(text)
    except ValueError:
        raise BadFacets(gettext_noop("“%(points)s” is no number of points."), line, points=text) from None
    return Decimal(value.numerator) / value.denominator


def write(facets: Facets) -> str:
    """The text that ``parse`` reads back."""
    head = [] if facets.roll_up is RollUp.SUM else [f"Gộp: {facets.roll_up}"]
    return "\n".join([*head, *(_line(each) for each in facets.parts)])


def _line(facet: Facet) -> str:
    points = "" if facet.points is None else f": {number(Fraction(facet.points))}"
    return f"{facet.label}) {facet.name}{points}{f' ({facet.owner})' if facet.owner else ''}"


def roll_up(facets: Facets, points: Sequence[Fraction | None], maximum: Decimal) -> Fraction | None:
    """The leaf's points out of the parts', in the parts' order; None: does not apply (see ``scoring.rollup``).

    Raises ``ValueError`` when there is not one entry for each part, or a part of a sum says no points.
    """
    tops = [(each.points or Decimal(0)) if facets.roll_up is RollUp.SUM else maximum for each in facets.parts]
    return rollup.roll_up(HOW[facets.roll_up], [Part(*each) for each in zip(points, tops, strict=True)])


def missing_points(facets: Facets, maximum: Decimal) -> Decimal:
    """By how much the parts' points fall short of the leaf's maximum (negative: exceed it)."""
    if facets.roll_up is RollUp.SUM:
        return maximum - sum((each.points or Decimal(0) for each in facets.parts), Decimal(0))
    others = [maximum - each.points for each in facets.parts if each.points is not None]
    return next((rest for rest in others if rest), Decimal(0))
