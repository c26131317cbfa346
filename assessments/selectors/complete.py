"""The check of a whole dossier: the same for the page, an import and the command line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext

from assessments.models import Assessment, Intake, IntakeState, Reopening
from assessments.selectors import papers, reports
from assessments.selectors.checking import Problem, ProblemKind, Severity
from assessments.selectors.delegation import Ownership, contributions_open, owners_of
from assessments.selectors.library import outside_period
from assessments.selectors.locks import reopened
from assessments.selectors.reductions import Reduction, reductions_of
from assessments.selectors.sheets import Line, Sheet, sheet
from assessments.selectors.versions import missing_page


@dataclass
class Check:
    """Everything that can be said against a dossier, in the order of its sheet; what is about the whole comes last."""

    filled: Sheet
    problems: list[Problem]

    def _of(self, severity: Severity) -> list[Problem]:
        return [each for each in self.problems if each.severity is severity]

    @cached_property
    def errors(self) -> list[Problem]:
        return self._of(Severity.ERROR)

    @cached_property
    def warnings(self) -> list[Problem]:
        return self._of(Severity.WARNING)

    @cached_property
    def hints(self) -> list[Problem]:
        """What will probably be reduced."""
        return self._of(Severity.HINT)


def check(assessment: Assessment) -> Check:
    """The check of a dossier as it is stored."""
    return check_of(sheet(assessment))


def check_of(filled: Sheet) -> Check:
    """The check of a sheet that is at hand: some ten queries more for any number of leaves."""
    assessment = filled.assessment
    owners = owners_of(assessment, [line.criterion for line in filled.lines])
    lost, asked = reductions_of(assessment), reopened(assessment)
    found: list[Problem] = []
    for line in filled.lines:
        found += [_owned(each, owners) for each in line.problems]
        if line.is_scorable:
            found += _periods(line, assessment)
            found += _pages(line)
            found += _lost(line, lost.get(line.criterion.pk, ()))
            found += _untouched(line, asked.get(line.criterion.pk))
    return Check(filled, [*found, *_report(filled), *_intakes(assessment), *_contributions(assessment)])


def _owned(problem: Problem, owners: dict[int, list[Ownership]]) -> Problem:
    """A leaf without an answer says with whom it lies."""
    pk = problem.criterion.pk if problem.criterion else 0
    names = [each.name for each in owners.get(pk, ()) if each.is_lead]
    if problem.kind is not ProblemKind.UNANSWERED or not names:
        return problem
    text = gettext("not scored; given to %(names)s") % {"names": ", ".join(dict.fromkeys(names))}
    return Problem(problem.kind, problem.criterion, problem.severity, text)


def _periods(line: Line, assessment: Assessment) -> Iterator[Problem]:
    for citation in line.citations:
        if why := outside_period(citation, assessment.cycle):
            text = gettext("the document “%(name)s” is from outside the period: %(why)s")
            severity = Severity.HINT if citation.period_reason else Severity.WARNING
            words = text % {"name": citation.evidence.name, "why": why}
            yield Problem(ProblemKind.OUTSIDE_PERIOD, line.criterion, severity, words)


def _pages(line: Line) -> Iterator[Problem]:
    """Cited pages that a file has not: mistyped, or gone with a new version. The proof may hold all the same."""
    text = gettext("page %(number)s of “%(name)s” does not exist: the file has %(pages)s pages")
    for citation in line.citations:
        if number := missing_page(citation):
            words = text % {"number": number, "name": citation.evidence.name, "pages": citation.evidence.pages}
            yield Problem(ProblemKind.PAGE_MISSING, line.criterion, Severity.WARNING, words, citation.pk)


def _lost(line: Line, lost: Iterable[Reduction]) -> Iterator[Problem]:
    """Where the unit asks for points, what took them in earlier years."""
    if line.score is None or not line.score.points or line.score.points <= 0:
        return
    for year in lost:
        yield Problem(ProblemKind.REDUCED, line.criterion, Severity.HINT, reduction_words(year))


def reduction_words(lost: Reduction) -> str:
    """One year's reduction in a sentence."""
    why = "; ".join(filter(None, (lost.reason, *lost.refused)))
    if not lost.is_reduced:
        return gettext("in %(year)s documents were refused here: %(why)s") % {"year": lost.year, "why": why}
    words = {"year": lost.year, "before": _figure(lost.points_self), "after": _figure(lost.points_final), "why": why}
    if not why:
        return gettext("in %(year)s this leaf was reduced from %(before)s to %(after)s points") % words
    return gettext("in %(year)s this leaf was reduced from %(before)s to %(after)s points because: %(why)s") % words


def _figure(value: Decimal | None) -> str:
    return format((value or Decimal(0)).normalize() + 0, "f").replace(".", ",")


def _untouched(line: Line, asked: Reopening | None) -> Iterator[Problem]:
    """A leaf that was returned and on which nothing was written since."""
    if asked and line.score and line.score.updated_at <= asked.asked_at:
        text = gettext("returned with a question and not changed since: %(question)s") % {"question": asked.question}
        yield Problem(ProblemKind.UNTOUCHED, line.criterion, Severity.WARNING, text)


def _report(filled: Sheet) -> Iterator[Problem]:
    """Fields, numbers and sections of the report that are not right any more. Five queries at most."""
    for flaw in reports.checked(papers.of_sheet(filled)).flaws:
        words = f"{flaw.title}: {flaw.words}"
        yield Problem(ProblemKind.REPORT, None, Severity.WARNING, words, section=flaw.key)


def _intakes(assessment: Assessment) -> Iterator[Problem]:
    """Uploads that never became a document."""
    rows = Intake.objects.filter(assessment=assessment, evidence=None, handled_at=None).exclude(state=IntakeState.DONE)
    for row in rows.select_related("criterion").order_by("began_at", "pk"):
        refused = row.state == IntakeState.REFUSED
        text = gettext("the file “%(name)s” was not taken") if refused else gettext("“%(name)s” is not uploaded yet")
        yield Problem(ProblemKind.INTAKE, row.criterion, Severity.WARNING, text % {"name": row.name})


def _contributions(assessment: Assessment) -> Iterator[Problem]:
    for row in contributions_open(assessment):
        text = gettext("%(name)s has not finished contributing to %(what)s")
        words = {"name": row.name, "what": row.text}
        yield Problem(ProblemKind.CONTRIBUTION, None, Severity.WARNING, text % words)
