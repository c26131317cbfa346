"""Hostile files out of a seed: wrong types, bombs, tricks with names, entities, polyglots, half-written files, loops.

``made(count, port)``: the same files for the same count. Where a file can name an address, it names ``port`` on this
machine: nobody may ever ask there. Where it can name a file, it names one that holds ``CANARY``.
"""

import functools
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from tests.assessments import files

SEED = 20_221_205
CANARY = "canary-of-parindex-3f9c"
HEADS = {
    "exe": b"MZ\x90\x00",
    "elf": b"\x7fELF\x02\x01",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": b"GIF89a",
    "rar": b"Rar!\x1a\x07\x00",
    "gzip": b"\x1f\x8b\x08\x00",
    "rtf": b"{\\rtf1",
    "shell": b"#!/bin/sh\n",
    "nul": b"\x00\x00\x00\x00",
}
ENDINGS = (".pdf", ".png", ".jpg", ".tif", ".docx", ".xlsx", ".doc", ".xls", ".odt", ".ods", ".zip")
NAMES = (
    "báo\u202efdp.exe",
    "con.pdf",
    "a\x00b.pdf",
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "ế" * 85 + ".pdf",
    "e\u0302\u0301" * 85 + ".pdf",
    'a"b\r\nSet-Cookie: x=1.pdf',
    "a.pdf.exe",
    "a.exe.pdf",
    "<script>alert(1)</script>.pdf",
    "=cmd|' /C calc'!A0.pdf",
    " .pdf",
    ".pdf",
    "a.pdf ",
    "aux.txt.pdf",
    "%2e%2e%2f.pdf",
    "a\u200bb\ufeff.pdf",
    "😀.pdf",
    "x" * 4000 + ".pdf",
)


@dataclass(frozen=True)
class Hostile:
    """One file: of which kind of trick, what it is called, what it holds."""

    kind: str
    name: str
    content: bytes


@dataclass
class Maker:
    """The dice, and the address that is named wherever an address can be."""

    dice: random.Random
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.dice.randrange(10**6)}"

    def noise(self, most: int = 4000) -> bytes:
        return self.dice.randbytes(self.dice.randrange(1, most))

    def pick(self, *things: str) -> str:
        return self.dice.choice(things)


@functools.cache
def workbook() -> bytes:
    """The clock goes into it: the same bytes within a run only."""
    return files.xlsx()


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def _office(maker: Maker, main: bytes, more: dict[str, bytes] | None = None) -> tuple[str, bytes]:
    name = maker.pick("word/document.xml", "xl/workbook.xml")
    return ("a.docx" if name.startswith("word") else "a.xlsx"), zipped({name: main, **(more or {})})


# --- what is tried ----------------------------------------------------------------------------------------------------


def wrong_type(maker: Maker) -> tuple[str, bytes]:
    head = maker.dice.choice(sorted(HEADS.values()))
    return f"tài liệu{maker.pick(*ENDINGS)}", head + maker.noise()


def wrong_ending(maker: Maker) -> tuple[str, bytes]:
    content = maker.dice.choice([files.pdf(), files.image("PNG"), files.image("JPEG"), files.docx(), workbook()])
    return f"a{maker.pick('.exe', '.html', '.pdf.exe', '', '.svg', '.docm', '.js')}", content


def bad_name(maker: Maker) -> tuple[str, bytes]:
    return maker.pick(*NAMES), files.pdf() + b"\n%" + maker.noise(50)


def head_only(maker: Maker) -> tuple[str, bytes]:
    ending, content = maker.dice.choice(
        [(".pdf", files.pdf(3)), (".png", files.image("PNG")), (".jpg", files.image("JPEG")), (".xlsx", workbook())]
    )
    return f"nửa chừng{ending}", content[: maker.dice.randrange(1, len(content))]


def flipped(maker: Maker) -> tuple[str, bytes]:
    ending, content = maker.dice.choice(
        [
            (".pdf", files.pdf(2)),
            (".png", files.image("PNG")),
            (".tif", files.image("TIFF", frames=2)),
            (".jpg", files.image("JPEG")),
            (".xlsx", workbook()),
            (".zip", zipped({"a.pdf": files.pdf()})),
            (".doc", files.compound("WordDocument")),
        ]
    )
    changed = bytearray(content)
    for _ in range(maker.dice.randrange(1, 12)):
        changed[maker.dice.randrange(len(changed))] = maker.dice.randrange(256)
    return f"lật bit{ending}", bytes(changed)


