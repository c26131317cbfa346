"""The delegations of a dossier as their page shows them: rows read, leaves with their owners, what is unsettled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assessments.delegating import claims as pure
from assessments.delegating.claims import NOBODY, Claim, Finding, Level
from assessments.delegating.expressions import BadExpression, parts_of
from assessments.models import Assessment, Delegation, DelegationPlan, Justification
from assessments.selectors.delegation import Reading, owner_name, plan_of, reading_of, rows_of
from criteria.models import Criterion, EnteredBy
from criteria.selectors import criteria_of, outline
from criteria.selectors.exemptions import exempt_from
from criteria.tree.nodes import Outline


@dataclass(frozen=True)
class Row:
    """One delegation. ``problem``: why it gives nothing; ``leaves``: how many leaves it reaches."""

    delegation: Delegation
    name: str
    problem: BadExpression | None
    leaves: int


@dataclass(frozen=True)
class Lead:
    """One who leads a leaf: by which row, on which part (in words, empty: the whole), how specific the claim is."""

    delegation: Delegation
    name: str
    part: str
    level: Level


@dataclass(frozen=True)
class Matter:
    """A gap or an overlap. ``lapsed``: what was said for it before its claims changed; ``exists``: does it stand."""

    finding: Finding
    criterion: Criterion
    part: str
    leads: tuple[Lead, ...]
    justification: Justification | None
    lapsed: Justification | None

    @property
    def is_gap(self) -> bool:
        return self.finding.kind == NOBODY

    @property
    def is_settled(self) -> bool:
        return self.justification is not None

    @property
    def is_elsewhere(self) -> bool:
        """Whether no unit scores the leaf: a survey measures it, or others write its points."""
        return self.finding.is_survey or self.criterion.entered_by != EnteredBy.UNIT

    @property
    def key(self) -> str:
        """Names the matter in forms and addresses of the page."""
        return f"{self.finding.kind}-{self.finding.code.replace(' ', '_')}"


@dataclass(frozen=True)
class Place:
    """A line of the tree with whose it is. ``owners``: (part in words, name, is it a lead), leads that won first."""

    criterion: Criterion
    owners: tuple[tuple[str, str, bool], ...]
    matter: Matter | None


@dataclass(frozen=True)
class Board:
    """Everything that the page shows. ``plan`` None: nothing was delegated yet."""

    assessment: Assessment
    plan: DelegationPlan | None
    rows: tuple[Row, ...]
    matters: tuple[Matter, ...]
    places: tuple[Place, ...]

    @property
    def is_issued(self) -> bool:
        return self.plan is not None and self.plan.issued_at is not None

    @cached_property
    def open(self) -> tuple[Matter, ...]:
        """What is neither resolved nor justified."""
        return tuple(each for each in self.matters if not each.is_settled)

    @cached_property
    def settled(self) -> tuple[Matter, ...]:
        return tuple(each for each in self.matters if each.is_settled)

    @cached_property
    def open_elsewhere(self) -> tuple[Matter, ...]:
        """Unsettled gaps of leaves that no unit scores: they are settled together."""
        return tuple(each for each in self.open if each.is_gap and each.is_elsewhere)

    @property
    def unread(self) -> int:
        return sum(row.problem is not None for row in self.rows)

    @property
    def may_be_issued(self) -> bool:
        return bool(self.rows) and not self.open and not self.unread and not self.is_issued


def board_of(assessment: Assessment) -> Board:
    """Six queries at most, however many rows and leaves there are."""
    plan = plan_of(assessment)
    rows = rows_of(plan) if plan else []
    nodes = criteria_of(assessment.criteria_set)
    tree = outline(assessment.criteria_set, nodes)
    reading = reading_of(rows, tree)
    exempt = _exempt(assessment, nodes)
    found = [each for each in pure.findings(tree, reading.claims) if each.leaf not in exempt]
    said = {(each.code, each.kind): each for each in plan.justifications.select_related("by")} if plan else {}
    by_code, by_pk = {node.code: node for node in nodes}, {row.pk: row for row in rows}
    matters = tuple(_matter(each, by_code[each.leaf], tree, by_pk, said) for each in found) if rows else ()
    return Board(
        assessment,
        plan,
        tuple(_rows(rows, reading)),
        matters,
        tuple(_places(nodes, tree, reading, by_pk, {each.finding.leaf: each for each in reversed(matters)})),
    )


def _exempt(assessment: Assessment, nodes: Sequence[Criterion]) -> set[str]:
    """The codes of the leaves that do not apply to the unit: nobody need lead them."""
    found = exempt_from(assessment.unit_id, nodes, assessment.cycle.period_end)
    return {node.code for node in nodes if node.pk in found}


def _rows(rows: Iterable[Delegation], reading: Reading) -> Iterable[Row]:
    reached: dict[int, set[str]] = {}
    for leaf, claims in reading.claims.items():
        for each in claims:
            reached.setdefault(each.key, set()).add(leaf)
    for row in rows:
        yield Row(row, owner_name(row), reading.unread.get(row.pk), len(reached.get(row.pk, ())))


def _matter(
    finding: Finding,
    criterion: Criterion,
    tree: Outline,
    rows: dict[int, Delegation],
    said: dict[tuple[str, str], Justification],
) -> Matter:
    words = part_words(criterion, tree)
    known = said.get((finding.code, finding.kind))
    stands = known is not None and known.claims == finding.claims
    label = finding.code.removeprefix(finding.leaf).strip()
    return Matter(
        finding,
        criterion,
        words.get(label, label),
        tuple(_lead(each, rows[each.key], words) for each in finding.leads),
        known if stands else None,
        None if stands else known,
    )


def _lead(claim: Claim, row: Delegation, words: dict[str, str]) -> Lead:
    return Lead(row, owner_name(row), words.get(claim.part, claim.part), claim.level)


def part_words(criterion: Criterion, tree: Outline) -> dict[str, str]:
    """The names of the leaf's parts by their labels, as the page says them: “a) Quản lý ngân sách”."""
    return {each.label: f"{each.label}) {each.name}" for each in parts_of(tree.by_code[criterion.code])}


def _places(
    nodes: Sequence[Criterion],
    tree: Outline,
    reading: Reading,
    rows: dict[int, Delegation],
    matters: dict[str, Matter],
) -> Iterable[Place]:
    for node in nodes:
        claims = reading.claims.get(node.code, ())
        words = part_words(node, tree) if claims else {}
        owners = pure.owners(tree.by_code[node.code], claims) if claims else []
        said = ((words.get(each.part, each.part), owner_name(rows[each.key]), each.is_lead) for each in owners)
        yield Place(node, tuple(said), matters.get(node.code))
