"""Score workbooks as people send them back: made by us, changed with openpyxl or in their XML."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl

from assessments import merging
from assessments.documents.roundtrip import PLACE, roundtrip
from assessments.imports.roundtrip import read
from assessments.merging import Returned, Row
from assessments.models import Assessment
from assessments.selectors import sheets


def everything(leaf: int) -> bool:
    return leaf > 0


def made(assessment: Assessment) -> bytes:
    return roundtrip(sheets.sheet(assessment), everything)


def cell(page: Any, code: str, name: str) -> Any:
    """The cell of a leaf by its code; a figure's cell stands in the row below."""
    row = next(row for row in range(6, page.max_row + 1) if page.cell(row, 1).value == code)
    return page.cell(row + (name == "figures"), PLACE[name])


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody changed its sheet and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(assessment: Assessment, code: str, **values: object) -> bytes:
    """The workbook with something typed into the row of a leaf."""

    def change(page: Any) -> None:
        for name, value in values.items():
            cell(page, code, name).value = value

    return edited(made(assessment), change)


def brought(assessment: Assessment, code: str, **values: object) -> Row:
    """The row of a leaf as it is read after something was typed into it."""
    return row_of(read(typed(assessment, code, **values), assessment), code)


def row_of(returned: Returned, code: str) -> Row:
    return next(row for row in returned.rows if row.code == code)


def kinds(row: Row) -> list[merging.Trouble]:
    return [each.kind for each in row.findings]


def with_part(data: bytes, name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """The package with one of its parts replaced, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.namelist():
            old = source.read(each)
            target.writestr(each, (content(old) if callable(content) else content) if each == name else old)
        if name not in source.namelist():
            assert isinstance(content, bytes)
            target.writestr(name, content)
    return out.getvalue()