def polyglot(maker: Maker) -> tuple[str, bytes]:
    inner = zipped({"a.exe": b"MZ" + maker.noise()})
    ending, content = maker.dice.choice(
        [(".pdf", files.pdf()), (".png", files.image("PNG")), (".jpg", files.image("JPEG"))]
    )
    if maker.dice.random() < 0.5:
        return f"hai trong một{ending}", content + inner
    return f"hai trong một{ending}", maker.dice.choice([b"MZ", b"<html>", b"\x7fELF"]) + maker.noise(900) + content


def macros(maker: Maker) -> tuple[str, bytes]:
    if maker.dice.random() < 0.3:
        return "a.doc", files.compound("WordDocument") + "_VBA_PROJECT".encode("utf-16-le")
    name = maker.pick("word/vbaProject.bin", "xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml")
    return _office(maker, b"<a/>", {name: maker.noise()})


def entities(maker: Maker) -> tuple[str, bytes]:
    target = maker.pick(maker.url, f"file:///tmp/{CANARY}", "file:///etc/passwd")
    body = maker.pick(
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{target}">]><a>&x;</a>',
        f'<!DOCTYPE a SYSTEM "{target}"><a/>',
        f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{target}"> %x;]><a/>',
        '<!DOCTYPE a [<!ENTITY a "'
        + "x" * 99
        + '">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 9))
        + "]><a>&a8;</a>",
    )
    return _office(maker, f'<?xml version="1.0"?>{body}'.encode(maker.pick("utf-8", "utf-16-le", "utf-16-be")))


def external(maker: Maker) -> tuple[str, bytes]:
    """Office files that want something from elsewhere when they are opened: a template, a picture, a link."""
    relation = maker.pick("attachedTemplate", "image", "oleObject", "externalLinkPath", "hyperlink", "frame")
    rels = f'<r><Relationship Id="x" Type="http://x/{relation}" Target="{maker.url}" TargetMode="External"/></r>'
    main = f'<w:document xmlns:w="w"><w:p><w:t>{maker.url}</w:t></w:p></w:document>'.encode()
    return _office(
        maker, main, {"word/_rels/document.xml.rels": rels.encode(), "xl/_rels/workbook.xml.rels": rels.encode()}
    )


def zip_bomb(maker: Maker) -> tuple[str, bytes]:
    size = maker.dice.choice([30, 60, 120]) * 1024 * 1024
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(size // 1024**2)) + packer.flush()
    declared = maker.dice.choice([size, 100, 0, 0xFFFFFFFE])
    name = maker.pick("word/document.xml", "xl/workbook.xml", "a.pdf").encode()
    entry = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 0, 0, len(packed), declared, len(name), 0)
    local = b"PK\x03\x04" + entry + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + entry[:-2] + struct.pack("<HHHHLL", 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    ending = {b"w": ".docx", b"x": ".xlsx", b"a": ".zip"}[name[:1]]
    return f"bom{ending}", local + central + end


def many_entries(maker: Maker) -> tuple[str, bytes]:
    count = maker.dice.choice([6_000, 20_000, 65_000])
    entry = b"PK\x01\x02" + bytes(42)
    start = b"PK\x03\x04" + bytes(26)
    directory = entry * count
    return "nhiều.zip", start + directory + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, maker.dice.choice([len(directory), 46]), len(start), 0
    )


def overlapping(maker: Maker) -> tuple[str, bytes]:
    one = zipped({"a.pdf": files.pdf(3)})
    at, end = one.rindex(b"PK\x01\x02"), one.rindex(b"PK\x05\x06")
    count = maker.dice.randrange(2, 400)
    directory = one[at:end] * count
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
    return "chồng.zip", one[:at] + directory + tail


def nested(maker: Maker) -> tuple[str, bytes]:
    content, name = files.pdf(), "a.pdf"
    for level in range(maker.dice.randrange(3, 30)):
        content, name = zipped({name: content}), f"{level}.zip"
    return "lồng.zip", content


