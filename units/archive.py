"""Whether a file may be opened at all: by its content, before anything of it is unpacked."""

import zipfile
import zlib
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 20 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 500
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
PARTS = {"[Content_Types].xml", "xl/workbook.xml"}
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    OSError,
)
"""What openpyxl, zipfile and zlib raise on files that break off, lie or make no sense."""


class Unreadable(Exception):
    """The file as a whole is refused; the message is for the person who handed it in."""


def check(data: bytes) -> None:
    """Raise ``Unreadable`` unless ``data`` is a plain XLSX of bearable size: no password, no macros, no bomb."""
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1024**2})
    if data.startswith(OLD_EXCEL):
        raise Unreadable(_("This is an old .xls file or one with a password. Save it as .xlsx without a password."))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Unreadable(_("This is not an Excel workbook (.xlsx).")) from None
    _check_entries(entries)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename for entry in entries}
    if not names >= PARTS:
        raise Unreadable(_("This is not an Excel workbook (.xlsx)."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(_("The workbook has a password. Save it without one."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable(_("The workbook contains macros. Save it as .xlsx without macros."))
    # zipfile never unpacks more of an entry than the size that the archive declares for it.
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    is_bomb = unpacked > 1024**2 and unpacked > MAX_RATIO * packed
    if is_bomb or unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES:
        raise Unreadable(_("The workbook unpacks to far more than a table needs. Copy the table into a new workbook."))
