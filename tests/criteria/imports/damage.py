"""More than a hundred damaged annexes: files that are none, and tables that say something impossible at a cell."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from io import BytesIO
from random import Random

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.criteria.imports import books
from tests.criteria.imports.books import GOOD, HEAD, SHEET, STRINGS, book, put, replaced, with_part

Made = Callable[[], bytes]


def _cut(tenth: int) -> bytes:
    return books.good()[: len(books.good()) * tenth // 10]


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _at(**cells: object) -> bytes:
    """The good annex with other values at these addresses."""
    return book(finish=put(**cells))


def _flipped(seed: int) -> bytes:
    """Bytes inside the compressed sheet are changed: its checksum no longer fits."""
    data, random = bytearray(books.good()), Random(seed)
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        start = archive.getinfo(SHEET).header_offset + 30 + len(SHEET)
    for _ in range(8):
        data[start + random.randrange(200)] ^= 0xFF
    return bytes(data)


def _encrypted() -> bytes:
    """The flag that says that an entry is encrypted, in the directory of the archive."""
    data = bytearray(books.good())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def _word() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def _many_parts() -> bytes:
    out = BytesIO(books.good())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(600):
            archive.writestr(f"xl/media/{number}", b"")
    return out.getvalue()


def _elements() -> bytes:
    """Small enough to pass as an archive, with more cells than memory would like to hold."""
    noise = Random(1).randbytes(120_000).hex().encode()
    return replaced(
        SHEET, b"</sheetData>", b'<row r="40">' + b"<c/>" * 900_000 + b"</row></sheetData><!--" + noise + b"-->"
    )


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'


def _doctype(part: str, doctype: bytes) -> bytes:
    def change(content: bytes) -> bytes:
        head, sign, rest = content.partition(b"?>")
        return head + sign + doctype + rest if sign else doctype + content

    return with_part(part, change)


def files() -> Iterator[tuple[str, Made]]:
    """Files that are refused as a whole."""
    for tenth in range(10):
        yield f"cut at {tenth} tenths", partial(_cut, tenth)
    for seed in range(6):
        yield f"bytes flipped {seed}", partial(_flipped, seed)
    yield "text", lambda: "Tôi không phải bảng tính".encode()
    yield "csv renamed", lambda: b"STT,Ti\xc3\xaau ch\xc3\xad,\xc4\x90i\xe1\xbb\x83m\n1,A,2\n"
    yield "html renamed", lambda: b"<html><table><tr><td>STT</td></tr></table></html>"
    yield "pdf renamed", lambda: b"%PDF-1.7\n%%EOF"
    yield "old excel or password", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)
    yield "word", _word
    yield "encrypted entry", _encrypted
    yield "macros", lambda: with_part("xl/vbaProject.bin", b"x")
    yield "bomb", lambda: with_part("xl/media/bomb", bytes(4 * 1024 * 1024))
    yield "too large unpacked", lambda: with_part("xl/media/large", Random(3).randbytes(1000) * 22_000)
    yield "many parts", _many_parts
    yield "too large", lambda: books.good() + bytes(5 * 1024 * 1024)
    yield "many elements", _elements
    for part in ("xl/workbook.xml", SHEET, STRINGS, "xl/styles.xml"):
        yield f"external entity in {part}", partial(_doctype, part, ENTITY)
        yield f"entities in {part}", partial(_doctype, part, LAUGHS)
        yield f"no XML in {part}", partial(with_part, part, b"\x00\x01 no XML")
        yield f"broken XML in {part}", partial(with_part, part, _half)
    for part in ("xl/workbook.xml", "[Content_Types].xml", SHEET):
        yield f"{part} missing", partial(books.without, part)
    yield "unknown shared text", lambda: replaced(SHEET, b'<c r="A1" t="s"><v>0</v>', b'<c r="A1" t="s"><v>999</v>')
    yield "unknown style", lambda: replaced(SHEET, b'<c r="A1" t="s">', b'<c r="A1" s="99" t="s">')
    yield "cell twice", lambda: replaced(SHEET, b'<c r="B1"', b'<c r="A1"')
    yield "cell in another row", lambda: replaced(SHEET, b'<c r="B1"', b'<c r="B9"')
    yield "impossible address", lambda: replaced(SHEET, b'<c r="B1"', b'<c r="1B"')
    yield "impossible number", lambda: replaced(SHEET, b"<v>2.5</v>", b"<v>2.5.1</v>")
    yield "far row", lambda: book(finish=put(A9000="x"))
    yield "far column", lambda: book(finish=put(EZ3="x"))
    yield "no sheet has a head", lambda: book(head=("a", "b", "c"))
    yield "empty sheet", lambda: books.saved(Workbook())
    for at, name in enumerate(HEAD[:3]):
        head = [word if word != name else "Khác" for word in HEAD]
        yield f"no column {at}", partial(book, head=head)
    yield "hidden sheet", lambda: books.edited(books.saved(_hidden()), lambda made: None)


def _hidden() -> Workbook:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.append(list(HEAD))
    sheet.sheet_state = "hidden"
    made.create_sheet("Trống")
    return made


def _bold(sheet: Worksheet) -> None:
    sheet["B4"].font, sheet["C4"] = Font(bold=True), 1


def _hide(letter: str) -> Callable[[Worksheet], object]:
    return lambda sheet: setattr(sheet.column_dimensions[letter], "hidden", True)


def _merged(area: str) -> Callable[[Worksheet], object]:
    return lambda sheet: sheet.merge_cells(area)


def _second_head(sheet: Worksheet) -> None:
    for column, words in enumerate(("Điểm tối đa", "STT", "Nội dung"), 1):
        sheet.cell(9, column, words)


def _wide(columns: tuple[str, ...], **cells: object) -> Made:
    """The good annex with further columns from F on."""
    return lambda: book(head=(*HEAD, *columns), finish=put(**cells))


BAD_NUMBERS = (
    "abc",
    "1.000",
    "1,2,3",
    "--1",
    "1e5",
    "tối đa 2",
    "2 hoặc 3",
    "?",
    "½",
    "1 000",
    "10/3",
    "0",
    "-2",
    "−2,5",
)
BAD_CODES = ("abc", "1..1", "1.x1", "IIII", "1,1", "#", "(1", "1.1 Kế hoạch", "0")


def cells() -> Iterator[tuple[str, Made, str]]:
    """Tables that are read, with the cell that is refused."""
    yield from _values()
    yield from _tables()
    yield from _columns()


def _values() -> Iterator[tuple[str, Made, str]]:
    """Cells that hold what no points, code or text can be."""
    for text in BAD_NUMBERS:
        yield f"number {text}", partial(_at, C3=text), "C3"
    for value in (1.23456, 1_000_000, True, date(2022, 1, 2), 0, -1.5):
        yield f"value {value!r}", partial(_at, C3=value), "C3"
    for text in BAD_CODES:
        yield f"code {text}", partial(_at, A3=text), "A3"
    for error in ("#REF!", "#N/A", "#VALUE!"):
        for address in ("A3", "B3", "C3", "D3", "C4"):
            yield f"{error} at {address}", partial(_at, **{address: error}), address
    for address in ("A3", "B3", "C3", "D3"):
        yield f"formula at {address}", partial(_at, **{address: "=1+1"}), address
    yield "percentage", lambda: book(finish=_percentage), "C3"
    yield "code as a date", lambda: book(finish=put(A3=date(2022, 1, 1))), "A3"
    yield "code true", lambda: book(finish=put(A3=True)), "A3"


def _tables() -> Iterator[tuple[str, Made, str]]:
    """Rows that do not fit together."""
    yield "code twice", lambda: book(finish=put(A6="1.1")), "A6"
    yield "code as a number twice", lambda: book(finish=put(A3=1.1, A6=1.1)), "A6"
    yield "code far away", lambda: book((*GOOD[:-1], ("1.3", "Khác", 1))), "A12"
    yield "code twice far away", lambda: book((*GOOD[:-1], ("1.1", "Khác", 1))), "A12"
    yield "orphan", lambda: book(finish=put(A6="3.1")), "A6"
    yield "orphan two levels down", lambda: book(finish=put(A6="1.3.1")), "A6"
    yield "code jumps", lambda: book(finish=put(A6="1.3")), "A6"
    yield "area jumps", lambda: book(finish=put(A9="3")), "A9"
    yield "begins with 2", lambda: book(finish=put(A2="2")), "A2"
    yield "long code", lambda: book(finish=put(A3="1." * 15 + "1")), "A3"
    yield "no words", lambda: book(finish=put(B3=None)), "B3"
    yield "words too long", lambda: book(finish=put(B3="x" * 700)), "B3"
    yield "evidence too long", lambda: book(finish=put(D3="x" * 2100)), "D3"
    yield "rule too long", lambda: book(finish=put(B4="x" * 2100)), "B3"
    yield "row above the first code", lambda: book((("", "Phần A"), *GOOD)), "B2"
    yield "steps under an inner node", lambda: book((GOOD[0], (None, "Có: 1"), *GOOD[1:])), "B3"
    yield "evidence of an inner node", lambda: book(finish=put(D2="Kế hoạch")), "D2"
    yield "evidence below an inner node", lambda: book((GOOD[0], (None, None, None, "x"), *GOOD[1:])), "D3"
    yield "bold row without a code", lambda: book(finish=_bold), "A4"
    yield "code in the words", lambda: book(finish=put(B4="1.1.1 Ban hành", C4=None)), "A4"
    yield "points without words", lambda: book(finish=put(B4=None)), "C4"
    yield "points differ", lambda: book(finish=put(B4="Kịp thời: 2")), "C4"
    yield "bad points of a step", lambda: book(finish=put(C4=True)), "C4"
    yield "total is wrong", lambda: book(finish=put(C12=11)), "C12"
    yield "total of an area is wrong", lambda: book((*GOOD[:7], (None, "Cộng lĩnh vực I", 5), *GOOD[7:])), "C9"
    yield "total is no number", lambda: book(finish=put(C12="mười")), "C12"
    yield "merged over columns", lambda: book(finish=_merged("A3:B3")), "A3"
    yield "words merged with points", lambda: book(finish=_merged("B3:C3")), "B3"
    yield "evidence merged with note", lambda: book(finish=_merged("D3:E3")), "D3"


def _columns() -> Iterator[tuple[str, Made, str]]:
    """Heads, further columns and the sheet of facts."""
    yield "column twice", lambda: book(head=(*HEAD, "Điểm chuẩn")), "F1"
    yield "needed column hidden", lambda: book(finish=_hide("D")), "D1"
    yield "second head", lambda: book(finish=_second_head), "A9"
    yield "unknown method", _wide(("Hình thức chấm",), F3="Bốc thăm"), "F3"
    yield "unknown enterer", _wide(("Người nhập điểm",), F3="Ai đó"), "F3"
    yield "unknown side", _wide(("Nhóm điểm",), F2="Khác"), "F2"
    yield "side differs", _wide(("Nhóm điểm",), F3="Điểm thưởng"), "F3"
    yield "least not below most", _wide(("Điểm thấp nhất",), F3=3), "F3"
    yield "least no number", _wide(("Điểm thấp nhất",), F3="thấp"), "F3"
    yield "further column in a step", _wide(("Hướng dẫn",), F4="x"), "F4"
    yield "examples of an inner node", _wide(("Ví dụ tính điểm",), F2="a = 1 → 1"), "F2"
    yield "parts of an inner node", _wide(("Các phần",), F2="a) x: 1"), "F2"
    yield "rule of an inner node", _wide(("Cách tính điểm",), F2="Có: 1"), "F2"
    yield "penalty differs", _wide(("Nhóm điểm", "Điểm thấp nhất"), F9="Điểm phạt", G9=-5), "G9"
    yield "penalty above 0", _wide(("Nhóm điểm", "Điểm thấp nhất"), F9="Điểm phạt", C9=0, G9=5), "G9"
    yield "bonus and penalty", lambda: book(finish=put(B9="Điểm thưởng, điểm phạt")), "B9"
    yield "parent unknown", _wide(("Thuộc mục",), F3="9"), "F3"
    yield "code twice beside parents", _wide(("Thuộc mục",), A6="1.1"), "A6"
    yield "long code beside parents", _wide(("Thuộc mục",), A3="x" * 21), "A3"
    yield "fact unknown", lambda: _facts(("Màu sắc", "đỏ")), "A1"
    yield "fact no number", lambda: _facts(("Thang điểm", "trăm")), "B1"
    yield "codes stored alike", _alike, "A4"
    yield "fact twice", lambda: _facts(("Thang điểm", 10), ("Thang điểm", 20)), "A2"
    yield "fact an error", lambda: _facts(("#REF!", "x")), "B1"


def _percentage(sheet: Worksheet) -> None:
    sheet["C3"], sheet["C3"].number_format = 0.25, "0%"


def _alike() -> bytes:
    """1 under I is stored as I.1, which stands there in full as well; an export of ours may have gaps."""
    rows = (("I", "A", 2), ("1", "B", 1), ("I.1", "C", 1), ("II", "D", 2), ("1", "E", 2))
    return books.edited(book(rows), lambda made: made.create_sheet("Thông tin"))


def _facts(*rows: tuple[str, object]) -> bytes:
    def finish(made: Workbook) -> None:
        sheet = made.create_sheet("Thông tin")
        for row in rows:
            sheet.append(row)

    return books.edited(books.good(), finish)


def whole() -> Iterator[tuple[str, Made]]:
    """Tables in which no single cell is wrong."""
    yield "head alone", lambda: book(())
    yield "no maxima", lambda: book((("1", "A"), ("1.1", "B")))
    yield "caps below 0", lambda: _facts(("Điểm thưởng tối đa", -5))
    yield "scale beyond all", lambda: book((("1", "A", 99_999), ("2", "B", 99_999)))
    yield "long title", lambda: book(above=[("BỘ TIÊU CHÍ " + "x" * 400,)])
    yield "more by survey than the scale", lambda: _facts(("Điểm điều tra xã hội học", "20"))
