"""What is wrong, doubtful or risky in a dossier: one check for the browser, an import and the command line.

An error forbids handing in, a warning does not, a hint says where the council will probably take points off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from assessments.declaring.proposals import asked, read
from assessments.models import EvidenceState
from assessments.selectors.lateness import is_filled_in
from criteria.models import Criterion

if TYPE_CHECKING:
    from assessments.selectors.sheets import Line


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class ProblemKind(StrEnum):
    UNANSWERED = "unanswered"
    UNFOUNDED = "unfounded"
    NOT_EXPLAINED = "not_explained"
    NO_REASON = "no_reason"
    NOT_CLEAN = "not_clean"
    NO_EVIDENCE = "no_evidence"
    NO_FIGURES = "no_figures"
    COPIED = "copied"
    DIFFERS = "differs"
    OUTSIDE_PERIOD = "outside_period"
    PAGE_MISSING = "page_missing"
    REDUCED = "reduced"
    UNTOUCHED = "untouched"
    INTAKE = "intake"
    CONTRIBUTION = "contribution"
    REPORT = "report"


@dataclass(frozen=True)
class Problem:
    """``criterion``: the leaf it is about; None: the dossier as a whole. ``text``: the matter in words.

    ``citation``: the key of the proof whose pages are to be mended; ``section``: of the report, the one to look at.
    """

    kind: ProblemKind
    criterion: Criterion | None
    severity: Severity = Severity.ERROR
    text: str = ""
    citation: int | None = None
    section: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def problems_of(line: Line) -> list[Problem]:
    """What can be said of one leaf that the unit scores from its own row and documents, without a query."""
    # Handing in sets the points of a leaf that is about lateness: there is nothing that the unit could do there.
    answers = () if is_filled_in(line.criterion) else (*_answers(line), *_figures(line))
    return [Problem(kind, line.criterion, severity, text) for kind, severity, text in (*answers, *_documents(line))]


Found = Iterator[tuple[ProblemKind, Severity, str]]


def _answers(line: Line) -> Found:
    score = line.score
    if score is None or not score.is_answered:
        yield ProblemKind.UNANSWERED, Severity.ERROR, gettext("not scored")
        return
    explained = bool(score.explanation.strip())
    if score.not_applicable:
        if not explained:
            yield ProblemKind.NOT_EXPLAINED, Severity.ERROR, gettext("say why it does not apply")
        return
    # Points that the unit takes from itself need no proof.
    if score.points and score.points > 0 and not line.citations:
        if not explained:
            yield ProblemKind.UNFOUNDED, Severity.ERROR, gettext("neither document nor explanation")
        elif line.criterion.evidence_asked:
            yield ProblemKind.NO_EVIDENCE, Severity.WARNING, gettext("explained, but without a document")
    if score.is_copied:
        yield ProblemKind.COPIED, Severity.WARNING, gettext("last year's explanation, not edited yet")


def _figures(line: Line) -> Found:
    """Points that are not those of the rule need a reason, and the appraisers see it."""
    score = line.score
    if score is None or score.points is None or score.points == score.proposed:
        return
    if score.proposed is None:
        if missing := [each.name for each in asked(line.criterion.rule) if each.name not in read(score.figures)]:
            text = gettext("the rule computes from figures that are not declared: %(names)s")
            yield ProblemKind.NO_FIGURES, Severity.WARNING, text % {"names": ", ".join(missing)}
        return
    if not score.reason.strip():
        yield ProblemKind.NO_REASON, Severity.ERROR, gettext("say why the points differ from the rule")
    else:
        yield ProblemKind.DIFFERS, Severity.HINT, gettext("the points differ from those of the rule")


def _documents(line: Line) -> Found:
    for citation in line.citations:
        if citation.evidence.state == EvidenceState.REFUSED:
            text = gettext("the document “%(name)s” was refused: %(note)s")
            words = {"name": citation.evidence.name, "note": citation.evidence.state_note}
            yield ProblemKind.NOT_CLEAN, Severity.ERROR, text % words
        elif citation.evidence.state == EvidenceState.WAITING:
            text = gettext("the document “%(name)s” is still being checked")
            yield ProblemKind.NOT_CLEAN, Severity.WARNING, text % {"name": citation.evidence.name}
