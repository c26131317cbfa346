"""Reads of exemptions: which leaves do not apply to which units, by whom and under which document.

What a score sheet, a council, a board and a run show is read here and nowhere else, so that they agree with what the
preview of an exemption listed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from criteria.models import CriteriaSet, Criterion, Exemption, ExemptionState, RankingGroup
from criteria.tree.applicability import Applied, Rule, apply
from criteria.tree.nodes import ZERO, Node, Outline
from units.models import Unit, UnitAttribute

IN_FORCE = (ExemptionState.BY_RULE, ExemptionState.GRANTED)
Key = tuple[int, int]
"""Primary keys of a unit and of a leaf."""


@dataclass(frozen=True)
class Exempt:
    """Why a leaf does not apply to a unit. ``node``: code of the criterion that was exempted, the leaf or one above."""

    convention: str
    state: str
    node: str
    reason: str
    document: str
    decider: str
    decided_at: datetime | None

    @property
    def is_by_rule(self) -> bool:
        return self.state == ExemptionState.BY_RULE

    @property
    def source(self) -> str:
        """Document and person, as far as there are."""
        return " · ".join(filter(None, (self.document, self.decider)))


@dataclass(frozen=True)
class Exempted:
    """Every exempted leaf by unit, with what contradicts itself and therefore still applies: (unit, leaf)."""

    leaves: Mapping[Key, Exempt]
    contradicted: tuple[Key, ...] = ()


def exemptions_of(criteria_set: CriteriaSet) -> QuerySet[Exemption]:
    """All of them, whatever their state, in printing order."""
    rows = Exemption.objects.filter(criterion__criteria_set=criteria_set)
    return rows.select_related("criterion", "unit", "asked_by", "decided_by").order_by("criterion__position", "pk")


def measured(criteria_set: CriteriaSet) -> list[Unit]:
    """The units that the set measures: those of the cycle's ranking groups of its kind at the end of the period."""
    groups = RankingGroup.objects.filter(tier__cycle=criteria_set.cycle_id, kind=criteria_set.kind)
    end = criteria_set.cycle.period_end
    units = Unit.objects.filter(kind=criteria_set.kind, parent__in=groups.values("parent"), valid_from__lte=end)
    return list(units.exclude(valid_until__lte=end).order_by("sort_key", "code"))


def words_of(units: Iterable[int], on: date) -> dict[int, frozenset[str]]:
    """The attributes that each unit has on the day."""
    found: dict[int, set[str]] = {pk: set() for pk in units}
    standing = UnitAttribute.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
    for unit, word in standing.filter(unit__in=found).order_by().values_list("unit", "word"):
        found[unit].add(word)
    return {pk: frozenset(words) for pk, words in found.items()}


def words_in_use(criteria_set: CriteriaSet) -> list[str]:
    """Every attribute that a unit measured by the set has at the end of the period."""
    words = words_of([unit.pk for unit in measured(criteria_set)], criteria_set.cycle.period_end)
    return sorted(set().union(*words.values()))


def rules_of(exemptions: Iterable[Exemption]) -> list[Rule[int]]:
    """Those in force, as the arithmetic takes them."""
    return [rule_of(each) for each in exemptions if each.state in IN_FORCE]


def rule_of(exemption: Exemption) -> Rule[int]:
    """One exemption, stored or not yet: then its key is 0."""
    return Rule(
        exemption.pk or 0, exemption.criterion.code, exemption.convention, exemption.unit_id, exemption.attribute
    )


def applied(tree: Outline, rules: Iterable[Rule[int]], units: Iterable[int], on: date) -> Applied[int]:
    """What the rules do to the units. Attributes are read only where a rule asks for one."""
    rules = list(rules)
    if any(rule.attribute for rule in rules):
        return apply(tree, rules, words_of(units, on))
    return apply(tree, rules, dict.fromkeys(units, frozenset()))


def exempted(trees: Mapping[int, Sequence[Criterion]], units: Mapping[int, Iterable[int]], on: date) -> Exempted:
    """What does not apply to whom, for several sets at once: ``trees`` and ``units`` by primary key of the set.

    One query; one more where an exemption goes by attribute.
    """
    rows: dict[int, list[Exemption]] = {}
    for each in _in_force(trees):
        rows.setdefault(each.criterion.criteria_set_id, []).append(each)
    leaves: dict[Key, Exempt] = {}
    contradicted: list[Key] = []
    for pk, exemptions in rows.items():
        pks = {node.code: node.pk for node in trees[pk]}
        result = applied(bare(trees[pk]), rules_of(exemptions), units.get(pk, ()), on)
        by_key = {each.pk: _exempt(each) for each in exemptions}
        leaves |= {(unit, pks[leaf]): by_key[effect.rule] for (unit, leaf), effect in result.effects.items()}
        contradicted += [(each.unit, pks[each.leaf]) for each in result.contradictions]
    return Exempted(leaves, tuple(contradicted))


