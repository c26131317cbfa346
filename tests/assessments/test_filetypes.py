import io
import struct
import zipfile
from typing import Any

import pytest
from PIL import Image

from assessments.services import filetypes
from assessments.services.filetypes import Refusal, RefusedFile
from tests.assessments import files


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.PDF", files.pdf(), "application/pdf"),
        ("a.png", files.image("PNG"), "image/png"),
        ("a.jpeg", files.image("JPEG"), "image/jpeg"),
        ("a.tiff", files.image("TIFF"), "image/tiff"),
        ("a.docx", files.docx(), f"{filetypes.OFFICE}wordprocessingml.document"),
        ("a.xlsx", files.xlsx(), f"{filetypes.OFFICE}spreadsheetml.sheet"),
        ("a.odt", files.opened("text"), f"{filetypes.OPEN}text"),
        ("a.ods", files.opened("spreadsheet"), f"{filetypes.OPEN}spreadsheet"),
        ("a.doc", files.compound("WordDocument"), "application/msword"),
        ("a.xls", files.compound("Workbook"), "application/vnd.ms-excel"),
        ("a.xls", files.compound("Book"), "application/vnd.ms-excel"),
    ],
)
def test_file_of_the_list_is_taken(name: str, content: bytes, content_type: str) -> None:
    assert filetypes.inspect(content, name)[0].content_type == content_type


def big_directory() -> bytes:
    return files.docx()[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 2 * 1024 * 1024, 0, 0)


def zip64() -> bytes:
    whole = files.docx()
    return whole[:-22] + b"PK\x06\x07" + bytes(16) + whole[-22:]


def many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(filetypes.MOST_ENTRIES + 1):
            archive.writestr(f"{number}", b"")
    return out.getvalue()


def locked_pdf() -> bytes:
    return files.pdf().replace(b"/Root", b"/Encrypt 1 0 R /Root")


def huge_image() -> bytes:
    out = io.BytesIO()
    Image.new("1", (8_000, 7_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("a.pdf", b"", Refusal.EMPTY),
        ("a.pdf", b"MZ" + bytes(600), Refusal.UNKNOWN_TYPE),
        ("a.pdf", b"\x00\x01\x02\x03", Refusal.UNKNOWN_TYPE),
        ("a.pdf", b"<html><script>1</script></html>", Refusal.UNKNOWN_TYPE),
        ("a.gif", b"GIF89a" + bytes(100), Refusal.UNKNOWN_TYPE),
        ("a.png", files.pdf(), Refusal.WRONG_NAME),
        ("a.pdf.exe", files.pdf(), Refusal.WRONG_NAME),
        ("a", files.pdf(), Refusal.WRONG_NAME),
        ("a.docx", files.xlsx(), Refusal.WRONG_NAME),
        ("a.xls", files.compound("WordDocument"), Refusal.WRONG_NAME),
        ("a.doc", files.compound("Visio"), Refusal.UNKNOWN_TYPE),
        ("a.doc", files.compound("WordDocument") + "_VBA_PROJECT".encode("utf-16-le"), Refusal.MACROS),
        ("a.docx", files.zipped(word__document_x_xml=b"x", word__vbaProject_x_bin=b"x"), Refusal.MACROS),
        ("a.zip", files.zipped(a_x_txt=b"x"), Refusal.UNKNOWN_TYPE),
        ("a.odt", files.opened("presentation"), Refusal.UNKNOWN_TYPE),
        ("a.docx", b"PK\x03\x04" + bytes(100), Refusal.UNREADABLE),
        ("a.docx", files.docx()[:-4], Refusal.UNREADABLE),
        ("a.docx", files.docx().replace(b"PK\x01\x02", b"PK\x01\x00"), Refusal.UNREADABLE),
        ("a.docx", files.zipped(word__document_x_xml=bytes(2_000_000)), Refusal.BOMB),
        ("a.odt", files.zipped(mimetype=bytes(5_000), a=b"x" * 30), Refusal.BOMB),
        ("a.docx", many_entries(), Refusal.BOMB),
        ("a.docx", big_directory(), Refusal.BOMB),
        ("a.docx", zip64(), Refusal.BOMB),
        ("a.pdf", b"%PDF-1.4 nothing more", Refusal.UNREADABLE),
        ("a.pdf", locked_pdf(), Refusal.UNREADABLE),
        ("a.png", files.image("PNG")[:20], Refusal.UNREADABLE),
        ("a.png", huge_image(), Refusal.UNREADABLE),
    ],
)
def test_other_file_is_refused_with_its_reason(name: str, content: bytes, refusal: Refusal) -> None:
    with pytest.raises(RefusedFile) as refused:
        filetypes.inspect(content, name)

    assert refused.value.refusal == refusal


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Tài liệu\\Báo cáo.pdf", "Báo cáo.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("á" * 300 + ".pdf", "á" * 196 + ".pdf"),
    ],
)
def test_shown_name_is_composed_and_free_of_tricks(given: str, shown: str) -> None:
    assert filetypes.named(given) == shown


def test_signature_inside_the_end_of_the_directory_is_no_directory() -> None:
    whole: Any = files.docx()[:-6] + b"PK\x05\x06" + bytes(2)

    with pytest.raises(RefusedFile):
        filetypes.inspect(whole, "a.docx")
