"""A dossier with scores, a document and a report, as the tests of its papers need it."""

import io
from decimal import Decimal
from typing import Any

import docx

from assessments.documents.official import paper
from assessments.models import Assessment, PaperKind, Receipt, ReportSection
from assessments.selectors import papers, reports, sheets
from assessments.services import evidence, scores, submission
from assessments.services import reports as writing
from tests.assessments import files, pages
from tests.factories import rows


def filled() -> rows.Season:
    made = rows.season()
    save(made, "1.1", "2", "Đã ban hành đúng hạn")
    save(made, "1.2", "3.2", "Còn 2 nhiệm vụ chậm")
    leaf = made.criteria_set.criteria.get(code="1.1")
    evidence.attach(
        assessment=made.assessments[0], criterion=leaf, file=files.upload(), place="trang 1", by=made.officer
    )
    return made


def save(season: rows.Season, code: str, points: str, explanation: str = "") -> None:
    standing = season.assessments[0].scores.filter(criterion__code=code).first()
    scores.save_score(
        assessment=season.assessments[0],
        criterion=pages.leaf(season, code),
        points=Decimal(points),
        not_applicable=False,
        explanation=explanation,
        version=standing.version if standing else 0,
        by=season.officer,
    )


def table(season: rows.Season) -> papers.Table:
    return papers.of_sheet(sheets.sheet(Assessment.objects.get(pk=season.assessments[0].pk)))


def write(season: rows.Season, key: str, text: str, version: int = 0) -> ReportSection:
    return writing.save_section(
        assessment=season.assessments[0], key=key, text=text, version=version, by=season.officer
    )


def submitted(season: rows.Season) -> Receipt:
    submission.submit(assessment=season.assessments[0], by=season.head)
    related = ("by", "assessment__unit__parent", "assessment__cycle", "assessment__tier__authority")
    return Receipt.objects.select_related(*related, "assessment__criteria_set").latest("number")


def words(data: bytes) -> str:
    book = docx.Document(io.BytesIO(data))
    cells = [cell.text for each in book.tables for row in each.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in book.paragraphs), *cells])


def made(kind: PaperKind, of: papers.Table) -> Any:
    return paper(kind, of, reports.report(of) if kind == PaperKind.REPORT else None)
