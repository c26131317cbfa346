"""The score sheet: the whole tree with scores, evidence, sums, what is missing and why it may be locked."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from assessments.models import Assessment, Citation, Score
from assessments.selectors import LastYear, of_last_year, this_and_last
from assessments.states import EDITABLE
from criteria.models import Convention, Criterion, Phase, Side
from criteria.phases import Stand, Window
from criteria.scoring import caps as adjustment
from criteria.scoring.caps import Caps, Total
from criteria.scoring.notation import Option, options
from criteria.selectors import criteria_of
from criteria.selectors.caps import caps_of, exact, limit_of
from criteria.selectors.exemptions import Exempt, exempt_from
from criteria.selectors.lineage import carried_from

ZERO = Decimal(0)


class LeafState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    UNFOUNDED = "unfounded"
    ELSEWHERE = "elsewhere"
    EXEMPT = "exempt"


class ProblemKind(StrEnum):
    """What is wrong with a leaf before the dossier is handed in; the last one only warns."""

    UNANSWERED = "unanswered"
    UNFOUNDED = "unfounded"
    NOT_EXPLAINED = "not_explained"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True)
class Problem:
    kind: ProblemKind
    criterion: Criterion

    @property
    def is_error(self) -> bool:
        return self.kind is not ProblemKind.NO_EVIDENCE


@dataclass
class Line:
    """One node of the sheet: for a leaf its score and evidence, for an inner node the sums of what is below.

    ``exempt``: why the leaf does not apply to the unit; what the unit had answered is kept and does not count.
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
    def is_off_step(self) -> bool:
        """Whether the stored points are none of the steps that the rule offers."""
        stored = self.score.points if self.score else None
        return bool(self.options) and stored is not None and all(stored != each.points for each in self.options)


@dataclass
class Sheet:
    """The whole sheet in printing order. Sums are over the leaves that the unit scores and that apply to it.

    A node outside the scale shows what it adds after its own cap, and has no part in any maximum.
    """

    assessment: Assessment
    lines: list[Line]
    caps: Caps = field(default_factory=Caps)

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
        return [problem for problem in self.problems if not problem.is_error]

    @property
    def saved_at(self) -> datetime | None:
        return max((line.score.updated_at for line in self.lines if line.score and line.score.version), default=None)

    @property
    def unproven(self) -> int:
        """Leaves with points but without a document where one is needed or asked."""
        kinds = {ProblemKind.UNFOUNDED, ProblemKind.NO_EVIDENCE}
        return sum(problem.kind in kinds for problem in self.problems)

    def find(self, criterion_pk: int) -> Line | None:
        return next((line for line in self.lines if line.criterion.pk == criterion_pk), None)

    def path(self, line: Line) -> list[Line]:
        """The inner nodes above a leaf, nearest first: those whose sums a save changes."""
        by_pk = {each.criterion.pk: each for each in self.lines}
        above = []
        while line.criterion.parent_id is not None:
            line = by_pk[line.criterion.parent_id]
            above.append(line)
        return above


def sheet(assessment: Assessment) -> Sheet:
    """The score sheet with evidence, last year's points, sums and problems: five queries at most, for any size."""
    criteria = criteria_of(assessment.criteria_set)
    scores, earlier = this_and_last(assessment)
    before = carried_from(assessment.criteria_set.criteria.all(), earlier) if earlier else {}
    exempt = exempt_from(assessment.unit_id, criteria, assessment.cycle.period_end)
    cited: dict[int, list[Citation]] = {}
    for citation in Citation.objects.filter(score__assessment=assessment).select_related("evidence").order_by("pk"):
        cited.setdefault(citation.score_id, []).append(citation)
    lines = [_line(each, scores.get(each.pk), cited, exempt.get(each.pk)) for each in criteria]
    for line in lines:
        line.last_year = of_last_year(earlier.get(before.get(line.criterion.pk, 0)))
    return summed(assessment, lines)


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
        line.problems = _problems(line)
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


def _problems(line: Line) -> list[Problem]:
    score = line.score
    if score is None or not score.is_answered:
        return [Problem(ProblemKind.UNANSWERED, line.criterion)]
    explained, founded = bool(score.explanation.strip()), bool(line.citations)
    if score.not_applicable:
        return [] if explained else [Problem(ProblemKind.NOT_EXPLAINED, line.criterion)]
    # Points that the unit takes from itself need no proof.
    if not score.points or score.points < 0 or founded:
        return []
    if not explained:
        return [Problem(ProblemKind.UNFOUNDED, line.criterion)]
    return [Problem(ProblemKind.NO_EVIDENCE, line.criterion)] if line.criterion.evidence_asked else []


def offered(criterion: Criterion) -> tuple[Option, ...]:
    """The steps of the criterion's rule; none where the rule offers none or does not follow its notation."""
    return options(criterion.rule, criterion.max_points)


class Lock(StrEnum):
    """Why a sheet cannot be changed, most telling first."""

    SUBMITTED = "submitted"
    APPRAISED = "appraised"
    NO_PHASE = "no_phase"
    BEFORE = "before"
    OVER = "over"
    VIEWER = "viewer"


def lock_of(assessment: Assessment, phase: Phase | None, now: datetime, may_score: bool) -> Lock | None:
    """What keeps the sheet read-only at ``now``; None when it may be filled in."""
    if assessment.state not in EDITABLE:
        return Lock(assessment.state)
    if phase is None:
        return Lock.NO_PHASE
    stand = Window(phase.opens_at, phase.closes_at).stand(now)
    if stand is not Stand.OPEN:
        return Lock(stand.value)
    return None if may_score else Lock.VIEWER
