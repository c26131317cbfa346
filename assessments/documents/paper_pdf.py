"""The self-scoring table and the self-assessment report as HTML for print and as PDF."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from django.template.loader import render_to_string
from django.utils import translation

from assessments.documents.official import Paper
from assessments.selectors.papers import Row
from criteria.templatetags.points import points
from units import pdf

HUNDREDTH = Decimal("0.01")


def paper_pdf(paper: Paper, each_step: Callable[[], None] | None = None) -> bytes:
    """The same paper gives the same bytes. ``each_step`` is called at least once a page.

    Raises ``pdf.MissingLibrary``.
    """
    return pdf.render(paper_html(paper), each_step)


def paper_html(paper: Paper) -> str:
    with translation.override("vi"):
        context = {"paper": paper, "shares": shares(paper), "share": share(paper.table.points, paper.table.maximum)}
        return render_to_string("assessments/documents/paper.html", context)


def shares(paper: Paper) -> list[tuple[Row, str]]:
    """The areas with what they reach, in percent."""
    return [(area, share(area.points or Decimal(0), area.maximum)) for area in paper.table.areas]


def share(value: Decimal, maximum: Decimal) -> str:
    """Percent, rounded once, half up; a dash where nothing can be reached."""
    return points((value * 100 / maximum).quantize(HUNDREDTH, ROUND_HALF_UP)) if maximum else "–"
