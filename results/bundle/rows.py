"""The rows of a bundle as frozen values, each knowing the place in the files it was read from. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from criteria.tree.nodes import SCALE


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogue; whoever shows the problem translates it."""
    return text


ZERO = Decimal(0)
ISSUED, DRAFT = "issued", "draft"


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a file. ``columns`` maps a column (or key) to its (line, column), counted from 1."""

    file: str
    line: int
    columns: Mapping[str, tuple[int, int]]

    def at(self, column: str) -> tuple[str, int, int]:
        """File, line and column of a cell; of the row where the cell is missing."""
        return (self.file, *self.columns.get(column, (self.line, 1)))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a bundle from being loaded: where it stands, and a sentence with its values."""

    file: str
    line: int
    column: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


class Refused(Exception):
    """The bundle cannot be loaded; ``problems`` says why, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = sorted(problems, key=lambda each: (each.file, each.line, each.column))


@dataclass(frozen=True, slots=True)
class CycleRow:
    place: Place
    code: str
    name: str
    year: int
    authority: str
    period_start: date
    period_end: date
    previous: str
    plan: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class SettingsRow:
    place: Place
    published_places: int
    rank_on: str
    band_on: str
    tie_rule: str
    not_applicable: str
    unscored: str
    missing_survey: str


@dataclass(frozen=True, slots=True)
class BandRow:
    place: Place
    name: str
    lower: Decimal


@dataclass(frozen=True, slots=True)
class TierRow:
    place: Place
    code: str
    name: str
    authority: str
    standing_body: str
    is_prepared: bool = False


@dataclass(frozen=True, slots=True)
class GroupRow:
    place: Place
    tier: str
    code: str
    name: str
    kind: str
    parent: str


@dataclass(frozen=True, slots=True)
class PhaseRow:
    place: Place
    kind: str
    unit_kind: str
    opens_at: datetime
    closes_at: datetime
    reading: str
    reads: str = "instant"
    named_day: date | None = None
    late_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SetRow:
    place: Place
    kind: str
    title: str
    scale: Decimal
    survey_points: Decimal
    legal_basis: str
    is_demo: bool
    file: str
    state: str = ISSUED
    number: str = ""
    issued_on: date | None = None
    signer: str = ""
    bonus_cap: Decimal = ZERO
    penalty_cap: Decimal = ZERO
    may_exceed: bool = False

    @property
    def is_draft(self) -> bool:
        """Whether the set may still be incomplete. It is loaded as it stands and counts for nobody."""
        return self.state != ISSUED


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """How ``demo_bundle`` fills the cycle; the loader only reads it."""

    place: Place
    finished: bool
    evidence: int
    waiting: tuple[str, ...]
    watermark: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A unit that ``demo_bundle`` leaves in draft, ``scored`` percent answered, its survey points still missing."""

    place: Place
    unit: str
    scored: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    place: Place
    code: str
    name: str
    kind: str
    parent_code: str
    valid_from: date
    valid_until: date | None
    provenance: str


@dataclass(frozen=True, slots=True)
class CriterionRow:
    place: Place
    kind: str
    code: str
    parent_code: str
    name: str
    stated: Decimal | None
    method: str
    evidence: str
    rule: str
    provenance: str
    previous_code: str
    min_points: Decimal = ZERO
    side: str = SCALE
    entered_by: str = "unit"
    examples: str = ""
    guidance: str = ""
    facets: str = ""
    legal_basis: str = ""
    note: str = ""

    @property
    def max_points(self) -> Decimal:
        """The maximum; 0 where it is not known, as only a draft has it."""
        return ZERO if self.stated is None else self.stated


@dataclass(frozen=True, slots=True)
class CouncilRow:
    place: Place
    tier: str
    name: str
    decision: str
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True, slots=True)
class SeatRow:
    place: Place
    tier: str
    username: str
    agency_code: str
    agency_name: str
    role: str


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    place: Place
    tier: str
    username: str
    kind: str
    criterion_code: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    place: Place
    username: str
    full_name: str
    position: str
    unit_code: str
    role: str
    since: date | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    place: Place
    unit_code: str
    criterion_code: str
    points: Decimal | None
    not_applicable: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class DossierRow:
    place: Place
    unit_code: str
    state: str
    submitted_at: datetime | None
    submitted_by: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    place: Place
    unit_code: str
    criterion_code: str
    file: str
    cited: str
    path: Path = Path()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    place: Place
    unit_code: str
    criterion_code: str
    username: str
    points: Decimal | None
    not_applicable: bool
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class SurveyRow:
    place: Place
    unit_code: str
    criterion_code: str
    points: Decimal
    respondents: int


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A piece of the dossier of ``dossier`` given to ``unit_code``, in the plan's own words."""

    place: Place
    dossier: str
    text: str
    facet: str
    unit_code: str
    role: str
    task: str
    provenance: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that one folder says of one season. ``files`` maps a table to the file it was read from."""

    cycle: CycleRow
    settings: SettingsRow
    practice: PracticeRow
    bands: tuple[BandRow, ...] = ()
    tiers: tuple[TierRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    phases: tuple[PhaseRow, ...] = ()
    sets: tuple[SetRow, ...] = ()
    drafts: tuple[DraftRow, ...] = ()
    units: tuple[UnitRow, ...] = ()
    criteria: tuple[CriterionRow, ...] = ()
    councils: tuple[CouncilRow, ...] = ()
    seats: tuple[SeatRow, ...] = ()
    assignments: tuple[AssignmentRow, ...] = ()
    accounts: tuple[AccountRow, ...] = ()
    scores: tuple[ScoreRow, ...] = ()
    dossiers: tuple[DossierRow, ...] = ()
    evidence: tuple[EvidenceRow, ...] = ()
    appraisals: tuple[AppraisalRow, ...] = ()
    survey: tuple[SurveyRow, ...] = ()
    delegations: tuple[DelegationRow, ...] = ()
    digest: str = ""
    damaged: frozenset[str] = frozenset()
