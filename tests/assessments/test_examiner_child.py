"""What is read and drawn of a document, and what the process that does it is kept from."""

import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from PIL import Image

from assessments.examiner import acts, dates, kinds, papers, workbooks
from assessments.examiner import child as child_module
from assessments.services import examining
from tests.assessments import files
from tests.assessments.test_examiner import ENTITY, archive, on_disk
from units import pdf


def said(content: bytes, kind: kinds.FileType) -> dict[str, Any]:
    with on_disk(content) as file:
        return acts.answer(file, {"act": "text", "kind": kind.content_type})


def word() -> bytes:
    document = Document()
    document.add_heading("KẾ HOẠCH")
    document.add_paragraph("Số:\t15/KH\nNgày 1")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "trái", "phải"
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "trong"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def book() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Bảng"
    sheet.append(["Tên", 1.5, date(2022, 5, 4), True])
    sheet["C3"] = "xa"
    made.create_sheet("Trống")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_word_file_is_read_as_paragraphs_and_tables() -> None:
    found = said(word(), kinds.DOCX)

    assert found["blocks"] == [
        {"text": "KẾ HOẠCH", "level": 1},
        {"text": "Số:\t15/KH\nNgày 1", "level": 0},
        {"title": "", "rows": [["trái", "trong"], ["", "phải"]]},
    ]
    assert found["text"] == "KẾ HOẠCH\nSố:\t15/KH\nNgày 1\ntrái\ttrong\n\tphải"
    assert found["is_all"]


def test_workbook_is_read_as_tables_with_days_and_decimal_commas() -> None:
    assert said(book(), kinds.XLSX)["blocks"] == [
        {"title": "Bảng", "rows": [["Tên", "1,5", "04/05/2022", "1"], ["", "", "xa"]]}
    ]


def test_open_documents_are_read() -> None:
    body = (
        '<d xmlns:text="t" xmlns:table="b"><text:h>Mục 1</text:h><text:p>a<text:s text:c="2"/>b<text:tab/>c'
        '<text:line-break/>d</text:p> <table:table table:name="T"><table:table-row>'
        '<table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
        '<table:covered-table-cell table:number-columns-repeated="9999"/></table:table-row></table:table></d>'
    )
    found = said(archive({"mimetype": kinds.ODT.content_type.encode(), "content.xml": body.encode()}), kinds.ODT)

    assert found["blocks"] == [
        {"text": "Mục 1", "level": 1},
        {"text": "a  b\tc\nd", "level": 0},
        {"title": "T", "rows": [["x", "x"]]},
    ]


def test_long_file_is_read_as_far_as_people_look(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<row><c t='inlineStr'><is><t>dòng {n}</t></is></c></row>" for n in range(3000))
    parts = {
        "xl/workbook.xml": b'<w xmlns:r="r"><sheet name="A" r:id="1"/><sheet name="B" r:id="9"/></w>',
        "xl/_rels/workbook.xml.rels": b'<r><Relationship Id="1" Target="/xl/a.xml"/></r>',
        "xl/a.xml": f"<s>{rows}</s>".encode(),
    }
    found = said(archive(parts), kinds.XLSX)

    assert (len(found["blocks"][0]["rows"]), found["is_all"]) == (2000, False)
    long = f"<w><p><t>{'a' * 300_000}</t></p><p><t>b</t></p></w>".encode()
    assert len(said(archive({"word/document.xml": long}), kinds.DOCX)["text"]) == kinds.MOST_TEXT
    monkeypatch.setattr(workbooks, "MOST_STRINGS", 1)
    shared = b"<s>" + b"<si><t>x</t></si>" * 5 + b"</s>"
    assert not said(archive({**parts, "xl/sharedStrings.xml": shared}), kinds.XLSX)["is_all"]


@pytest.mark.parametrize(
    ("content", "kind", "refusal"),
    [
        (archive({"word/document.xml": b"<w>"}), kinds.DOCX, "unreadable"),
        (archive({"word/document.xml": ENTITY}), kinds.DOCX, "entities"),
        (archive({"mimetype": b"x"}), kinds.ODT, "unreadable"),
        (b"%PDF-1.4 nothing", kinds.PDF, "unreadable"),
    ],
)
def test_file_that_cannot_be_read_says_why(content: bytes, kind: kinds.FileType, refusal: str) -> None:
    assert said(content, kind)["refused"] == refusal


def test_picture_has_no_text() -> None:
    assert said(files.image("PNG"), kinds.PNG) == {"text": ""}


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_file_that_exhausts_the_child_is_too_heavy(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def exhausted(*_: object) -> None:
        raise error

    monkeypatch.setattr(acts, "inspect", exhausted)

    assert acts.answer(io.BytesIO(), {"act": "inspect", "name": ""}) == {"refused": "heavy", "detail": ""}


def test_text_of_a_pdf_is_read_up_to_its_limit() -> None:
    source = "<p>Kế hoạch số 15</p><p style='break-before: page'>Trang hai</p>"
    content = pdf.render(f"<body>{source}</body>")

    assert "Kế hoạch số 15" in said(content, kinds.PDF)["text"]
    with on_disk(content) as file:
        assert papers.pdf_text(file, 7) == "Kế hoạc"


@pytest.mark.parametrize(
    ("kind", "content", "pages"),
    [
        (kinds.PDF, files.pdf(3), [2, 3]),
        (kinds.PNG, files.image("PNG"), []),
        (kinds.JPEG, files.image("JPEG", (3000, 200)), []),
        (kinds.TIFF, files.image("TIFF", frames=3), [2, 3]),
        (kinds.PDF, b"%PDF-1.4 nothing", []),
    ],
)
def test_pages_are_drawn_from_where_they_are_asked(kind: kinds.FileType, content: bytes, pages: list[int]) -> None:
    with on_disk(content) as file:
        drawn = list(acts.pages(file, {"kind": kind.content_type, "first": 2, "last": 9}))

    assert [number for number, _ in drawn] == pages
    assert all(image.startswith(b"\x89PNG") for _, image in drawn)


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "L"])
def test_picture_of_any_mode_is_drawn_small(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (2600, 100)).save(out, "PNG")
    with on_disk(out.getvalue()) as file:
        ((number, image),) = acts.pages(file, {"kind": "image/png", "first": 1, "last": 1})

    assert (number, Image.open(io.BytesIO(image)).size) == (1, (1240, 48))


