"""Numbers as officials write them: decimal comma, percent sign, never rounded."""

import re
import unicodedata
from fractions import Fraction

WHOLE_DIGITS, PLACES = 9, 6
UNSIGNED = re.compile(r"([0-9]+)(?:([,.])([0-9]+))?")
FRACTION = re.compile(r"(-?)([0-9]+)/([0-9]+)")
DASHES = str.maketrans({"−": "-", "–": "-"})


def fold(text: str) -> str:
    """Lower case, composed letters, single spaces, one kind of dash, one spelling of "tỷ lệ": as text is compared.

    >>> fold("  Số  hồ sơ − Tỉ lệ")
    'số hồ sơ - tỷ lệ'
    """
    said = " ".join(unicodedata.normalize("NFC", text.translate(DASHES).lower()).split())
    return said.replace("tỉ lệ", "tỷ lệ")


def number(value: Fraction) -> str:
    """Exactly, with a decimal comma; as a fraction when no number of places is enough.

    >>> number(Fraction(1, 4)), number(Fraction(-3)), number(Fraction(1, 3))
    ('0,25', '-3', '1/3')
    """
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    whole = len(digits) - places
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:whole]},{digits[whole:]}" if places else f"{sign}{digits}"


def percent(value: Fraction) -> str:
    """A share as a percentage.

    >>> percent(Fraction(23, 25)), percent(Fraction(1, 3))
    ('92%', '100/3%')
    """
    return f"{number(value * 100)}%"


def unsigned(text: str) -> Fraction:
    """The value of digits with at most one comma or point.

    Raises ``ValueError``: no number, more than 9 digits before or 6 after the comma, or a point before exactly three
    digits, which may have been meant to part thousands.
    """
    found = UNSIGNED.fullmatch(text)
    if not found or len(found[1]) > WHOLE_DIGITS or len(found[3] or "") > PLACES:
        raise ValueError(text)
    if found[2] == "." and len(found[3]) == 3:
        raise ValueError(text)
    return Fraction(int(found[1] + (found[3] or "")), 10 ** len(found[3] or ""))


def read_number(text: str) -> Fraction:
    """A number as a person types it: ``0,25``, ``0.25``, ``-1``, ``92%``, ``1/3``.

    Raises ``ValueError`` for anything else, see ``unsigned``.

    >>> read_number("92 %"), read_number("−0,5"), read_number("1/3")
    (Fraction(23, 25), Fraction(-1, 2), Fraction(1, 3))
    """
    folded = fold(text).replace(" / ", "/")
    if (found := FRACTION.fullmatch(folded)) and unsigned(found[3]):
        return unsigned(found[2]) / unsigned(found[3]) * (-1 if found[1] else 1)
    body = folded.removeprefix("-").strip()
    value = unsigned(body.removesuffix("%").rstrip())
    value = value / 100 if body.endswith("%") else value
    return -value if folded.startswith("-") else value
