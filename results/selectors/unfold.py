"""A unit's total taken apart: areas, criteria, leaves, each with the sum that it adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from criteria.models import Criterion, SetState, Tier
from criteria.scoring import caps as adjustment
from criteria.scoring.caps import Caps
from criteria.selectors.caps import exact
from results import index, proof
from results.index import NO_CAPS, Answer, Outcome, Policy, Sum
from results.models import ResultLine, Run, UnitResult
from results.selectors import runs
from results.selectors.calculation import line_of


@dataclass(frozen=True)
class Node:
    """An area or criterion (``line`` is None) or a leaf, and what it adds to the total.

    ``limit``: outside the scale, the most that the node adds or (negative) takes away; it loses nothing.
    """

    code: str
    name: str
    depth: int
    counted: Sum
    line: ResultLine | None = None
    limit: Decimal | None = None

    @property
    def points(self) -> Decimal:
        return index.published(self.counted.points, 4)

    @property
    def maximum(self) -> Decimal:
        return index.published(self.counted.maximum, 4)

    @property
    def percent(self) -> Decimal | None:
        return None if self.counted.percent is None else index.published(self.counted.percent, 2)

    @property
    def lost(self) -> Decimal:
        return self.maximum - self.points if self.limit is None else Decimal(0)


def unfolded(run: Run, result: UnitResult) -> list[Node]:
    """Every node in printing order, areas first. Headings come from the criteria set, all figures from the run."""
    policies, caps = _settings(run, result)
    lines = list(runs.lines_of(run, result.unit_id))
    tree = _inner(run.tier, result, {line.code for line in lines})
    sums: dict[str, Sum] = {}
    leaves: list[tuple[list[Criterion], Node]] = []
    for line in lines:
        counted = index.counted(line_of(line), policies)
        above = _above(line.code, tree)
        for node in above:
            so_far = sums.get(node.code, Sum(Fraction(0), Fraction(0)))
            sums[node.code] = Sum(so_far.points + counted.points, so_far.maximum + counted.maximum)
        leaves.append((above, Node(line.code, line.name, len(above), counted, line)))
    outcome = index.outcome(map(line_of, lines), policies, caps)
    return [_capped(node, outcome, caps) for node in _in_order(leaves, sums)]


def way_of(run: Run, result: UnitResult, lines: Iterable[ResultLine]) -> tuple[str, ...]:
    """How the unit's lines become the total, a sentence a step; nothing where they are simply added up."""
    policies, caps = _settings(run, result)
    outcome = index.outcome(map(line_of, lines), policies, caps)
    return adjustment.in_words(outcome.way, caps)


def _settings(run: Run, result: UnitResult) -> tuple[Mapping[Answer, Policy], Caps]:
    settings = proof.settings_from(run.settings)
    return settings.policies, settings.caps.get(result.group.code, NO_CAPS)


def _capped(node: Node, outcome: Outcome, caps: Caps) -> Node:
    """A node outside the scale with what it adds after its cap."""
    cap = caps.nodes.get(node.code)
    if cap is None:
        return node
    return replace(node, counted=Sum(outcome.way.nodes[node.code], Fraction(0)), limit=exact(cap.limit))


def _in_order(leaves: list[tuple[list[Criterion], Node]], sums: dict[str, Sum]) -> list[Node]:
    nodes: list[Node] = []
    shown: set[str] = set()
    for above, leaf in leaves:
        for node in above:
            if node.code not in shown:
                nodes.append(Node(node.code, node.name, node.depth, sums[node.code]))
                shown.add(node.code)
        nodes.append(leaf)
    return nodes


def _inner(tier: Tier, result: UnitResult, codes: set[str]) -> dict[str, Criterion]:
    """Every node by code, with its parent, of the version of the set that the run was computed on.

    That is the one in force, or else the newest one that has all of the run's ``codes``: an amendment may have put
    another in force since.
    """
    versions: dict[int, dict[int, Criterion]] = {}
    of_kind = {"criteria_set__cycle": tier.cycle_id, "criteria_set__kind": result.group.kind}
    nodes = Criterion.objects.filter(**of_kind, criteria_set__state__in=[SetState.ISSUED, SetState.REPLACED])
    for node in nodes.order_by("criteria_set__state", "-criteria_set__version", "position"):
        versions.setdefault(node.criteria_set_id, {})[node.pk] = node
    fitting = [each for each in versions.values() if codes <= {node.code for node in each.values()}]
    by_pk = next(iter(fitting or versions.values()), {})
    for node in by_pk.values():
        node.parent = by_pk.get(node.parent_id or 0)
    return {node.code: node for node in by_pk.values()}


def _above(code: str, tree: dict[str, Criterion]) -> list[Criterion]:
    """The headings of a leaf, the area first. A leaf that is an area itself has none."""
    node = tree[code].parent if code in tree else None
    above: list[Criterion] = []
    while node is not None:
        above.insert(0, node)
        node = node.parent
    return above
