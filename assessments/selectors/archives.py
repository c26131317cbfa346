"""What a dossier as one ZIP file holds: a folder a leaf, in a fixed order, and what is left out with its reason."""

import hashlib
import json
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from django.db.models import F

from assessments.models import Assessment, Citation, DossierArchive, Evidence, EvidenceState, Receipt
from assessments.selectors.naming import closed_in, names_closed
from assessments.selectors.places import pages_in_figures

FORMAT = 3
LONGEST_FOLDER, LONGEST_NAME = 80, 150
RECEIPTS = "00 Biên nhận"
FORBIDDEN = frozenset('<>:"/\\|?*')
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
CONFIDENTIAL, QUARANTINE, LINK = "confidential", "quarantine", "link"


@dataclass(frozen=True)
class Entry:
    """One citation: the line of the index, and ``path`` of the file inside the archive; empty where it is left out.

    ``left_out``: empty, ``confidential``, ``quarantine`` or ``link``.
    """

    evidence: int
    code: str
    criterion: str
    path: str
    name: str
    number: str
    issued_on: str
    issuer: str
    abstract: str
    place: str
    pages: int | str
    box: str
    asked: str
    size: int
    sha256: str
    left_out: str


@dataclass(frozen=True)
class Paper:
    """A frozen receipt: its content, whose SHA-256 is its digest, and its PDF where it was printed.

    ``path`` is empty and ``left_out`` ``confidential`` where it names what became confidential later: what is frozen
    is never altered, and the archive goes on to people who need not know the name. It stands on the receipt's page.
    """

    receipt: int
    number: int
    path: str
    sha256: str
    is_pdf: bool
    left_out: str = ""


@dataclass(frozen=True)
class Manifest:
    """Everything that the archive's bytes depend on. The same dossier gives the same ``digest``."""

    unit: str
    cycle: str
    entries: tuple[Entry, ...]
    papers: tuple[Paper, ...]

    @property
    def digest(self) -> str:
        said = {"format": FORMAT, **asdict(self)}
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def packed(self) -> list[Entry]:
        return [each for each in self.entries if each.path]

    @property
    def packed_papers(self) -> list[Paper]:
        return [each for each in self.papers if each.path]

    @property
    def left_out(self) -> list[Entry]:
        return [each for each in self.entries if each.left_out]

    @property
    def papers_left_out(self) -> list[Paper]:
        return [each for each in self.papers if each.left_out]

    @property
    def size(self) -> int:
        """Bytes of the documents in it."""
        return sum(each.size for each in self.packed)


def manifest(assessment: Assessment) -> Manifest:
    """The dossier as it stands now. Three queries."""
    rows = Citation.objects.filter(
        score__assessment=assessment, score__criterion__criteria_set=F("score__assessment__criteria_set")
    )
    related = rows.select_related("evidence", "score__criterion").defer("evidence__text", "evidence__folded")
    taken: set[str] = set()
    entries = []
    for each in related.order_by("score__criterion__position", "pk"):
        entries.append(_entry(each, taken))
    closed = closed_in(assessment.unit_id)
    papers = [paper for receipt in assessment.receipts.order_by("number") for paper in _papers(receipt, closed)]
    return Manifest(assessment.unit.name, assessment.cycle.name, tuple(entries), tuple(papers))


def _entry(citation: Citation, taken: set[str]) -> Entry:
    document, leaf = citation.evidence, citation.score.criterion
    left_out = _left_out(document)
    closed = left_out == CONFIDENTIAL
    return Entry(
        evidence=document.pk,
        code=leaf.code,
        criterion=leaf.name,
        path="" if left_out else _path(f"{leaf.code} {leaf.name}", document.name, taken),
        name="" if closed else document.name,
        number="" if closed else document.number,
        issued_on=f"{document.issued_on:%d/%m/%Y}" if document.issued_on and not closed else "",
        issuer="" if closed else document.issuer,
        abstract="" if closed else document.abstract,
        place=citation.place,
        pages=pages_in_figures(citation),
        box="; ".join(citation.box.percent) if citation.box else "",
        asked=citation.asked,
        size=document.size,
        sha256="" if closed else document.sha256,
        left_out=left_out,
    )


def _left_out(document: Evidence) -> str:
    if document.is_confidential:
        return CONFIDENTIAL
    if not document.file:
        return LINK
    return "" if document.state == EvidenceState.CLEAN else QUARANTINE


def _papers(receipt: Receipt, closed: Collection[str]) -> Iterable[Paper]:
    """``closed``: the digests of the unit's confidential documents."""
    left_out = CONFIDENTIAL if names_closed(receipt, closed) else ""
    stem = "" if left_out else f"{RECEIPTS}/{receipt.number}"
    yield Paper(receipt.pk, receipt.number, stem and f"{stem}.json", receipt.digest, False, left_out)
    if receipt.pdf:
        # Printed from the same content, perhaps before the document was closed: nobody can tell from the file.
        yield Paper(receipt.pk, receipt.number, stem and f"{stem}.pdf", receipt.pdf_sha256, True, left_out)


def _path(folder: str, name: str, taken: set[str]) -> str:
    """A path that no other entry has, also where letters of both cases are the same."""
    place, whole = component(folder, LONGEST_FOLDER), PurePosixPath(component(name, LONGEST_NAME))
    for number in range(1, len(taken) + 2):
        extra = "" if number == 1 else f" ({number})"
        path = f"{place}/{whole.stem}{extra}{whole.suffix}"
        if path.casefold() not in taken:
            break
    taken.add(path.casefold())
    return path


def component(text: str, longest: int) -> str:
    """A name that every system can store: composed letters, no sign that a path or a screen takes for an order.

    >>> component("Số liệu: quý 1/2022.xlsx", 150), component("con.txt", 150), component("..", 9)
    ('Số liệu_ quý 1_2022.xlsx', '_con.txt', '_')
    """
    plain = unicodedata.normalize("NFC", text)
    kept = "".join("_" if char in FORBIDDEN or unicodedata.category(char)[0] == "C" else char for char in plain)
    kept = " ".join(kept.split()).strip(" .") or "_"
    path = PurePosixPath(kept)
    stem = path.stem
    if stem.split(".")[0].casefold().strip() in RESERVED:
        stem = f"_{stem}"
    suffix = path.suffix if len(path.suffix.encode()) <= 10 else ""
    stem = stem if suffix == path.suffix else stem + path.suffix
    room = longest - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore").strip(" .") + suffix


def archives_of(assessment: Assessment) -> list[DossierArchive]:
    """What was asked for, newest first, each with its job."""
    return list(DossierArchive.objects.filter(assessment=assessment).select_related("job", "asked_by"))


def is_stored(archive: DossierArchive) -> bool:
    """Whether its file is there: one that was lost is made again."""
    return bool(archive.file.name and archive.file.storage.exists(archive.file.name))


def archive_key(archive: DossierArchive) -> str:
    return f"archive:{archive.pk}"
