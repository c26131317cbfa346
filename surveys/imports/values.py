"""What a cell means: a code, points, a number of forms. Each refuses with ``ValueError`` and the reason in words."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from surveys.imports.grid import Cell

MOST_FORMS = 1_000_000
# A comma is a decimal comma; a point counts as one unless exactly three digits follow, when it could mean thousands.
NUMBER = re.compile(r"([-−+]?)(\d{1,9})(?:,(\d{1,20})|\.(\d{1,2}|\d{4,20}))?", re.ASCII)
COUNT = re.compile(r"\d{1,9}|\d{1,3}(?:[. ]\d{3}){1,2}", re.ASCII)


def code(cell: Cell) -> str:
    if cell.kind == "d":
        raise ValueError(_("the spreadsheet has turned this code into a date; format the column as text"))
    return shown(cell)


def shown(cell: Cell) -> str:
    """The cell's text. Raises ``ValueError`` where it is computed, wrong, true/false or empty."""
    if cell.kind == "f":
        raise ValueError(_("this is a formula; paste its value"))
    if cell.kind == "e":
        raise ValueError(_("the spreadsheet shows the error %(error)s here") % {"error": cell.brief})
    if cell.kind == "b":
        raise ValueError(_("this is TRUE or FALSE, not a code or a number"))
    if not cell.text:
        raise ValueError(_("this cell is empty"))
    return cell.text


def figure(cell: Cell) -> str:
    """The text of a figure that stands in a cell of its own."""
    if cell.spread:
        raise ValueError(
            _("this cell is merged over the rows %(span)s; each row needs its own figure") % {"span": cell.spread}
        )
    if cell.kind == "d":
        raise ValueError(_("the spreadsheet has turned this figure into a date; write it again as a number"))
    return shown(cell)


def number(cell: Cell) -> Decimal:
    """Points as written, exact. Raises ``ValueError`` with the reason in words.

    >>> number(Cell("D7", "17,25", "s"))
    Decimal('17.25')
    """
    text = figure(cell)
    if cell.kind == "n":
        if "%" in cell.number_format:
            raise ValueError(_("this is a percentage; write the points"))
        value = Decimal(text)
    else:
        found = NUMBER.fullmatch(text.replace(" ", ""))
        if not found:
            raise ValueError(_("“%(text)s” is not a number of points; write for example 17,25") % {"text": cell.brief})
        sign, whole, comma, point = found.groups()
        value = Decimal(f"{'-' if sign in {'-', '−'} else ''}{whole}.{comma or point or 0}")
    if not value.is_finite():
        raise ValueError(_("“%(text)s” is not a number of points; write for example 17,25") % {"text": cell.brief})
    return value


def count(cell: Cell) -> int:
    """A number of forms; 0 where nothing is written.

    >>> count(Cell("E7", "1.250", "s"))
    1250
    """
    if cell.value is None:
        return 0
    text = figure(cell)
    if not COUNT.fullmatch(text) or int(re.sub(r"\D", "", text)) > MOST_FORMS:
        raise ValueError(_("“%(text)s” is not a whole number of forms") % {"text": cell.brief})
    return int(re.sub(r"\D", "", text))
