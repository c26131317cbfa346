"""Text of a cell into a value. Each reader raises ``BadCell`` with a sentence for the person who wrote the file."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

from results.bundle.rows import gettext_noop

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CODE = re.compile(r"[\w.\-]+")
SLUG = re.compile(r"[A-Za-z0-9_-]+")
FLAGS = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
YEARS = range(1900, 2200)
Reader = Callable[[str], object]


class BadCell(ValueError):
    """The cell cannot be read. ``text`` is an English msgid, ``values`` fill it."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


def text(most: int, *, required: bool = False) -> Reader:
    """Normalised text of at most ``most`` characters on one line."""

    def read(cell: str) -> str:
        value = " ".join(unicodedata.normalize("NFC", cell).split())
        return _checked(value, most, required)

    return read


def lines(most: int) -> Reader:
    """Text that may run over several lines."""

    def read(cell: str) -> str:
        value = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").strip()
        _checked(value.replace("\n", " ").replace("\r", " ").replace("\t", " "), most, False)
        return value

    return read


def _checked(value: str, most: int, required: bool) -> str:
    if required and not value:
        raise BadCell(gettext_noop("must not be empty"))
    if len(value) > most:
        raise BadCell(gettext_noop("is longer than %(most)s characters"), most=most)
    if any(unicodedata.category(char) == "Cc" for char in value):
        raise BadCell(gettext_noop("contains a control character"))
    return value


def code(most: int, *, required: bool = True) -> Reader:
    """A code: letters, digits, dot, hyphen, underscore."""
    plain = text(most, required=required)

    def read(cell: str) -> str:
        value = str(plain(cell))
        if value and not CODE.fullmatch(value):
            raise BadCell(gettext_noop("“%(value)s” may contain letters, digits, “.”, “-” and “_” only"), value=value)
        return value

    return read


def slug(most: int) -> Reader:
    """A code that also stands in addresses: unaccented letters, digits, hyphen, underscore."""
    plain = code(most)

    def read(cell: str) -> str:
        value = str(plain(cell))
        if not SLUG.fullmatch(value):
            raise BadCell(gettext_noop("“%(value)s” may contain a–z, digits, “-” and “_” only"), value=value)
        return value

    return read


def choice(allowed: Iterable[str], *, required: bool = True, default: str = "") -> Reader:
    """One word of a list. An empty cell says ``default``, where the word is not required."""
    words = list(allowed)

    def read(cell: str) -> str:
        value = cell.strip()
        if not value and not required:
            return default
        if value in words:
            return value
        raise BadCell(gettext_noop("“%(value)s” is not one of: %(words)s"), value=value[:40], words=", ".join(words))

    return read


def points(cell: str) -> Decimal:
    """Points: not negative, a decimal point, at most five digits before and four after it."""
    value = signed_points(cell)
    if value < 0:
        raise BadCell(gettext_noop("must not be negative"))
    return value


def signed_points(cell: str) -> Decimal:
    """Points that may be negative; 0 for an empty cell is up to the caller."""
    value = cell.strip()
    if not DECIMAL.fullmatch(value):
        raise BadCell(gettext_noop("“%(value)s” is not a number; write it with a decimal point"), value=value[:40])
    whole, _, fraction = value.removeprefix("-").partition(".")
    if len(whole) > 5 or len(fraction) > 4:
        raise BadCell(gettext_noop("takes at most 5 digits before and 4 after the decimal point"))
    return Decimal(value)


def least_points(cell: str) -> Decimal:
    """The least that a criterion gives: 0 where nothing is stated, and it may be below."""
    return signed_points(cell or "0")


def maybe_points(cell: str) -> Decimal | None:
    return points(cell) if cell.strip() else None


def whole(least: int, most: int, default: int | None = None) -> Reader:
    """A whole number within limits."""

    def read(cell: str) -> int:
        value = cell.strip()
        if not value and default is not None:
            return default
        if re.fullmatch(r"-?[0-9]{1,9}", value) and least <= int(value) <= most:
            return int(value)
        raise BadCell(
            gettext_noop("“%(value)s” is not a whole number from %(least)s to %(most)s"),
            value=value[:40],
            least=least,
            most=most,
        )

    return read


def flag(cell: str) -> bool:
    value = cell.strip().lower()
    if value not in FLAGS:
        raise BadCell(gettext_noop("“%(value)s” is neither yes nor no"), value=value[:40])
    return FLAGS[value]


def day(cell: str) -> date:
    """A date written as 2022-12-31."""
    value = cell.strip()
    try:
        if DAY.fullmatch(value) and (found := date.fromisoformat(value)).year in YEARS:
            return found
    except ValueError:
        pass
    raise BadCell(gettext_noop("“%(value)s” is not a date like 2022-12-31"), value=value[:40])


def maybe_day(cell: str) -> date | None:
    return day(cell) if cell.strip() else None


def first_day(cell: str) -> date:
    """The day a life span begins; the far past where it is not stated."""
    return day(cell) if cell.strip() else date(1900, 1, 1)


def instant(cell: str) -> datetime:
    """A date and a time with its offset from UTC."""
    value = cell.strip()
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo and found.year in YEARS and DAY.match(value):
            return found
    except ValueError:
        pass
    raise BadCell(gettext_noop("“%(value)s” is not an instant like 2022-11-25T00:00:00+07:00"), value=value[:40])


def maybe_instant(cell: str) -> datetime | None:
    return instant(cell) if cell.strip() else None
