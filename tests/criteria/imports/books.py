"""Workbooks of annexes for the tests, and ways to damage them."""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

HEAD = ("STT", "Lĩnh vực, tiêu chí, tiêu chí thành phần", "Điểm tối đa", "Tài liệu kiểm chứng", "Ghi chú")
INLINE = re.compile(rb'<c( r="[A-Z]+[0-9]+")(?: s="[0-9]+")? t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
TYPES = "[Content_Types].xml"
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SPACE = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
# Row 1 is the head.
GOOD: tuple[tuple[object, ...], ...] = (
    ("1", "CÔNG TÁC CHỈ ĐẠO", 4),
    ("1.1", "Kế hoạch", 2.5, "Kế hoạch năm"),
    (None, "Kịp thời", 2.5),
    (None, "Không: 0"),
    ("1.2", "Báo cáo", 1.5, "Báo cáo"),
    (None, "Có: 1,5"),
    (None, "Không: 0"),
    ("2", "TÁC ĐỘNG", 6),
    ("2.1", "Hài lòng", 6, None, "ĐTXHH"),
    (None, "Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức"),
    (None, "Tổng cộng", 10),
)


def book(
    rows: Iterable[Sequence[object]] = GOOD,
    head: Sequence[object] = HEAD,
    *,
    above: Iterable[Sequence[object]] = (),
    finish: Callable[[Worksheet], object] | None = None,
) -> bytes:
    """A workbook of one sheet: lines above, the head, the rows; ``finish`` may work on the sheet."""
    made = Workbook()
    sheet = made.worksheets[0]
    for line in (*above, head, *rows):
        sheet.append(list(line))
    if finish:
        finish(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def put(**cells: Any) -> Callable[[Worksheet], object]:
    """Write values at addresses."""

    def finish(sheet: Worksheet) -> None:
        for address, value in cells.items():
            sheet[address] = value

    return finish


@cache
def good() -> bytes:
    """The good annex with its texts in a part of their own, as Excel writes them."""
    return shared(book())


def shared(data: bytes) -> bytes:
    """The same workbook with shared texts instead of texts inside the cells."""
    texts: list[bytes] = []

    def move(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return b'<c%s t="s"><v>%d</v></c>' % (found[1], len(texts) - 1)

    with zipfile.ZipFile(BytesIO(data)) as source:
        sheet = INLINE.sub(move, source.read(SHEET))
    strings = SPACE + b"".join(b"<si><t>%s</t></si>" % text for text in texts) + b"</sst>"
    named = with_part(TYPES, lambda content: content.replace(b"</Types>", STRINGS_TYPE + b"</Types>"), data)
    return with_part(STRINGS, strings, with_part(SHEET, sheet, named))


def with_part(part: str, content: bytes | Callable[[bytes], bytes], data: bytes = b"") -> bytes:
    """The same archive with one part changed, or added."""
    out, data = BytesIO(), data or good()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            kept = source.read(name)
            if name == part:
                kept = content(kept) if callable(content) else content
            target.writestr(name, kept)
        if part not in source.namelist() and not callable(content):
            target.writestr(part, content)
    return out.getvalue()


def without(part: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(good())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
    return out.getvalue()


def replaced(part: str, old: bytes, new: bytes, data: bytes = b"") -> bytes:
    """The archive with a piece of a part's XML exchanged; the piece must be there."""

    def change(content: bytes) -> bytes:
        assert old in content, content[:2000]
        return content.replace(old, new, 1)

    return with_part(part, change, data)


def edited(data: bytes, finish: Callable[[Workbook], object]) -> bytes:
    made = load_workbook(BytesIO(data))
    finish(made)
    return saved(made)
