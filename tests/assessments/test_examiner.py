"""What a file is and holds: the module that runs as a limited child process, in this process and in the child."""

import hashlib
import io
import struct
import zipfile
import zlib
from tempfile import TemporaryFile
from typing import IO, Any

import pytest
from PIL import Image

from assessments.examiner import acts, kinds, names, papers, zips
from assessments.examiner.kinds import Refusal, RefusedFile
from tests.assessments import files


def on_disk(content: bytes) -> IO[bytes]:
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 — the test that asks for it ends first
    file.write(content)
    file.flush()
    file.seek(0)
    return file


def inspect(content: bytes, name: str) -> acts.Found:
    with on_disk(content) as file:
        return acts.inspect(file, name)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.PDF", files.pdf(), "application/pdf"),
        ("a.png", files.image("PNG"), "image/png"),
        ("a.jpeg", files.image("JPEG"), "image/jpeg"),
        ("a.tiff", files.image("TIFF"), "image/tiff"),
        ("a.docx", files.docx(), f"{kinds.OFFICE}wordprocessingml.document"),
        ("a.xlsx", files.xlsx(), f"{kinds.OFFICE}spreadsheetml.sheet"),
        ("a.odt", files.opened("text"), f"{kinds.OPEN}text"),
        ("a.ods", files.opened("spreadsheet"), f"{kinds.OPEN}spreadsheet"),
        ("a.doc", files.compound("WordDocument"), "application/msword"),
        ("a.xls", files.compound("Workbook"), "application/vnd.ms-excel"),
        ("a.xls", files.compound("Book"), "application/vnd.ms-excel"),
    ],
)
def test_file_of_the_list_is_taken(name: str, content: bytes, content_type: str) -> None:
    assert inspect(content, name).content_type == content_type


def big_directory() -> bytes:
    return files.docx()[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 2 * 1024 * 1024, 0, 0)


def zip64() -> bytes:
    whole = files.docx()
    return whole[:-22] + b"PK\x06\x07" + bytes(16) + whole[-22:]


def many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(kinds.MOST_ENTRIES + 1):
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
        ("a.zip", files.zipped(a_x_txt=b"x"), Refusal.MEMBER),
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
        ("a.png", huge_image(), Refusal.HEAVY),
    ],
)
def test_other_file_is_refused_with_its_reason(name: str, content: bytes, refusal: Refusal) -> None:
    with pytest.raises(RefusedFile) as refused:
        inspect(content, name)

    assert refused.value.refusal == refusal


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Tài liệu\\Báo cáo.pdf", "Báo cáo.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("á" * 300 + ".pdf", "á" * 125 + ".pdf"),
        ("a" * 300, "a" * 200),
        ("x." + "y" * 40, "x." + "y" * 40),
        ("con.pdf", "_con.pdf"),
        ("Lpt1", "_Lpt1"),
        ("báo cáo.", "báo cáo"),
    ],
)
def test_shown_name_is_composed_and_free_of_tricks(given: str, shown: str) -> None:
    assert names.named(given) == shown


def test_signature_inside_the_end_of_the_directory_is_no_directory() -> None:
    whole: Any = files.docx()[:-6] + b"PK\x05\x06" + bytes(2)

    with pytest.raises(RefusedFile):
        inspect(whole, "a.docx")


# --- archives ---------------------------------------------------------------------------------------------------------


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def nested(depth: int) -> bytes:
    inner = files.pdf()
    for level in range(depth):
        inner = archive({f"{level}.pdf" if not level else f"{level}.zip": inner})
    return inner


def encrypted_zip() -> bytes:
    whole = bytearray(archive({"a.pdf": files.pdf()}))
    at = whole.rindex(b"PK\x01\x02")
    whole[6] |= 1
    whole[at + 8] |= 1
    return bytes(whole)


def overlapping() -> bytes:
    """Two entries of the directory that point at the same bytes."""
    one = archive({"a.pdf": files.pdf(3)})
    at = one.rindex(b"PK\x01\x02")
    end = one.rindex(b"PK\x05\x06")
    entry = one[at:end]
    return one[:at] + entry * 3 + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(entry) * 3, at, 0)


def large_member() -> bytes:
    return archive({"a.pdf": files.pdf() + bytes(kinds.MOST_MEMBER)}, zipfile.ZIP_STORED)


