"""The score sheet: the whole tree with scores, evidence, sums and what is missing."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from django.db.models import QuerySet, prefetch_related_objects

from assessments.declaring import proposals
from assessments.delegating.parts import in_parts
from assessments.models import Assessment, Citation, Reopening, Score
from assessments.selectors import LastYear, of_last_year, this_and_last
from assessments.selectors.checking import Problem, ProblemKind, Severity, problems_of
from assessments.selectors.delegation import Ownership
from criteria.models import Convention, Criterion, Side
from criteria.scoring import caps as adjustment
from criteria.scoring.caps import Caps, Total
from criteria.scoring.notation import Option, options
from criteria.selectors import criteria_of
from criteria.selectors.caps import caps_of, exact, limit_of
from criteria.selectors.exemptions import Exempt, exempt_from, exempt_leaf
from criteria.selectors.lineage import carried_from

ZERO = Decimal(0)
EVERY, OPEN, NO_PROOF, MINE, RETURNED, DIFFERS = WAYS = ("all", "open", "unproven", "mine", "returned", "differs")
"""By what a sheet is narrowed; the words are the templates'."""
UNPROVEN = frozenset({ProblemKind.UNFOUNDED, ProblemKind.NO_EVIDENCE})
LONG = ("evidence__text", "evidence__folded", "evidence__read")
"""Columns of documents that no sheet shows: the text of a report may be a megabyte."""


class LeafState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    UNFOUNDED = "unfounded"
    ELSEWHERE = "elsewhere"
    EXEMPT = "exempt"


@dataclass
class Line:
    """One node of the sheet: for a leaf its score and evidence, for an inner node the sums of what is below.

    ``exempt``: why the leaf does not apply to the unit; what the unit had answered is kept and does not count.
    What stands after ``problems`` belongs to a page and its reader, see ``selectors.leaves``.
    """

    criterion: Criterion
    score: Score | None = None
    citations: list[Citation] = field(default_factory=list)
    last_year: LastYear | None = None
    options: tuple[Option, ...] = ()
    points: Decimal = ZERO
    maximum: Decimal = ZERO
    leaves: int = 0
    answered: int = 0
    exempt: Exempt | None = None
    problems: list[Problem] = field(default_factory=list)
    owners: list[Ownership] = field(default_factory=list)
    is_mine: bool = False
    asked: Reopening | None = None
    is_open: bool = True
    writes: bool = True
    proves: bool = True

    @cached_property
    def key(self) -> str:
        """The criterion's number as text: numbers are localised each time a page writes them."""
        return str(self.criterion.pk)

    @cached_property
    def state(self) -> LeafState:
        """Asked once the sheet is complete."""
        if self.exempt:
            return LeafState.EXEMPT
        if not self.is_scorable:
            return LeafState.ELSEWHERE
        if self.score is None or not self.score.is_answered:
            return LeafState.OPEN
        if any(problem.is_error for problem in self.problems):
            return LeafState.UNFOUNDED
        return LeafState.NOT_APPLICABLE if self.score.not_applicable else LeafState.DONE

    @property
    def is_scorable(self) -> bool:
        """Whether the unit is to score it: a leaf of its own that applies to it."""
        return self.criterion.is_scorable and self.exempt is None

    @property
    def is_outside(self) -> bool:
        """Whether it is a matter of bonus or penalty points."""
        return self.criterion.side != Side.SCALE

    @property
    def limit(self) -> Decimal:
        """Inside the scale its maximum; outside the most that it adds, or (negative) takes away."""
        return limit_of(self.criterion)

    @property
    def version(self) -> int:
        return self.score.version if self.score else 0

    @property
    def differs(self) -> bool:
        """Whether the points are not those that the rule gives for the declared figures."""
        score = self.score
        return bool(score and score.points is not None and score.proposed not in {None, score.points})

    @property
    def unproven(self) -> bool:
        """Whether a document is missing where one is needed or asked."""
        return any(problem.kind in UNPROVEN for problem in self.problems)

    @cached_property
    def figures(self) -> dict[str, str]:
        """What the unit declared, as typed, by name."""
        return proposals.read(self.score.figures) if self.score else {}

    @cached_property
    def parts(self) -> bool:
        """Whether the leaf's points are put together from parts with owners of their own."""
        return in_parts(self.criterion.facets, self.criterion.max_points) is not None

    @property
    def lost(self) -> bool:
        """Whether the council gave less than the unit had said last year."""
        last = self.last_year
        if last is None or last.points_self is None or last.points_final is None:
            return False
        return last.points_final < last.points_self

    @cached_property
    def is_declarable(self) -> bool:
        """Whether the leaf's rule computes points from figures that the unit declares."""
        return self.is_scorable and not self.parts and bool(proposals.asked(self.criterion.rule))

    @property
    def marks(self) -> list[str]:
        """Under which filters of the sheet the leaf is found, besides that for all."""
        said = (
            (OPEN, self.is_scorable and self.state == LeafState.OPEN),
            (NO_PROOF, self.unproven),
            (MINE, self.is_mine),
            (RETURNED, self.asked is not None),
            (DIFFERS, self.differs),
        )
        return [way for way, holds in said if holds]

    @property
    def is_off_step(self) -> bool:
        """Whether the stored points are none of the steps that the rule offers."""
        stored = self.score.points if self.score else None
        return bool(self.options) and stored is not None and all(stored != each.points for each in self.options)


