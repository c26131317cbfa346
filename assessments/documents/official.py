"""What an official paper of a unit says around its content (Nghị định 30/2020/NĐ-CP, form 1.4): who, to whom, when."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from assessments.models import PaperKind
from assessments.selectors.papers import Table
from assessments.selectors.reports import Report
from units.models import Unit, UnitKind
from units.naming import COMMITTEE, day_in_words, full_name, place_of, symbol_of

DRAFT = "BẢN NHÁP"
PRACTICE = "DỮ LIỆU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
NAMES = {PaperKind.TABLE: "BẢNG TỰ CHẤM ĐIỂM", PaperKind.REPORT: "BÁO CÁO"}
SUBJECTS = {
    PaperKind.TABLE: "Chỉ số cải cách hành chính năm {year}",
    PaperKind.REPORT: "Tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm {year}",
}
SYMBOLS = {PaperKind.TABLE: "", PaperKind.REPORT: "BC-"}
COMMITTEES = frozenset({UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE})
BLANK = "\u00a0" * 7
BLANK_DAY = "ngày … tháng … năm …"


@dataclass(frozen=True)
class Paper:
    """All words of a paper. ``above``: the superior agency, not bold; ``mark``: “BẢN NHÁP” before submission."""

    kind: PaperKind
    above: tuple[str, ...]
    agency: tuple[str, ...]
    number: str
    place_and_date: str
    name: str
    subject: str
    to: str
    office: tuple[str, ...]
    signer: str
    recipients: tuple[str, ...]
    mark: str
    practice: str
    source: str
    author: str
    table: Table
    report: Report | None


def paper(kind: PaperKind, table: Table, report: Report | None = None) -> Paper:
    """The paper of a table, or of a report with its table."""
    assessment = table.assessment
    unit, tier, year = assessment.unit, assessment.tier, assessment.cycle.year
    is_report = kind == PaperKind.REPORT
    return Paper(
        kind=kind,
        above=_above(unit),
        agency=_agency(table.unit),
        number=f"Số: {BLANK}/{SYMBOLS[kind]}{symbol_of(table.unit)}" if is_report else "",
        place_and_date=f"{_place(unit)}, {_day(table)}",
        name=NAMES[kind],
        subject=SUBJECTS[kind].format(year=year),
        to=full_name(tier.standing_body or tier.authority.name) if is_report else "",
        office=_office(unit, table),
        signer=_signer(table),
        recipients=("Như trên", f"Lưu: VT, {symbol_of(table.unit)}") if is_report else (),
        mark="" if table.receipt else DRAFT,
        practice=PRACTICE if assessment.cycle.is_demo else "",
        source=_source(table),
        author=table.unit,
        table=table,
        report=report,
    )


def _above(unit: Unit) -> tuple[str, ...]:
    """The superior agency; a people's committee has none in its letterhead."""
    return () if unit.kind in COMMITTEES or unit.parent is None else _agency(unit.parent.name)


def _agency(name: str) -> tuple[str, ...]:
    """In capitals; a people's committee on two lines."""
    full, start = full_name(name).upper(), COMMITTEE.upper()
    return (start, full.removeprefix(start).strip()) if full.startswith(f"{start} ") else (full,)


def _place(unit: Unit) -> str:
    return place_of(unit.name if unit.kind in COMMITTEES or unit.parent is None else unit.parent.name)


def _day(table: Table) -> str:
    day: date | None = timezone.localtime(table.receipt.at).date() if table.receipt else None
    return day_in_words(day) if day else BLANK_DAY


def _office(unit: Unit, table: Table) -> tuple[str, ...]:
    """In whose name and in what office the paper is signed; the head's own position where it is known."""
    position = table.receipt.by.position.upper() if table.receipt else ""
    if unit.kind in COMMITTEES:
        return (f"TM. {COMMITTEE.upper()}", "CHỦ TỊCH")
    return (position.split(" ỦY BAN")[0] or "THỦ TRƯỞNG ĐƠN VỊ",)


def _signer(table: Table) -> str:
    return table.receipt.by.full_name if table.receipt else ""


def _source(table: Table) -> str:
    """From what the figures are, for whoever compares the paper with the receipt."""
    if table.receipt is None:
        return "Bản nháp: số liệu đang lưu trong hồ sơ tự chấm điểm, chưa nộp."
    at = timezone.localtime(table.receipt.at)
    return (
        f"Số liệu của hồ sơ nộp lần {table.receipt.number} lúc {at:%H:%M:%S} ngày {at:%d/%m/%Y}; "
        f"mã băm nội dung (SHA-256): {table.receipt.digest}."
    )
