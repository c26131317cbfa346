"""The kinds of document that are taken, the limits, and the reasons for which a file is not taken."""

from dataclasses import dataclass
from enum import StrEnum

HEAD = 4096
MOST_ENTRIES = 5_000
MOST_DIRECTORY = 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_MEMBER = 48 * 1024 * 1024
MOST_RATIO = 200
MOST_DEPTH = 2
MOST_PAGES = 5_000
MOST_PIXELS = 50_000_000
MOST_TEXT = 200_000
LONGEST_NAME = 200
LONGEST_NAME_BYTES = 255


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    WRONG_NAME = "wrong_name"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    ENTITIES = "entities"
    TWO_KINDS = "two_kinds"
    MEMBER = "member"
    NESTED = "nested"
    BOMB = "bomb"
    HEAVY = "heavy"
    QUOTA = "quota"
    NO_ROOM = "no_room"
    ALTERED = "altered"
    ABANDONED = "abandoned"
    INFECTED = "infected"


class RefusedFile(Exception):
    """The file was not stored. ``detail``: the file inside an archive that is the reason, where there is one."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.detail = detail


@dataclass(frozen=True)
class FileType:
    """A kind of document that is taken. ``inside`` is what a container of this kind holds."""

    content_type: str
    extensions: tuple[str, ...]
    inside: str = ""


OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
PDF = FileType("application/pdf", (".pdf",))
PNG = FileType("image/png", (".png",))
JPEG = FileType("image/jpeg", (".jpg", ".jpeg", ".jfif"))
TIFF = FileType("image/tiff", (".tif", ".tiff"))
PICTURES = (PNG, JPEG, TIFF)
DOCX = FileType(f"{OFFICE}wordprocessingml.document", (".docx",), "word/document.xml")
XLSX = FileType(f"{OFFICE}spreadsheetml.sheet", (".xlsx",), "xl/workbook.xml")
ODT = FileType(f"{OPEN}text", (".odt",))
ODS = FileType(f"{OPEN}spreadsheet", (".ods",))
ZIP = FileType("application/zip", (".zip",))
ZIPPED = (DOCX, XLSX)
OPEN_DOCUMENTS = (ODT, ODS)
COMPOUND = (
    FileType("application/msword", (".doc",), "WordDocument"),
    FileType("application/vnd.ms-excel", (".xls",), "Workbook"),
    FileType("application/vnd.ms-excel", (".xls",), "Book"),
)
KINDS = (PDF, *PICTURES, *ZIPPED, *OPEN_DOCUMENTS, ZIP, *COMPOUND)
EXTENSIONS = tuple(dict.fromkeys(each for kind in KINDS for each in kind.extensions))
PLAIN_HEADS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
COMPOUND_HEAD = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP_HEAD = b"PK\x03\x04"

# What is drawn as pages, and what is laid out as plain pages from its text and tables.
DRAWN = frozenset(kind.content_type for kind in (PDF, *PICTURES))
LAID_OUT = frozenset(kind.content_type for kind in (*ZIPPED, *OPEN_DOCUMENTS))
