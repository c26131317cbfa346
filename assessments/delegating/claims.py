"""Who claims which leaf, whose claim goes before whose, and where nobody or more than one leads.

The more specific claim wins: a part of a leaf before the leaf itself, the leaf before a criterion above it, the
criterion before its area. Gaps and overlaps are told whether or not that settles them: a plan that gives one leaf to
four leaders is a matter for people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from json import dumps

from assessments.delegating.expressions import Expression, Target, below, parts_of
from criteria.tree.nodes import SURVEY, Node, Outline

NOBODY, SEVERAL = "nobody", "several"
CODE = 20
"""The longest code that is stored."""


class Level(IntEnum):
    """How specific a claim is, by what it names. Deeper criteria are more specific than those above them."""

    AREA = 0
    CRITERION = 1
    LEAF = 2
    PART = 3


@dataclass(frozen=True)
class Given:
    """One delegation. ``key`` finds it again; ``owner`` is the same text for the same unit, division or person."""

    key: int
    owner: str
    is_lead: bool
    expression: Expression


@dataclass(frozen=True)
class Claim:
    """What one delegation says of one leaf. ``part``: a label (or words), empty for the whole leaf.

    ``named``: the code that the plan named; ``rank``: the greater, the more specific.
    """

    key: int
    owner: str
    is_lead: bool
    leaf: str
    part: str
    named: str
    level: Level
    rank: tuple[int, int]


@dataclass(frozen=True)
class Finding:
    """A leaf that nobody leads, or more than one. ``code``: the leaf's, with the label of a part behind it (“4.3 b”).

    ``claims``: the digest of who claims it; ``leads``: the leading claims, as given. ``is_survey``: no unit scores it.
    """

    code: str
    leaf: str
    kind: str
    claims: str
    leads: tuple[Claim, ...]
    is_survey: bool = False


@dataclass(frozen=True)
class Owner:
    """Who owns a leaf, or a part of it, once the more specific claim has won."""

    key: int
    is_lead: bool
    part: str


def claims_of(outline: Outline, given: Iterable[Given]) -> dict[str, list[Claim]]:
    """The claims on each leaf, in the order of the delegations; a leaf without any has an empty list."""
    found: dict[str, list[Claim]] = {leaf.code: [] for leaf in outline.leaves}
    for each in given:
        excepted = {leaf for code in each.expression.excepted for leaf in below(outline, code)}
        closest: dict[tuple[str, str], Claim] = {}
        for target in each.expression.targets:
            for leaf in below(outline, target.code):
                claim = _claim(each, target, leaf, outline)
                known = closest.get((leaf, target.part))
                if leaf not in excepted and (known is None or known.rank < claim.rank):
                    closest[leaf, target.part] = claim
        for claim in closest.values():
            found[claim.leaf].append(claim)
    return found


def _claim(given: Given, target: Target, leaf: str, outline: Outline) -> Claim:
    node = outline.by_code[target.code]
    depth = outline.depth(node)
    rank = (int(bool(target.part)), depth)
    level = _level(node, target, outline, depth)
    return Claim(given.key, given.owner, given.is_lead, leaf, target.part, target.code, level, rank)


def _level(node: Node, target: Target, outline: Outline, depth: int) -> Level:
    if target.part:
        return Level.PART
    if outline.is_leaf(node):
        return Level.LEAF
    return Level.CRITERION if depth else Level.AREA


def findings(outline: Outline, claims: Mapping[str, Sequence[Claim]]) -> list[Finding]:
    """The gaps and overlaps in printing order: all who lead a leaf are told, also where precedence would decide."""
    return [finding for leaf in outline.leaves for finding in _findings(leaf, claims.get(leaf.code, ()))]


def _findings(leaf: Node, claims: Sequence[Claim]) -> list[Finding]:
    leads = tuple(each for each in claims if each.is_lead)
    is_survey = leaf.method == SURVEY
    if not leads:
        return [Finding(leaf.code, leaf.code, NOBODY, digest(claims), (), is_survey)]
    found = []
    labels = [part.label for part in parts_of(leaf)]
    in_parts = bool(labels) and any(each.part for each in leads)
    bare = [label for label in labels if not _on(leads, label)] if in_parts else []
    if any(len(_owners(_on(leads, label))) > 1 for label in labels or [""]) or (not labels and _count(leads) > 1):
        found.append(Finding(leaf.code, leaf.code, SEVERAL, digest(claims), leads, is_survey))
    for label in bare:
        code = f"{leaf.code} {label}"[-CODE:]
        found.append(Finding(code, leaf.code, NOBODY, digest(claims), (), is_survey))
    return found


def _on(leads: Sequence[Claim], label: str) -> list[Claim]:
    """Those who claim the part: itself, or the whole leaf."""
    return [each for each in leads if each.part in {"", label}]


def _owners(claims: Iterable[Claim]) -> set[str]:
    return {each.owner for each in claims}


def _count(leads: Sequence[Claim]) -> int:
    return len(_owners(leads))


def owners(leaf: Node, claims: Sequence[Claim]) -> list[Owner]:
    """Whose the leaf is: of each of its parts the most specific leads, and everybody who contributes.

    A leaf that nobody leads a part of is owned as a whole (``part`` empty).
    """
    leads = [each for each in claims if each.is_lead]
    labels = [part.label for part in parts_of(leaf)]
    if labels and any(each.part for each in leads):
        found = [Owner(each.key, True, label) for label in labels for each in _most_specific(_on(leads, label))]
    else:
        found = [Owner(each.key, True, each.part) for each in _most_specific(leads)]
    return [*found, *(Owner(each.key, False, each.part) for each in claims if not each.is_lead)]


def _most_specific(claims: Sequence[Claim]) -> list[Claim]:
    top = max((each.rank for each in claims), default=None)
    return [each for each in claims if each.rank == top]


def digest(claims: Iterable[Claim]) -> str:
    """SHA-256 of who claims what of a leaf: a justification holds as long as it stays the same."""
    said = sorted([each.owner, each.is_lead, each.part, each.named] for each in claims)
    return sha256(dumps(said, ensure_ascii=False).encode()).hexdigest()
