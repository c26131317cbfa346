"""The annex of a criteria set as PDF in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục."""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils import translation

from criteria.documents.printed import paper
from criteria.models import CriteriaSet
from units import pdf


def annex_pdf(criteria_set: CriteriaSet, each_step: Callable[[], None] | None = None) -> bytes:
    """The same set gives the same bytes. ``each_step`` is called at least once a page.

    Raises ``pdf.MissingLibrary``.
    """
    return pdf.render(annex_html(criteria_set), each_step)


def annex_html(criteria_set: CriteriaSet) -> str:
    with translation.override("vi"):
        return render_to_string("criteria/documents/annex.html", {"paper": paper(criteria_set)})