@dataclass
class Sheet:
    """The whole sheet in printing order. Sums are over the leaves that the unit scores and that apply to it.

    A node outside the scale shows what it adds after its own cap, and has no part in any maximum.
    ``is_whole``: False for a single leaf, where sums say nothing.
    """

    assessment: Assessment
    lines: list[Line]
    caps: Caps = field(default_factory=Caps)
    is_whole: bool = True

    @property
    def areas(self) -> list[tuple[Line, list[Line]]]:
        """Each top node with everything below it."""
        grouped: list[tuple[Line, list[Line]]] = []
        for line in self.lines:
            if line.criterion.parent_id is None:
                grouped.append((line, []))
            if line.criterion.parent_id is not None or line.criterion.is_leaf:
                grouped[-1][1].append(line)
        return grouped

    @property
    def scorable(self) -> list[Line]:
        return [line for line in self.lines if line.is_scorable]

    @property
    def exempt(self) -> list[Line]:
        return [line for line in self.lines if line.exempt]

    @cached_property
    def way(self) -> Total:
        """How the areas become the total."""
        tops = [line for line in self.lines if line.criterion.parent_id is None and not line.is_outside]
        points = sum((Fraction(line.points) for line in tops), Fraction(0))
        maximum = sum((Fraction(line.maximum) for line in tops), Fraction(0))
        return adjustment.total(points, maximum, _outside(self.lines), self.caps)

    @property
    def way_in_words(self) -> tuple[str, ...]:
        return adjustment.in_words(self.way, self.caps)

    @property
    def total(self) -> Line:
        """The sums over all areas, as a line without a criterion of its own."""
        tops = [line for line in self.lines if line.criterion.parent_id is None]
        total = Line(tops[0].criterion) if tops else Line(Criterion())
        for top in tops:
            _add(total, top)
        total.points, total.maximum = exact(self.way.points), exact(self.way.maximum)
        return total

    @property
    def problems(self) -> list[Problem]:
        return [problem for line in self.lines for problem in line.problems]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.WARNING]

    @property
    def hints(self) -> list[Problem]:
        """What will probably be reduced."""
        return [problem for problem in self.problems if problem.severity is Severity.HINT]

    @property
    def saved_at(self) -> datetime | None:
        return max((line.score.updated_at for line in self.lines if line.score and line.score.version), default=None)

    @property
    def unproven(self) -> int:
        """Leaves with points but without a document where one is needed or asked."""
        return sum(problem.kind in UNPROVEN for problem in self.problems)

    @property
    def differing(self) -> list[Line]:
        """Leaves whose points are not those of their rule."""
        return [line for line in self.lines if line.is_scorable and line.differs]

    def find(self, criterion_pk: int) -> Line | None:
        return next((line for line in self.lines if line.criterion.pk == criterion_pk), None)

    def path(self, line: Line) -> list[Line]:
        """The inner nodes above a leaf, nearest first: those whose sums a save changes. None stand in a single line."""
        by_pk = {each.criterion.pk: each for each in self.lines}
        above = []
        while line.criterion.parent_id in by_pk:
            line = by_pk[line.criterion.parent_id]
            above.append(line)
        return above