def bad_member(maker: Maker) -> tuple[str, bytes]:
    name = maker.pick("a.exe", "../../a.pdf", "/etc/passwd", "a.pdf", "C:\\a.pdf", "con", "b/a.html", "a\u202efdp.exe")
    return "gói.zip", zipped({"tốt.pdf": files.pdf(), name: maker.dice.choice(sorted(HEADS.values())) + maker.noise()})


def encrypted(maker: Maker) -> tuple[str, bytes]:
    if maker.dice.random() < 0.4:
        return maker.pick("a.doc", "a.xls", "a.docx"), files.compound("EncryptedPackage")
    whole = bytearray(zipped({"a.pdf": files.pdf()}))
    whole[6] |= 1
    whole[whole.rindex(b"PK\x01\x02") + 8] |= 1
    return "khóa.zip", bytes(whole)


def _pdf(objects: list[str], more: str = "") -> bytes:
    """A PDF without a table of its objects: readers look for them."""
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer\n<</Root 1 0 R /Size {len(objects) + 1} {more}>>\n%%EOF".encode("latin-1")


def pdf_loop(maker: Maker) -> tuple[str, bytes]:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>"
    shapes = (
        ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 9>>"],
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1/Parent 2 0 R>>",
            "<</Type/Pages/Kids[2 0 R]>>",
        ],
        ["<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, "4 0 R"],
        ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 100000>>", page, "<</Length 4 0 R>>"],
        ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{'3 0 R ' * 6000}]/Count 6000>>", page],
        ["[" * maker.dice.choice([500, 5_000, 60_000]) + "]" * 9, "<</Type/Pages>>"],
        ["<<" + "/A " * maker.dice.choice([50, 90_000]) + ">>"],
    )
    prev = maker.pick("", "/Prev 9", "/Prev 0", "/XRefStm 5", "/Encrypt 2 0 R")
    return "vòng.pdf", _pdf(maker.dice.choice(shapes), prev)


def pdf_bomb(maker: Maker) -> tuple[str, bytes]:
    size = maker.dice.choice([20, 80, 200]) * 1024 * 1024
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(size // 1024**2)) + packer.flush()
    stream = zlib.compress(stream) if (twice := maker.dice.random() < 0.5) else stream
    filters = "[/FlateDecode/FlateDecode]" if twice else "/FlateDecode"
    head = _pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        ]
    )
    at = head.index(b"trailer")
    body = f"4 0 obj\n<</Length {len(stream)}/Filter{filters}>>\nstream\n".encode() + stream + b"\nendstream\nendobj\n"
    return "bom.pdf", head[:at] + body + head[at:]


def pdf_active(maker: Maker) -> tuple[str, bytes]:
    act = maker.pick(
        f"<</S/URI/URI({maker.url})>>",
        f"<</S/JavaScript/JS(app.launchURL('{maker.url}'))>>",
        f"<</S/Launch/F(\\\\\\\\127.0.0.1@{maker.port}\\\\a.exe)>>",
        f"<</S/SubmitForm/F({maker.url})>>",
        f"<</S/GoToR/F({maker.url})>>",
        f"<</S/ImportData/F(file:///tmp/{CANARY})>>",
    )
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {maker.pick('200 200', '1e9 1e9', '-5 0', '0 0', '14400 1')}]>>"
    pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return "tự chạy.pdf", _pdf([f"<</Type/Catalog/Pages 2 0 R/OpenAction {act}>>", pages, page])


