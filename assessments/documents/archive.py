"""The index of a dossier's archive, to be opened without the system: a workbook, a CSV, and a list of hashes."""

import csv
import io
import re
import zipfile

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assessments.selectors.archives import CONFIDENTIAL, LINK, QUARANTINE, Entry, Manifest, Paper

EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = (9, 50, 60, 40, 20, 12, 28, 50, 24, 8, 20, 40, 12, 66, 30)
NAME = "00 Mục lục"


def index(found: Manifest) -> dict[str, bytes]:
    """The index files by name. The same manifest gives the same bytes, in Vietnamese whoever asks."""
    with translation.override("vi"):
        heads = [str(head) for head in _heads()]
        rows = [*(_row(entry) for entry in found.entries), *(_paper(each) for each in found.papers_left_out)]
        title = f"{found.unit} · {found.cycle}"
        return {
            f"{NAME}.xlsx": stored(_workbook(title, heads, rows)),
            f"{NAME}.csv": _csv(heads, rows),
            "SHA256SUMS": "".join(f"{sha}  {path}\n" for path, sha in _sums(found)).encode(),
        }


def _sums(found: Manifest) -> list[tuple[str, str]]:
    papers = [(paper.path, paper.sha256) for paper in found.packed_papers]
    return [*papers, *((entry.path, entry.sha256) for entry in found.packed)]


def _heads() -> tuple[str, ...]:
    return (
        _("Code"),
        _("Criterion"),
        _("File in the archive"),
        _("File"),
        _("Number and symbol"),
        _("Date"),
        _("Issuer"),
        _("Abstract"),
        _("Page or section"),
        _("Page"),
        _("Frame (left, top, right, bottom; %)"),
        _("Proves"),
        _("Bytes"),
        "SHA-256",
        _("Left out"),
    )


def _row(entry: Entry) -> list[object]:
    why = {CONFIDENTIAL: _("confidential"), QUARANTINE: _("not checked or refused"), LINK: _("a link, no file")}
    return [
        entry.code,
        entry.criterion,
        entry.path,
        entry.name,
        entry.number,
        entry.issued_on,
        entry.issuer,
        entry.abstract,
        entry.place,
        entry.pages,
        entry.box,
        entry.asked,
        entry.size,
        entry.sha256,
        why.get(entry.left_out, ""),
    ]


def _paper(each: Paper) -> list[object]:
    """A receipt that is left out, with the digest by which the one on its page is known to be the same."""
    name = _("Receipt %(number)s (PDF)") if each.is_pdf else _("Receipt %(number)s (JSON)")
    why = _("names a document that is confidential by now; it is on the receipt's page in the system")
    return ["", "", "", name % {"number": each.number}, *[""] * 9, each.sha256, why]


def _workbook(title: str, heads: list[str], rows: list[list[object]]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = _("Index")
    page.append([title])
    page.append([])
    page.append(heads)
    for row in rows:
        page.append(row)
    for place, cells in enumerate(page.iter_rows(), start=1):
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(vertical="top", wrap_text=place > 1)
            cell.font = Font(bold=place <= 3)
    for number, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "C4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(heads: list[str], rows: list[list[object]]) -> bytes:
    """With a mark of its encoding, for Excel; a text that begins like a formula gets an apostrophe."""
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(heads)
    for row in rows:
        table.writerow([f"'{cell}" if str(cell).startswith(FORMULA) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def stored(raw: bytes) -> bytes:
    """An Office file without the clock and without compression, whose bytes depend on the library's version."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = STAMP.sub(b"", content)
            target.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return made.getvalue()
