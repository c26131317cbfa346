"""The scoring steps of a leaf: unnumbered rows under it, or lines of its own cell, as one rule's text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.imports import values
from criteria.imports.heads import Column
from criteria.imports.lines import Line, points
from criteria.scoring.notation import parse
from criteria.scoring.rules import BadRule
from criteria.tree.nodes import ZERO

C = Column
ENDS_IN_POINTS = re.compile(r"(.*[:=])\s*([-−–]?[0-9][0-9.,]*)(?: ?(?:điểm|đ))?\.?", re.IGNORECASE)
LIKE_A_STEP = re.compile(
    r"[:=]|^[-–−+*•]|^(?:trừ|cộng|bắt đầu từ|thấp nhất|cao nhất|tối đa|tối thiểu|chấm từ) [-−0-9]"
    r"|^(?:cộng (?:điểm )?các phần|lấy trường hợp|tính điểm cho)\b|^(?:hoặc|và)$",
    re.IGNORECASE,
)
LONGEST = 2_000


def of_row(line: Line) -> list[str]:
    """The lines of a rule that an unnumbered row holds: its words, with the points that stand beside them."""
    said = [*line.lines(C.NAME), *line.lines(C.RULE)]
    if not line.fills(C.MAXIMUM):
        return said
    beside = _beside(line)
    if not beside:
        return said
    if not said:
        line.refuse(C.MAXIMUM, _("points without words: write beside them what they are given for"))
        return []
    return [*said[:-1], _joined(line, said[-1], beside)]


def _beside(line: Line) -> str:
    """What the points column of the row says; words there are a formula."""
    cell = line.cells[C.MAXIMUM]
    if isinstance(cell.value, str) and not values.NUMBER.fullmatch(" ".join(cell.value.split())):
        return " ".join(line.text(C.MAXIMUM).split())
    value = line.number_in(C.MAXIMUM)
    return "" if value is None else points(value)


def _joined(line: Line, words: str, beside: str) -> str:
    found = ENDS_IN_POINTS.fullmatch(words)
    if not found:
        return f"{words.rstrip(' :')}: {beside}"
    if found[2].replace(".", ",").replace("−", "-").replace("–", "-") != beside:
        text = _("the words end in %(words)s and the points column says %(beside)s; correct one of them")
        line.refuse(C.MAXIMUM, text % {"words": found[2], "beside": beside})
    return words


@dataclass(frozen=True)
class Told:
    """What the words of a leaf came to: its name, its rule, and why the rule is a person's ("" where it is not)."""

    name: str
    rule: str
    unread: str = ""
    is_wrapped: bool = False


def tell(own: Sequence[str], below: Sequence[str], bounds: tuple[Decimal, Decimal] | None) -> Told:
    """The rule of a leaf from the lines of its own cell and of the rows below it.

    ``bounds``: the least and the most points, None while the maximum is not known. What is no rule is kept word for
    word under a first line that leaves the points to a person within the bounds.
    """
    for count in range(1, _name_lines(own) + 1):
        steps = [*own[count:], *below]
        if steps and not why_unread("\n".join(steps)):
            return Told(" ".join(own[:count]), "\n".join(steps), is_wrapped=count > 1)
    count = _name_lines(own)
    steps = [*own[count:], *below]
    name, is_wrapped = " ".join(own[:count]), count > 1
    reason = why_unread("\n".join(steps)) if steps else _("no scoring steps stand under it")
    if bounds is None:
        return Told(name, "\n".join(steps), reason, is_wrapped)
    return Told(name, "\n".join([manual(*bounds), *steps]), reason, is_wrapped)


def manual(least: Decimal, most: Decimal) -> str:
    """The line that leaves the points to a person."""
    return f"Chấm từ {points(least)} đến {points(most)} điểm"


def why_unread(text: str) -> str:
    """The reason why a text is no rule; "" for a rule."""
    try:
        parse(text)
    except BadRule as bad:
        return in_words(bad)
    return ""


def in_words(bad: BadRule) -> str:
    """The reason in the reader's language."""
    return _(bad.reason) % bad.fields if bad.fields else _(bad.reason)


def _name_lines(own: Sequence[str]) -> int:
    """How many lines of the cell are the name: all up to the first that looks like a step."""
    return next((at for at, line in enumerate(own) if at and LIKE_A_STEP.search(line)), len(own))


def bounds(maximum: Decimal | None, minimum: Decimal) -> tuple[Decimal, Decimal] | None:
    """Between what a person may score; None where that is not known."""
    return (min(minimum, ZERO), maximum) if maximum is not None and min(minimum, ZERO) < maximum else None
