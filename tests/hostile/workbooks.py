"""Two hundred score workbooks that nobody should hand in: each made of a good one, each broken in its own way.

``hostile(good)`` gives (name, bytes) pairs, the same each time. None of them may be taken, cost much memory, reach out
of the machine or end in an error page.
"""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl

from assessments.selectors.workbooks import MARK

SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [%s]><x>&a;</x>'
Pair = tuple[str, bytes]


def hostile(good: bytes) -> list[Pair]:
    """Two hundred of them; ``good`` is a workbook that would be taken."""
    families = (_cut, _flipped, _no_workbook, _xxe, _bombs, _dimensions, _macros, _links, _wrong_types, _forged)
    return [pair for family in families for pair in family(good)]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in content.items():
            package.writestr(name, part)
    return out.getvalue()


def _with(good: bytes, **changed: bytes) -> bytes:
    return packed(parts(good) | {name.replace("__", "/").replace("_x_", "."): part for name, part in changed.items()})


def _ending(rows: bytes) -> Callable[[bytes], bytes]:
    """The sheet with these rows after its own."""
    return lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")


def _part(good: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    content = parts(good)
    return packed(content | {name: change(content[name])})


def _cut(good: bytes) -> Iterator[Pair]:
    """Half-written: the line broke off."""
    for number in range(50):
        yield f"cut-{number}", good[: len(good) * number // 50]


def _flipped(good: bytes) -> Iterator[Pair]:
    """Bytes changed in the XML of its parts, so that they are no XML any more."""
    rng = random.Random(66)
    content = (name for name in parts(good) if name.startswith("xl/") and name.endswith(".xml"))
    names = sorted(name for name in content if "theme" not in name)
    for number in range(30):
        name = names[number % len(names)]
        yield f"xml-{number}", _part(good, name, lambda xml: xml[: rng.randrange(1, len(xml) - 1)] + b"<")


def _no_workbook(good: bytes) -> Iterator[Pair]:
    yield from (
        ("empty", b""),
        ("text", b"hello"),
        ("csv", b"a;b\n1;2\n"),
        ("html", b"<table><tr><td>1</td></tr></table>"),
    )
    yield "pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"
    yield "old-excel", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)
    yield "zip", packed({"a.txt": b"a"})
    yield "docx", packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    yield "foreign-xlsx", _book(lambda book: None)
    yield "many-sheets", _book(lambda book: [book.create_sheet(f"s{number}") for number in range(60)])
    for missing in (SHEET, BOOK, "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"):
        content = parts(good)
        content.pop(missing)
        yield f"without-{missing}", packed(content)
    for encrypted in range(3):
        yield f"polyglot-{encrypted}", b"MZ" * (encrypted + 1) + good[: len(good) // 2]


def _book(change: Callable[[Any], object]) -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "x"
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xxe(good: bytes) -> Iterator[Pair]:
    declared = (
        b'<!ENTITY a SYSTEM "file:///etc/passwd">',
        b'<!ENTITY a SYSTEM "http://127.0.0.1:9/x">',
        b'<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;',
    )
    for name in (SHEET, STRINGS, BOOK, "xl/styles.xml", "xl/worksheets/sheet2.xml"):
        for number, entity in enumerate(declared):
            if name in parts(good):
                yield f"xxe-{name}-{number}", _with_part(good, name, ENTITIES % entity)


def _with_part(good: bytes, name: str, content: bytes) -> bytes:
    return packed(parts(good) | {name: content})


def _bombs(good: bytes) -> Iterator[Pair]:
    for number, size in enumerate((25, 40, 80)):
        yield f"bomb-{number}", _with_part(good, f"xl/media/image{number}.png", bytes(size * 1024**2))
    yield "many-entries", packed(parts(good) | {f"xl/media/{number}.txt": b"" for number in range(600)})
    lines = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(1, 60_000))
    yield "many-rows", _with_part(good, SHEET, _sheet(lines))
    yield "deep", _with_part(good, SHEET, b"<a>" * 200_000 + b"</a>" * 200_000)
    yield "elements", _with_part(good, SHEET, _sheet(b"<row/>" * 900_000))
    yield "too-large", good + bytes(6 * 1024**2)


def _sheet(rows: bytes) -> bytes:
    head = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return head + rows + b"</sheetData></worksheet>"


def _dimensions(good: bytes) -> Iterator[Pair]:
    """Cells far outside of what anybody types, twice at one place, or at no place at all."""
    for number, address in enumerate(
        ("A1048576", "XFD1", "XFD1048576", "A6000", "DZ7", "ZZZZ9", "A0", "7A", "", "A-1")
    ):
        row = b'<row r="%d"><c r="%s"><v>1</v></c></row>' % (9000 + number, address.encode())
        yield (
            f"place-{number}",
            _part(good, SHEET, _ending(row)),
        )
    twice = b'<row r="7"><c r="D7"><v>1</v></c></row>'
    for number in range(5):
        yield (
            f"twice-{number}",
            _part(good, SHEET, _ending(twice * (number + 2))),
        )
    merges = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % row for row in range(1, 6000))
    ranges = b"<mergeCells>" + merges + b"</mergeCells>"
    yield "merges", _part(good, SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + ranges))


def _macros(good: bytes) -> Iterator[Pair]:
    for number, name in enumerate(("xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/sub/vbaProject.bin")):
        yield f"macro-{number}", _with_part(good, name, bytes(100))


def _links(good: bytes) -> Iterator[Pair]:
    """External links and a foreign template in the place of the table."""
    for number in range(5):
        rels = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="rId1" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
            b'Target="http://127.0.0.1:9/%d.xml" TargetMode="External"/></Relationships>' % number
        )
        yield f"link-{number}", _with_part(good, "xl/_rels/workbook.xml.rels", rels)


def _wrong_types(good: bytes) -> Iterator[Pair]:
    """The points of the first leaf in a cell whose type and value do not go together, or make no points."""
    for kind in ("n", "b", "d", "s", "e", "str", "inlineStr", "zzz"):
        for number, value in enumerate((b"abc", b"99999999999", b"-1", b"1e999")):
            cell = b'<c r="D7" t="%s"><v>%s</v></c>' % (kind.encode(), value)
            yield f"type-{kind}-{number}", _part(good, SHEET, _replaced(cell))


def _replaced(cell: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: re.sub(rb'<c r="D7"[^>]*?/>', cell, xml, count=1)


def _forged(good: bytes) -> Iterator[Pair]:
    """The hidden sheet changed, emptied, or of another make."""
    rng = random.Random(29)
    for number in range(27):
        book = openpyxl.load_workbook(io.BytesIO(good))
        cell = book[MARK]["A2"]
        text = str(cell.value)
        at = rng.randrange(len(text))
        changed = (
            text[:at] + chr(65 + (ord(text[at]) + 1) % 26) + text[at + 1 :],
            "",
            text[:-5],
            text * 2,
            "a:b:c",
            None,
        )
        cell.value = changed[number % len(changed)]
        out = io.BytesIO()
        book.save(out)
        yield f"forged-{number}", out.getvalue()