def test_photo_is_drawn_as_the_camera_was_held() -> None:
    picture, out = Image.new("RGB", (40, 20)), io.BytesIO()
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(out, "JPEG", exif=exif)
    with on_disk(out.getvalue()) as file:
        ((_, image),) = acts.pages(file, {"kind": "image/jpeg", "first": 1, "last": 1})

    assert Image.open(io.BytesIO(image)).size == (20, 40)


def test_numbers_that_are_no_days_stay_as_they_are() -> None:
    assert [dates.date_words(text) for text in ("44562.5", "x", "9999999")] == ["01/01/2022", "x", "9999999"]


def child(act: str, content: bytes, memory: int = examining.MEMORY, seconds: int = 5, **more: object) -> bytes:
    request = json.dumps({"act": act, "memory": memory, "seconds": seconds, **more})
    with on_disk(content) as file:
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(examining.CHILD), request],
            stdin=file,
            capture_output=True,
            env={},
            cwd="/",
        )
    return done.stdout


def test_child_answers_as_the_module_does() -> None:
    assert json.loads(child("inspect", files.pdf(2), name="a.pdf"))["pages"] == 2
    assert child("pages", files.pdf(2), kind="application/pdf", first=2, last=2).startswith(b"2 ")


@pytest.mark.parametrize(
    "deed",
    [
        "socket.socket()",
        "subprocess.run(['true'])",
        "os.system('true')",
        "open('/tmp/parindex-child', 'w')",
        "os.remove('/tmp/nothing')",
        "bytearray(512 * 1024 * 1024)",
    ],
)
def test_confined_process_cannot_do_it(deed: str) -> None:
    script = (
        f"import sys, socket, subprocess, os; sys.path.insert(0, {child_module.ROOT!r})\n"
        "from assessments.examiner import child\n"
        f"child.confine(268435456, 5)\ntry:\n    {deed}\nexcept (PermissionError, MemoryError):\n    print('no')"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, env={})

    assert done.stdout == "no\n"


def test_process_that_never_ends_is_ended() -> None:
    script = (
        f"import sys; sys.path.insert(0, {child_module.ROOT!r})\nfrom assessments.examiner import child\n"
        "child.confine(268435456, 1)\nwhile True: pass"
    )
    assert subprocess.run([sys.executable, "-I", "-c", script], env={}, timeout=20).returncode < 0


@pytest.mark.parametrize("is_forbidden", [False, True])
def test_what_the_child_loads_is_compiled_once_for_it_where_that_is_allowed(
    is_forbidden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "__init__.py").write_text("WORD = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(examining, "LOADED", ("beside", "not_installed"))
    monkeypatch.setattr(sys, "dont_write_bytecode", is_forbidden)
    examining._compiled.cache_clear()

    with on_disk(files.pdf()) as file:
        found = examining.inspect(file, "a.pdf")

    assert found.pages == 1
    assert len(list(tmp_path.rglob("*.pyc"))) == (0 if is_forbidden else 1)
    examining._compiled.cache_clear()
