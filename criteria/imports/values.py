"""What a cell says: text, a code, points. Each refuses with ``ValueError`` and the reason in words."""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from django.utils.translation import gettext as _

from criteria.tree.nodes import plain
from units.grids import Cell
from units.naming import normalised

PLACES = 4
TOO_MUCH = Decimal(100_000)
EXACT = Context(prec=10, rounding=ROUND_HALF_EVEN)
# A comma is a decimal comma; a point counts as one unless exactly three digits follow, when it could mean thousands.
NUMBER = re.compile(
    r"([-−–+]?) ?(\d{1,9})(?:,(\d{1,9})|\.(\d{1,2}|\d{4,9}))?(?: ?(?:điểm|đ))?", re.IGNORECASE | re.ASCII
)
SHOWN_PLACES = re.compile(r"0\.(0{1,4})")
BRIEF = 60


def text(cell: Cell) -> str:
    """The lines of a cell, each with single spaces; "" for an empty one.

    Raises ``ValueError`` for an error value, TRUE or FALSE, and a formula that was never computed.
    """
    _refuse_what_says_nothing(cell)
    if cell.value is None:
        return ""
    if isinstance(cell.value, date):
        return f"{cell.value:%d/%m/%Y}"
    if isinstance(cell.value, int | float):
        value = Decimal(cell.value if isinstance(cell.value, int) else format(cell.value, ".15g"))
        return f"{comma(value * 100)}%" if "%" in cell.number_format else comma(value)
    rows = str(cell.value).replace("_x000D_", "").splitlines()
    return "\n".join(normalised(row) for row in rows).strip()


def brief(cell: Cell) -> str:
    """What stands in the cell, as far as a message has room for it."""
    shown = normalised(str(cell.value))
    return shown if len(shown) <= BRIEF else f"{shown[:BRIEF]}…"


def code(cell: Cell) -> str:
    """A code as it is shown: 1.10 stays 1.10 where the cell's format shows two places."""
    if cell.kind == "d":
        raise ValueError(
            _("the spreadsheet has turned this code into a date; format the column as text and type it anew")
        )
    if isinstance(cell.value, float) and (places := SHOWN_PLACES.fullmatch(cell.number_format)):
        return format(cell.value, f".{len(places[1])}f")
    shown = text(cell).replace(",", ".") if isinstance(cell.value, float) else text(cell)
    return "".join(sign for sign in normalised(shown) if unicodedata.category(sign) != "Cf")


def number(cell: Cell) -> tuple[Decimal | None, str]:
    """Points, exact, and a remark where the file held a number that only comes near; None for an empty cell."""
    _refuse_what_says_nothing(cell)
    if cell.is_empty:
        return None, ""
    if cell.kind == "d":
        raise ValueError(_("the spreadsheet has turned this number into a date; write it again as a number"))
    if isinstance(cell.value, int | float):
        if "%" in cell.number_format:
            raise ValueError(_("this is a percentage; write the points"))
        return _of_a_float(cell.value)
    found = NUMBER.fullmatch(normalised(str(cell.value)))
    if not found:
        raise ValueError(_("“%(text)s” is not a number of points; write for example 0,25") % {"text": brief(cell)})
    sign, whole, comma_places, point_places = found.groups()
    value = Decimal(f"{whole}.{comma_places or point_places or 0}")
    return _within(-value if sign in {"-", "−", "–"} and sign else value), ""


def _of_a_float(value: float) -> tuple[Decimal, str]:
    """A binary number as the decimal that was meant: 0.1 + 0.2 is 0.3, and that is said."""
    exact = Decimal(repr(value))
    if not exact.is_finite():
        raise ValueError(_("this is not a number of points"))
    if _places(exact) <= PLACES:
        return _within(exact), ""
    rounded = EXACT.plus(exact)
    remark = _("The file holds %(exact)s; %(rounded)s was taken.")
    return _within(rounded), remark % {"exact": comma(exact), "rounded": comma(rounded)}


def _within(value: Decimal) -> Decimal:
    if _places(value) > PLACES:
        raise ValueError(_("points have at most four decimal places"))
    if abs(value) >= TOO_MUCH:
        raise ValueError(_("this is more than any criterion can give"))
    return Decimal(plain(value))


def _places(value: Decimal) -> int:
    written = plain(value)
    return len(written.partition(".")[2])


def comma(value: Decimal) -> str:
    """As it is printed: 0,25."""
    return plain(value).replace(".", ",")


def _refuse_what_says_nothing(cell: Cell) -> None:
    if cell.formula and cell.value is None:
        raise ValueError(
            _("this is a formula that was never computed; open the file in Excel and save it, or paste values")
        )
    if cell.kind == "e":
        raise ValueError(_("the spreadsheet shows the error %(error)s here; correct it") % {"error": brief(cell)})
    if cell.kind == "b":
        raise ValueError(_("this is TRUE or FALSE; write words or a number"))
