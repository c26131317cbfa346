"""What a file says about the set as a whole: a sheet of our own exports, or the lines above an official annex."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.imports import values
from criteria.imports.verdicts import RowKind, Verdict
from criteria.tree import annex as layout
from criteria.tree.bases import number_of
from units.grids import Sheet
from units.naming import folded

TITLES = re.compile(
    r"bo (?:tieu chi|chi so)|(?:tieu chi|bang|chi so) (?:danh gia|cham diem|xac dinh|thanh phan|cai cach)"
)
NUMBERS = {
    layout.SCALE_WORD: "scale",
    layout.SURVEY_WORD: "survey_points",
    layout.BONUS_CAP: "bonus_cap",
    layout.PENALTY_CAP: "penalty_cap",
}
TEXTS = {layout.TITLE: "title", layout.SET_BASIS: "legal_basis"}


@dataclass
class Facts:
    """``is_there``: the file has the sheet, so that it is an export of ours."""

    is_there: bool = False
    title: str = ""
    legal_basis: str = ""
    scale: Decimal | None = None
    survey_points: Decimal | None = None
    bonus_cap: Decimal | None = None
    penalty_cap: Decimal | None = None
    may_exceed: bool = False
    verdicts: list[Verdict] = field(default_factory=list)


def read(sheet: Sheet | None) -> Facts:
    """The sheet "Thông tin": a word and what it says, row by row."""
    found = Facts(is_there=sheet is not None)
    if sheet:
        for row in range(1, sheet.height + 1):
            verdict = Verdict(sheet.title, row, RowKind.FACT, is_hidden=row in sheet.hidden_rows)
            found.verdicts.append(verdict)
            _read(sheet, row, found, verdict)
    return found


def _read(sheet: Sheet, row: int, found: Facts, verdict: Verdict) -> None:
    word, said = sheet.cell(row, 1), sheet.cell(row, 2)
    try:
        name = values.text(word)
        verdict.text = name
        if name and any(each.text == name for each in found.verdicts[:-1]):
            verdict.refuse(word.address, _("“%(word)s” stands here twice; delete one") % {"word": values.brief(word)})
        elif name in NUMBERS:
            value, _remark = values.number(said)
            setattr(found, NUMBERS[name], value)
        elif name in TEXTS:
            setattr(found, TEXTS[name], values.text(said))
        elif name == layout.MAY_EXCEED:
            found.may_exceed = folded(values.text(said)) == folded(layout.YES)
        elif name:
            verdict.refuse(word.address, _("“%(word)s” is no fact of a criteria set") % {"word": values.brief(word)})
        else:
            verdict.kind = RowKind.BLANK
    except ValueError as reason:
        verdict.refuse(said.address, str(reason))


def heading(rows: Sequence[str]) -> tuple[str, str]:
    """Title and legal basis from the lines above the table; "" for what they do not say.

    >>> heading(["PHỤ LỤC I", "BỘ TIÊU CHÍ CẤP XÃ", "(Kèm theo Quyết định số 52/2019/QĐ-UBND)"])
    ('BỘ TIÊU CHÍ CẤP XÃ', 'Kèm theo Quyết định số 52/2019/QĐ-UBND')
    """
    title: list[str] = []
    basis = ""
    for row in rows:
        if row.startswith("("):
            basis = basis or (row.strip("()") if number_of(row) else "")
        elif row and (title or TITLES.search(folded(row))):
            title.append(row)
    return " ".join(title), basis