def huge_picture(maker: Maker) -> tuple[str, bytes]:
    side = maker.dice.choice([20_000, 50_000, 2**31 - 1])
    if maker.dice.random() < 0.6:
        head = struct.pack(">LLBBBBB", side, side, maker.dice.choice([1, 8, 16]), maker.dice.choice([0, 2, 6]), 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(2000))), (b"IEND", b""))
        made = b"".join(struct.pack(">L", len(d)) + t + d + struct.pack(">L", zlib.crc32(t + d)) for t, d in parts)
        return "lớn.png", b"\x89PNG\r\n\x1a\n" + made
    photo = bytearray(files.image("JPEG"))
    at = photo.index(b"\xff\xc0")
    photo[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return "lớn.jpg", bytes(photo)


def odd_picture(maker: Maker) -> tuple[str, bytes]:
    """TIFF directories that point at themselves, at the end, or at a million frames; text chunks that blow up."""
    if maker.dice.random() < 0.5:
        loop = maker.dice.choice([8, 0xFFFFFFF0, 22])
        tags = b"".join(
            struct.pack("<HHLL", tag, 4, 1, value) for tag, value in ((256, 50_000), (257, 50_000), (273, 8))
        )
        return "vòng.tif", b"II*\x00" + struct.pack("<LH", 8, 3) + tags + struct.pack("<L", loop)
    text = b"a\x00\x00" + zlib.compress(bytes(50 * 1024 * 1024), 9)
    whole = files.image("PNG")
    chunk = struct.pack(">L", len(text)) + b"zTXt" + text + struct.pack(">L", zlib.crc32(b"zTXt" + text))
    return "chữ.png", whole[:33] + chunk + whole[33:]


def deep_xml(maker: Maker) -> tuple[str, bytes]:
    depth = maker.dice.choice([2_000, 60_000])
    return _office(maker, b"<a>" * depth + b"</a>" * maker.dice.choice([depth, 1]))


def big_sheet(maker: Maker) -> tuple[str, bytes]:
    """A workbook that claims more than there is: columns, repeats, indexes out of range, days of no year."""
    cell = maker.pick('<c r="ZZZZZZZZZ1"><v>1</v></c>', '<c t="s"><v>99999999</v></c>', '<c s="0"><v>1e308</v></c>')
    rows = f"<row>{cell}</row>" * maker.dice.choice([1, 60_000])
    relations = '<r><Relationship Id="1" Target="a.xml"/></r>'
    book = '<w xmlns:r="r"><sheet name="=cmd()" r:id="1"/></w>'
    parts = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relations, "xl/a.xml": f"<s>{rows}</s>"}
    return "bảng.xlsx", zipped({name: text.encode() for name, text in parts.items()})


def repeated_cells(maker: Maker) -> tuple[str, bytes]:
    number = maker.pick("999999999999", "-5", "x", "1048576")
    body = (
        '<d xmlns:t="t"><t:table t:name="A"><t:table-row><t:table-cell t:number-columns-repeated="'
        f'{number}"><t:p>{"x" * 500}<t:s t:c="{number}"/></t:p></t:table-cell></t:table-row></t:table></d>'
    )
    kind = maker.pick("text", "spreadsheet")
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": body.encode()}
    return ("a.odt" if kind == "text" else "a.ods"), zipped(parts)


def nothing(maker: Maker) -> tuple[str, bytes]:
    return f"rỗng{maker.pick(*ENDINGS)}", b"" if maker.dice.random() < 0.3 else b"\x00" * maker.dice.randrange(1, 5000)


def tricky_but_sound(maker: Maker) -> tuple[str, bytes]:
    """Pictures that are what they say, of odd shapes: they are taken, and drawn."""
    out = io.BytesIO()
    size = maker.dice.choice([(1, 20_000), (20_000, 1), (1, 1), (3000, 2000)])
    Image.new(maker.pick("1", "L", "P", "RGB", "RGBA"), size).save(out, "PNG")
    return "lạ.png", out.getvalue()


TRICKS: tuple[Callable[[Maker], tuple[str, bytes]], ...] = (
    wrong_type,
    wrong_ending,
    bad_name,
    head_only,
    flipped,
    polyglot,
    macros,
    entities,
    external,
    zip_bomb,
    many_entries,
    overlapping,
    nested,
    bad_member,
    encrypted,
    pdf_loop,
    pdf_bomb,
    pdf_active,
    huge_picture,
    odd_picture,
    deep_xml,
    big_sheet,
    repeated_cells,
    nothing,
    tricky_but_sound,
)


def made(count: int, port: int) -> Iterator[Hostile]:
    """``count`` hostile files, of every trick in turn."""
    for number in range(count):
        trick = TRICKS[number % len(TRICKS)]
        name, content = trick(Maker(random.Random(SEED + number), port))
        yield Hostile(trick.__name__, name, content)
