"""Workbooks for the tests, as a person would fill them in."""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

HEAD = ("Mã đơn vị", "Tên đơn vị", "Mã tiêu chí", "Điểm", "Số phiếu hợp lệ")


def workbook(
    rows: Iterable[Sequence[object]],
    head: Sequence[object] = HEAD,
    *,
    above: Iterable[Sequence[object]] = (),
    finish: Callable[[Worksheet], None] | None = None,
) -> bytes:
    """A workbook of one sheet: lines above, the head, the rows; ``finish`` may work on the sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (*above, head, *rows):
        sheet.append(list(line))
    if finish:
        finish(sheet)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one part changed (added, where it is not there)."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == part else source.read(name))
        if part not in source.namelist():
            target.writestr(part, change(b""))
    return out.getvalue()


def without(data: bytes, part: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
    return out.getvalue()