def sheet(assessment: Assessment) -> Sheet:
    """The score sheet with evidence, last year's points, sums and problems: five queries at most, for any size."""
    criteria = criteria_of(assessment.criteria_set)
    scores, earlier = this_and_last(assessment)
    before = carried_from(assessment.criteria_set.criteria.all(), earlier) if earlier else {}
    exempt = exempt_from(assessment.unit_id, criteria, assessment.cycle.period_end)
    cited = _cited(Citation.objects.filter(score__assessment=assessment))
    lines = [_line(each, scores.get(each.pk), cited, exempt.get(each.pk)) for each in criteria]
    for line in lines:
        line.last_year = of_last_year(earlier.get(before.get(line.criterion.pk, 0)))
    return summed(assessment, lines)


def with_writers(filled: Sheet) -> Sheet:
    """The sheet, with who saved each of its scores last: one query more, for pages that name them."""
    prefetch_related_objects([line.score for line in filled.lines if line.score], "updated_by")
    return filled


def one_line(assessment: Assessment, criterion: Criterion) -> Sheet:
    """The sheet with one leaf only, for its body: no sums, nothing of last year. Three queries, four where an
    exemption reaches the unit."""
    score = Score.objects.filter(assessment=assessment, criterion=criterion).order_by().first()
    cited = _cited(Citation.objects.filter(score=score)) if score else {}
    exempt = exempt_leaf(assessment.unit_id, criterion, assessment.cycle.period_end)
    return Sheet(assessment, [_line(criterion, score, cited, exempt)], is_whole=False)


def _cited(citations: QuerySet[Citation]) -> dict[int, list[Citation]]:
    """Their documents by the score that they prove, in the order in which they were brought."""
    cited: dict[int, list[Citation]] = {}
    for citation in citations.select_related("evidence").defer(*LONG).order_by("pk"):
        cited.setdefault(citation.score_id, []).append(citation)
    return cited


def summed(assessment: Assessment, lines: list[Line]) -> Sheet:
    """The sheet of the lines, which are in printing order: what each leaf gives, then the sums above it."""
    by_pk = {line.criterion.pk: line for line in lines}
    for line in lines:
        if line.criterion.is_scorable:
            _give(line)
    for line in reversed(lines):
        if line.criterion.parent_id is not None:
            _add(by_pk[line.criterion.parent_id], line)
    caps = caps_of(assessment.criteria_set, (line.criterion for line in lines))
    counted = adjustment.counted(_outside(lines), caps)
    for line in lines:
        if line.is_outside:
            line.points, line.maximum = exact(counted[line.criterion.code]), ZERO
    return Sheet(assessment, lines, caps)


def _outside(lines: list[Line]) -> dict[str, Fraction]:
    """What the leaves outside the scale give, by code."""
    return {line.criterion.code: Fraction(line.points) for line in lines if line.is_outside and line.criterion.is_leaf}


def _line(criterion: Criterion, score: Score | None, cited: dict[int, list[Citation]], exempt: Exempt | None) -> Line:
    line = Line(criterion, score, exempt=exempt)
    if not criterion.is_leaf:
        return line
    line.citations = cited.get(score.pk, []) if score else []
    if line.is_scorable:
        line.options = offered(criterion)
        line.problems = problems_of(line)
    return line


def _give(line: Line) -> None:
    """What a leaf that the unit scores adds to the sums; an exempted one what its exemption says."""
    score, whole = line.score, line.criterion.max_points
    if line.exempt:
        line.points = line.maximum = whole if line.exempt.convention == Convention.FULL else ZERO
        return
    line.leaves = 1
    line.answered = int(score is not None and score.is_answered)
    line.maximum = ZERO if score and score.not_applicable else whole
    line.points = score.points if score and score.points is not None else ZERO


def _add(upper: Line, lower: Line) -> None:
    upper.points += lower.points
    upper.maximum += lower.maximum
    upper.leaves += lower.leaves
    upper.answered += lower.answered


def offered(criterion: Criterion) -> tuple[Option, ...]:
    """The steps of the criterion's rule; none where the rule offers none or does not follow its notation."""
    return options(criterion.rule, criterion.max_points)