def _in_force(sets: Iterable[int]) -> QuerySet[Exemption]:
    rows = Exemption.objects.filter(criterion__criteria_set__in=list(sets), state__in=IN_FORCE)
    return rows.select_related("criterion", "decided_by").order_by("pk")


def exempted_of(units: Mapping[int, Iterable[int]]) -> Exempted:
    """As ``exempted``, where the trees are not at hand: one query if nothing is exempted."""
    rows = Exemption.objects.filter(criterion__criteria_set__in=list(units), state__in=IN_FORCE).order_by()
    ends = dict(rows.values_list("criterion__criteria_set", "criterion__criteria_set__cycle__period_end").distinct())
    trees: dict[int, list[Criterion]] = {}
    if ends:
        for node in Criterion.objects.filter(criteria_set__in=ends).order_by("criteria_set", "position"):
            trees.setdefault(node.criteria_set_id, []).append(node)
    found = [exempted({pk: trees[pk]}, units, on) for pk, on in ends.items()]
    return Exempted(
        {key: exempt for each in found for key, exempt in each.leaves.items()},
        tuple(key for each in found for key in each.contradicted),
    )


def exempt_from(unit: int, tree: Sequence[Criterion], on: date) -> dict[int, Exempt]:
    """What of a set, given by its tree, does not apply to one unit, by primary key of the leaf: a single query.

    A leaf on which exemptions contradict each other still applies.
    """
    return _reached(unit, _reaching(unit, {each.criteria_set_id for each in tree}, on), tree)


def exempt_leaf(unit: int, leaf: Criterion, on: date) -> Exempt | None:
    """Why one leaf does not apply to one unit; None where it does.

    The tree is read only where an exemption reaches the unit: every save of a leaf asks, its dossier locked.
    """
    rows = _reaching(unit, {leaf.criteria_set_id}, on)
    if not rows:
        return None
    tree = list(Criterion.objects.filter(criteria_set=leaf.criteria_set_id).order_by("position"))
    return _reached(unit, rows, tree).get(leaf.pk)


def _reaching(unit: int, sets: Iterable[int], on: date) -> list[Exemption]:
    """The exemptions in force that name the unit, no unit, or an attribute that it has on the day.

    One narrow query where none does, as in most units; the rows themselves are read where one may.
    """
    rows = Exemption.objects.filter(Q(unit=unit) | Q(unit=None), criterion__criteria_set__in=sets, state__in=IN_FORCE)
    found = dict(rows.order_by().values_list("pk", "attribute"))
    words = words_of([unit], on)[unit] if any(found.values()) else frozenset()
    mine = [pk for pk, attribute in found.items() if not attribute or attribute in words]
    if not mine:
        return []
    return list(Exemption.objects.filter(pk__in=mine).select_related("criterion", "decided_by").order_by("pk"))


def _reached(unit: int, rows: Sequence[Exemption], tree: Sequence[Criterion]) -> dict[int, Exempt]:
    if not rows:
        return {}
    # The query has kept only what reaches the unit: its attributes are those that are asked for.
    have = frozenset(row.attribute for row in rows if row.attribute)
    result = apply(bare(tree), rules_of(rows), {unit: have})
    pks, by_key = {node.code: node.pk for node in tree}, {row.pk: _exempt(row) for row in rows}
    return {pks[leaf]: by_key[effect.rule] for leaf, effect in result.of(unit).items()}


def _exempt(row: Exemption) -> Exempt:
    return Exempt(
        convention=row.convention,
        state=row.state,
        node=row.criterion.code,
        reason=row.reason,
        document=row.document,
        decider=str(row.decided_by) if row.decided_by else "",
        decided_at=row.decided_at,
    )


def bare(tree: Iterable[Criterion]) -> Outline:
    """The tree as far as exemptions and caps look at it; the criteria in printing order."""
    nodes = list(tree)
    codes = {each.pk: each.code for each in nodes}
    return Outline(
        title="",
        scale=ZERO,
        survey_points=ZERO,
        nodes=tuple(
            Node(
                code=each.code,
                name=each.name,
                parent=codes.get(each.parent_id or 0, ""),
                maximum=each.max_points,
                minimum=each.min_points,
                side=each.side,
            )
            for each in nodes
        ),
    )
