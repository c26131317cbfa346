"""Fields in the text of a report: ``{{tổng điểm}}`` is filled with the current number. Plain Python.

A figure typed by hand does not follow the scores: one that equals what a field said earlier is named as stale.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from units.naming import folded

FIELD = re.compile(r"\{\{([^{}\n]{1,80})\}\}")
NUMBER = re.compile(r"(?<![\w.,/-])\d{1,9}(?:[.,]\d{1,6})?(?![\w/]|[.,-]\d)")
# A bare small number is a year's quarter, a count of meetings, a heading: too common to be called a stale figure.
TELLING = 10


@dataclass(frozen=True)
class Stale:
    """A number typed by hand: ``typed`` is what the field ``name`` said earlier, ``now`` what it says by now."""

    typed: str
    name: str
    now: str


@dataclass(frozen=True)
class Piece:
    """A part of a text. ``name``: the field that it came from, empty for typed text; ``is_known``: a field we have."""

    text: str
    name: str = ""
    is_known: bool = True


def key(name: str) -> str:
    """How names of fields are compared: without case, accents and superfluous spaces.

    >>> key("  Tổng  ĐIỂM ")
    'tong diem'
    """
    return folded(name)


def pieces(text: str, values: Mapping[str, str]) -> list[Piece]:
    """The text in parts, every known field filled. ``values``: what each field says now, by its name."""
    known = {key(name): (name, value) for name, value in values.items()}
    found: list[Piece] = []
    end = 0
    for match in FIELD.finditer(text):
        found += [Piece(text[end : match.start()])] if match.start() > end else []
        name, value = known.get(key(match[1]), (match[1].strip(), ""))
        is_known = key(match[1]) in known
        found.append(Piece(value if is_known else match[0], name, is_known))
        end = match.end()
    return found + ([Piece(text[end:])] if end < len(text) else [])


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every known field filled; an unknown one stays as it was typed.

    >>> fill("Tự chấm {{tổng điểm}} điểm, {{xếp hạng}}.", {"tổng điểm": "82,5"})
    'Tự chấm 82,5 điểm, {{xếp hạng}}.'
    """
    return "".join(piece.text for piece in pieces(text, values))


def unknown(text: str, values: Mapping[str, str]) -> list[str]:
    """The names of fields that there are not, in order, each once."""
    named = [piece.name for piece in pieces(text, values) if not piece.is_known]
    return list(dict.fromkeys(named))


def stale(text: str, values: Mapping[str, str], earlier: Mapping[str, Collection[str]]) -> list[Stale]:
    """Numbers typed by hand that equal an earlier value of a field and no value of any field now.

    ``earlier``: what each field said at some time before. Each number is named once, for the first field that had it.
    """
    current = {canonical(value) for value in values.values()}
    once: dict[str, Stale] = {}
    for typed in _typed(text, values):
        number = canonical(typed)
        if number in current or number in once or not _is_telling(number):
            continue
        for name, said in earlier.items():
            if number in {canonical(each) for each in said}:
                once[number] = Stale(typed, name, values.get(name, ""))
                break
    return list(once.values())


def _typed(text: str, values: Mapping[str, str]) -> Iterable[str]:
    for piece in pieces(text, values):
        if not piece.name:
            yield from NUMBER.findall(piece.text)


def _is_telling(number: str) -> bool:
    return "." in number or int(number) >= TELLING


def canonical(number: str) -> str:
    """One spelling of a number: decimal point, no superfluous zeros. Another text stays as it is.

    >>> canonical("82,50"), canonical("7"), canonical("Hà")
    ('82.5', '7', 'Hà')
    """
    text = number.strip().removesuffix("%").strip().replace(",", ".")
    return text.rstrip("0").rstrip(".") if "." in text else text
