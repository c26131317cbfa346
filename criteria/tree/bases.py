"""What a set or a leaf rests on: one reference a line, a document's number with the place in it.

``52/2019/QĐ-UBND, Điều 7 khoản 1``. Every text can be read; a line without a number refers to no known document.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from criteria.scoring.numbers import fold
from criteria.tree.lines import split

NUMBER = re.compile(
    r"(?<![\w/])(\d{1,6}[a-zđ]?)\s?/\s?(?:(\d{4})\s?/\s?)?([A-ZĐ]{1,8}\d{0,3}(?:-[A-ZĐ]{1,8}[a-z]?)*)(?![\w/])"
)
OTHER_D = str.maketrans("ÐƉ", "ĐĐ")
"""Letters that look like Đ and are typed for it."""
EDGES = " ,.:;-–"


@dataclass(frozen=True)
class Basis:
    """One reference. ``words``: the line as typed; ``number`` "" where it names none; ``place``: what follows it."""

    words: str
    number: str = ""
    place: str = ""


def parse(text: str) -> tuple[Basis, ...]:
    """The references of a text. ";" parts two on a line when a number follows it.

    >>> [(each.number, each.place) for each in parse("Quyết định số 52/2019/QĐ-UBND, Điều 7; 76/NQ-CP")]
    [('52/2019/QĐ-UBND', 'Điều 7'), ('76/NQ-CP', '')]
    """
    return tuple(_basis(words) for _, line in split(text) for words in _references(line))


def _references(line: str) -> list[str]:
    found: list[str] = []
    for piece in line.split(";"):
        if found and not NUMBER.search(piece.translate(OTHER_D)):
            found[-1] += f";{piece}"
        else:
            found.append(piece.strip())
    return [each for each in found if each]


def _basis(words: str) -> Basis:
    found = NUMBER.search(words.translate(OTHER_D))
    if not found:
        return Basis(words)
    return Basis(words, number_of(found[0]), words[found.end() :].strip(EDGES))


def number_of(text: str) -> str:
    """The first document number in a text, without inner spaces; "" where there is none.

    >>> number_of("Nghị định số 30 /2020/NÐ-CP")
    '30/2020/NĐ-CP'
    """
    found = NUMBER.search(text.translate(OTHER_D))
    return "/".join(part for part in found.groups() if part) if found else ""


def key(number: str) -> str:
    """As numbers are compared: case, spaces and the look-alikes of Đ aside."""
    return fold(number.translate(OTHER_D)).replace(" ", "")


def write(bases: Iterable[Basis]) -> str:
    """The text that ``parse`` reads back."""
    return "\n".join(each.words for each in bases)


@dataclass(frozen=True)
class Entry:
    """What a library says of a document. ``replaced_by``: a number, or ""; then it is no longer in force."""

    number: str
    issued_on: date | None = None
    issuer: str = ""
    subject: str = ""
    source: str = ""
    is_repealed: bool = False
    repealed_on: date | None = None
    replaced_by: str = ""