def wrong_size() -> bytes:
    """An entry that declares a hundredth of what it unpacks to."""
    whole = bytearray(archive({"word/document.xml": b"<w/>" + b" " * 40_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = whole.rindex(mark)
        whole[at + offset : at + offset + 4] = struct.pack("<L", 400)
    return bytes(whole)


def test_members_of_an_archive_are_named_by_their_content() -> None:
    inner = archive({"sâu.pdf": files.pdf(2)})
    found = inspect(
        archive({"a.pdf": files.pdf(), "b/": b"", "__MACOSX/x": b"x", "Thumbs.db": b"x", "c.zip": inner}), "a.ZIP"
    )

    assert (found.content_type, found.pages) == ("application/zip", 0)
    assert [(each.name, each.size) for each in found.members] == [
        ("a.pdf", len(files.pdf())),
        ("c.zip", len(inner)),
        ("c.zip/sâu.pdf", len(files.pdf(2))),
    ]
    assert found.members[0].sha256 == hashlib.sha256(files.pdf()).hexdigest()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("name", "content", "refusal", "detail"),
    [
        ("a.zip", nested(4), Refusal.NESTED, "2.zip"),
        ("a.zip", encrypted_zip(), Refusal.ENCRYPTED, ""),
        ("a.zip", overlapping(), Refusal.BOMB, ""),
        ("a.docx", wrong_size(), Refusal.UNREADABLE, ""),
        ("a.zip", archive({"a.exe": b"MZ" + bytes(90)}), Refusal.MEMBER, "a.exe"),
        ("a.zip", archive({"a.docx": files.zipped(word__document_x_xml=ENTITY)}), Refusal.ENTITIES, "a.docx"),
        ("a.zip", large_member(), Refusal.HEAVY, "a.pdf"),
        ("a.zip", archive({"__MACOSX/a": b"x"}), Refusal.EMPTY, ""),
        ("a.zip", archive({"a.pdf": files.pdf()}, zipfile.ZIP_BZIP2), Refusal.UNREADABLE, ""),
        ("a.docx", files.zipped(word__document_x_xml=ENTITY), Refusal.ENTITIES, ""),
        ("a.docx", files.zipped(word__document_x_xml=ENTITY.decode().encode("utf-16-le")), Refusal.ENTITIES, ""),
        ("a.pptx", files.zipped(ppt__a_x_xml=b"<a/>", **{"[Content_Types]_x_xml": b"<a/>"}), Refusal.UNKNOWN_TYPE, ""),
        (
            "a.odt",
            archive({"mimetype": f"{kinds.OPEN}text".encode(), "Basic/Standard/m.xml": b"<a/>"}),
            Refusal.MACROS,
            "",
        ),
        ("a.doc", files.compound("EncryptedPackage"), Refusal.ENCRYPTED, ""),
        ("a.pdf", files.pdf() + archive({"a.exe": b"MZ"}), Refusal.TWO_KINDS, ""),
        ("a.jpg", files.image("JPEG", (600, 400))[:900], Refusal.UNREADABLE, ""),
        (
            "a.pdf",
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj "
            b"trailer<</Root 1 0 R>>",
            Refusal.UNREADABLE,
            "",
        ),
    ],
)
def test_archive_or_trick_is_refused_with_its_reason(name: str, content: bytes, refusal: Refusal, detail: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        inspect(content, name)

    assert (refused.value.refusal, refused.value.detail) == (refusal, detail)


def untrue(content: bytes, declared: int, checksum: int) -> bytes:
    """A DOCX whose only part unpacks to ``content``, while its directory declares something else."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, name = packer.compress(content) + packer.flush(), b"word/document.xml"
    entry = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 0, checksum, len(packed), declared, len(name), 0)
    local = b"PK\x03\x04" + entry + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + entry[:-2] + struct.pack("<HHHHLL", 0, 0, 0, 0, 0, 0) + name
    return local + central + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)


@pytest.mark.parametrize(
    ("content", "declared", "checksum", "refusal"),
    [
        # Python's own reader takes this one for an empty file with the right checksum.
        (bytes(30 * 1024 * 1024), 0, 0, Refusal.BOMB),
        (bytes(30 * 1024 * 1024), 100, zlib.crc32(bytes(100)), Refusal.BOMB),
        (b"<a/>", 0, 0, Refusal.UNREADABLE),
        (b"<a/>", 2, zlib.crc32(b"<a/>"), Refusal.UNREADABLE),
        (b"<a/>", 9, zlib.crc32(b"<a/>"), Refusal.UNREADABLE),
    ],
)
def test_size_that_an_archive_declares_is_not_believed(
    content: bytes, declared: int, checksum: int, refusal: Refusal
) -> None:
    with pytest.raises(RefusedFile) as refused:
        inspect(untrue(content, declared, checksum), "a.docx")

    assert refused.value.refusal == refusal


def test_archive_that_declares_the_truth_is_taken() -> None:
    assert inspect(untrue(b"<a/>", 4, zlib.crc32(b"<a/>")), "a.docx").members == []


def test_archive_of_archives_shares_one_budget() -> None:
    inner = archive({f"{number}.pdf": b"%PDF-" + bytes(400_000) for number in range(3)})

    with pytest.raises(RefusedFile) as refused:
        inspect(archive({f"{number}.zip": inner for number in range(3)}), "a.zip")

    assert refused.value.refusal in {Refusal.BOMB, Refusal.MEMBER}


def test_archive_with_too_many_entries_in_all_is_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_ENTRIES", 3)

    with pytest.raises(RefusedFile) as refused:
        inspect(archive({"a.zip": archive({f"{n}.pdf": files.pdf() for n in range(3)})}), "a.zip")

    assert refused.value.refusal == Refusal.BOMB


@pytest.mark.parametrize("tail", [b"PK\x05\x06", b"PK\x05\x06" + bytes(18)])
def test_mark_of_an_archive_at_the_end_of_a_pdf_makes_none(tail: bytes) -> None:
    assert inspect(files.pdf() + tail, "a.pdf").pages == 1


@pytest.mark.parametrize(
    ("content", "active"),
    [
        (b"/OpenAction 3 0 R /S /J#61vaScript /JS (app.alert)", ["opening", "script"]),
        (b"/S/Launch/F(cmd.exe) /EmbeddedFile", ["attachment", "launch"]),
        (b"/JSx /Launcher", []),
    ],
)
def test_what_moves_in_a_pdf_is_found(content: bytes, active: list[str]) -> None:
    assert papers.active_content(content) == active


def test_too_many_pages_are_too_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_PAGES", 1)

    for name, content in (("a.pdf", files.pdf(2)), ("a.tif", files.image("TIFF", frames=2))):
        with pytest.raises(RefusedFile) as refused:
            inspect(content, name)
        assert refused.value.refusal == Refusal.HEAVY
