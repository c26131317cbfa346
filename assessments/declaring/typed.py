"""Numbers as people type and paste them: with a decimal comma, or in any other way that can be read in one way only."""

import re
from decimal import Decimal

from criteria.scoring.rules import gettext_noop

PLACES = 4
"""Decimal places that points are stored with."""
NOT_POINTS = gettext_noop("“%(typed)s” is not a number of points. Write it with a decimal comma, for example 1,25.")
TWO_WAYS = gettext_noop("“%(typed)s” can be read in two ways. Write %(comma)s or %(plain)s.")
TOO_FINE = gettext_noop("Points have at most four decimal places.")

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
DASHES = dict.fromkeys(map(ord, "\u2212\u2013\u2010\u2011"), "-")
INVISIBLE = dict.fromkeys([0xAD, 0xFEFF, 0x2060, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
TIDY = {**FULL_WIDTH, **DASHES, **INVISIBLE}

CELLS = re.compile(r"[\t\n\v\f\r\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")
PLAIN = re.compile(r"([0-9]{1,15})(?: ?([.,]) ?([0-9]{1,9}))?")
GROUPS = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?:"
    r"(?: [0-9]{3}){1,4}|"  # 1 250: only spaces part thousands, whatever follows is a fraction
    r"(?:\.[0-9]{3}){2,4}|(?:,[0-9]{3}){2,4}|"  # 1.250.000: twice the same mark
    r"\.[0-9]{3}(?=,)|,[0-9]{3}(?=\.)"  # 1.250,5: the other mark follows
    r"))(?:(?P<mark>[.,])(?P<part>[0-9]{1,9}))?"
)


class Misread(ValueError):
    """The text is no number, or more than one. ``reason`` is a msgid with the fields of ``fields``."""

    def __init__(self, reason: str, **fields: str) -> None:
        super().__init__(reason % fields)
        self.reason, self.fields = reason, fields


def tidy(text: str) -> str:
    """Without what cannot be seen: single plain spaces, plain digits and signs in the place of full-width ones.

    Cells that were pasted together stay apart by tabs: they are two numbers, not one with its thousands parted.

    >>> tidy("\\u00a0１，５\\u200b ")
    '1,5'
    """
    cells = CELLS.split(text.translate(TIDY).strip())
    return "\t".join(" ".join(cell.split()) for cell in cells if cell.strip())


def plain(text: str) -> str:
    """The number as digits with at most one decimal comma: "-1250,5"; "" for nothing.

    >>> plain("0.25"), plain("1.250.000"), plain("1 250,5")
    ('0,25', '1250000', '1250,5')

    Raises ``Misread``: 1.250 may mean one and a quarter or one thousand two hundred and fifty, “0 25” anything.
    """
    said = tidy(text)
    minus, body = ("-", said[1:].strip()) if said.startswith("-") else ("", said)
    if found := PLAIN.fullmatch(body):
        whole, mark, part = found[1], found[2], found[3] or ""
        if mark == "." and len(part) == 3 and whole.strip("0"):
            raise Misread(TWO_WAYS, typed=said, comma=f"{minus}{whole},{part}", plain=minus + whole + part)
        return f"{minus}{whole},{part}" if part else minus + whole
    if grouped := _grouped(body):
        return minus + grouped
    if not said:
        return ""
    raise Misread(NOT_POINTS, typed=said)


def _grouped(body: str) -> str:
    """A number whose thousands are parted so that nothing else can be meant; empty for any other text."""
    found = GROUPS.fullmatch(body)
    if not found or (found["mark"] and found["mark"] in found["whole"]):
        return ""
    whole = re.sub(r"[^0-9]", "", found["whole"])
    return f"{whole},{found['part']}" if found["part"] else whole


def read_points(text: str) -> Decimal | None:
    """Points as typed, perhaps negative, with at most four decimal places; None for nothing. Raises ``Misread``.

    >>> read_points("−0,50"), read_points(" ")
    (Decimal('-0.5'), None)
    """
    number = plain(text)
    if not number:
        return None
    whole, _, part = number.partition(",")
    part = part.rstrip("0")
    if len(part) > PLACES:
        raise Misread(TOO_FINE)
    # Not “-0”: it is 0, and would be another text.
    return Decimal(f"{whole}.{part or '0'}") + 0
