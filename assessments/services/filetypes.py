"""What a file is, decided by its content: allow-list, agreement with the name, zip bombs, pages."""

import io
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

import puremagic

from assessments.selectors import Unreadable, page_count

HEAD = 4096
MOST_ENTRIES = 5_000
MOST_DIRECTORY = 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_RATIO = 200
LONGEST_NAME = 200


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    WRONG_NAME = "wrong_name"
    UNREADABLE = "unreadable"
    MACROS = "macros"
    BOMB = "bomb"
    QUOTA = "quota"


class RefusedFile(Exception):
    """The file was not stored."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class FileType:
    """A kind of document that is taken. ``inside`` is what a container of this kind holds."""

    content_type: str
    extensions: tuple[str, ...]
    inside: str = ""


OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
PLAIN = (
    FileType("application/pdf", (".pdf",)),
    FileType("image/png", (".png",)),
    FileType("image/jpeg", (".jpg", ".jpeg", ".jfif")),
    FileType("image/tiff", (".tif", ".tiff")),
)
ZIPPED = (
    FileType(f"{OFFICE}wordprocessingml.document", (".docx",), "word/document.xml"),
    FileType(f"{OFFICE}spreadsheetml.sheet", (".xlsx",), "xl/workbook.xml"),
)
OPEN_DOCUMENTS = (FileType(f"{OPEN}text", (".odt",)), FileType(f"{OPEN}spreadsheet", (".ods",)))
COMPOUND = (
    FileType("application/msword", (".doc",), "WordDocument"),
    FileType("application/vnd.ms-excel", (".xls",), "Workbook"),
    FileType("application/vnd.ms-excel", (".xls",), "Book"),
)
EXTENSIONS = tuple(
    dict.fromkeys(each for kind in (*PLAIN, *ZIPPED, *OPEN_DOCUMENTS, *COMPOUND) for each in kind.extensions)
)
COMPOUND_HEAD = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP_HEAD, ZIP_END, ZIP64 = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
END = struct.Struct("<4s4H2LH")


def named(name: str) -> str:
    """The file's name fit to be shown: composed, without path, controls and direction marks, its extension kept.

    >>> named("../Báo\\tcáo\\u202efdp.exe")
    'Báocáofdp.exe'
    """
    composed = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    shown = "".join(char for char in composed if unicodedata.category(char)[0] != "C").strip()
    extension = PurePosixPath(shown).suffix[:10]
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - len(extension)] + extension


def inspect(content: bytes, name: str) -> tuple[FileType, int]:
    """The type of the file and its pages (0: not shown as pages). Raises ``RefusedFile``."""
    if not content:
        raise RefusedFile(Refusal.EMPTY)
    kind = _kind(content)
    if PurePosixPath(name).suffix.lower() not in kind.extensions:
        raise RefusedFile(Refusal.WRONG_NAME)
    try:
        return kind, page_count(content, kind.content_type)
    except Unreadable as error:
        raise RefusedFile(Refusal.UNREADABLE) from error


def _kind(content: bytes) -> FileType:
    """The type of the allow-list that the content is; the name has no say."""
    if content.startswith(ZIP_HEAD):
        return _zipped(content)
    if content.startswith(COMPOUND_HEAD):
        return _compound(content)
    try:
        found = {match.extension.lower() for match in puremagic.magic_string(content[:HEAD])}
    except puremagic.PureError:
        found = set()
    for kind in PLAIN:
        if found.intersection(kind.extensions):
            return kind
    raise RefusedFile(Refusal.UNKNOWN_TYPE)


def _compound(content: bytes) -> FileType:
    """Word and Excel until 2003 share one container; its directory names in UTF-16 what it holds."""
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise RefusedFile(Refusal.MACROS)
    for kind in COMPOUND:
        if kind.inside.encode("utf-16-le") + b"\0\0" in content:
            return kind
    raise RefusedFile(Refusal.UNKNOWN_TYPE)


def _zipped(content: bytes) -> FileType:
    _assert_small_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _assert_no_bomb(entries, len(content))
            names = {entry.filename for entry in entries}
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise RefusedFile(Refusal.MACROS)
            declared = archive.read("mimetype")[:HEAD].decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise RefusedFile(Refusal.UNREADABLE) from error
    for kind in ZIPPED:
        if kind.inside in names:
            return kind
    for kind in OPEN_DOCUMENTS:
        if kind.content_type == declared.strip():
            return kind
    raise RefusedFile(Refusal.UNKNOWN_TYPE)


def _assert_small_directory(content: bytes) -> None:
    """A directory of a million entries would fill the memory while it is listed: its size is read first."""
    at = content.rfind(ZIP_END)
    if at < 0 or len(content) < at + END.size:
        raise RefusedFile(Refusal.UNREADABLE)
    directory = END.unpack_from(content, at)[5]
    if directory > MOST_DIRECTORY or content[max(0, at - 20) : at].startswith(ZIP64):
        raise RefusedFile(Refusal.BOMB)


def _assert_no_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Sizes as declared are enough: nothing but ``mimetype`` is ever unpacked here."""
    unpacked = sum(entry.file_size for entry in entries)
    declared = sum(entry.file_size for entry in entries if entry.filename == "mimetype")
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size or declared > HEAD:
        raise RefusedFile(Refusal.BOMB)
