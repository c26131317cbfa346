"""A criteria set as people read it: rules line by line, evidence as a checklist, references with their state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from criteria.models import CriteriaSet, Criterion, LegalDocument, SetState
from criteria.scoring.examples import BadExample, run
from criteria.scoring.notation import parse
from criteria.scoring.rules import BadRule
from criteria.selectors import by_area, sets_in_force
from criteria.tree import annex, bases, evidence
from units.naming import folded

FROZEN = (SetState.ISSUED, SetState.REPLACED)


@dataclass(frozen=True)
class Reference:
    """A line of a legal basis; ``document`` where its number is in the library."""

    words: str
    document: LegalDocument | None


@dataclass(frozen=True)
class Worked:
    """A worked example: its line, and how the rule comes to its points; empty where the rule cannot be read."""

    text: str
    derivation: str


@dataclass(frozen=True)
class Shown:
    """A node with everything that it says, ready to read."""

    criterion: Criterion
    rule: tuple[str, ...]
    evidence: tuple[evidence.Item, ...]
    facets: tuple[str, ...]
    references: tuple[Reference, ...]
    examples: tuple[Worked, ...]


def library() -> dict[str, LegalDocument]:
    """The known legal documents by their comparable number. One query."""
    documents = LegalDocument.objects.select_related("replaced_by")
    return {bases.key(each.number): each for each in documents}


def shown(criteria: Iterable[Criterion], known: Mapping[str, LegalDocument]) -> list[tuple[Shown, list[Shown]]]:
    """Each area with everything below it; ``known``: the ``library``."""
    return [(_shown(area, known), [_shown(each, known) for each in below]) for area, below in by_area(criteria)]


def _shown(criterion: Criterion, known: Mapping[str, LegalDocument]) -> Shown:
    is_leaf = criterion.is_leaf
    return Shown(
        criterion=criterion,
        rule=annex.parted(criterion.rule) if is_leaf else (),
        evidence=evidence.parse(criterion.evidence_asked) if is_leaf else (),
        facets=annex.rule_lines(criterion.facets) if is_leaf else (),
        references=references(criterion.legal_basis, known),
        examples=_worked(criterion) if is_leaf and criterion.examples else (),
    )


def references(text: str, known: Mapping[str, LegalDocument]) -> tuple[Reference, ...]:
    """The references of a text, each with its document where the library has it."""
    return tuple(Reference(each.words, known.get(bases.key(each.number))) for each in bases.parse(text))


def _worked(criterion: Criterion) -> tuple[Worked, ...]:
    lines = annex.rule_lines(criterion.examples)
    try:
        ways = _derivations(criterion.rule, criterion.examples, criterion.max_points, criterion.min_points)
    except (BadRule, BadExample):
        ways = ("",) * len(lines)
    return tuple(Worked(*each) for each in zip(lines, ways, strict=True))


@lru_cache(maxsize=2000)
def _derivations(rule: str, examples: str, maximum: Decimal, minimum: Decimal) -> tuple[str, ...]:
    """Kept between requests: texts and bounds say everything, and a page runs some hundred rules."""
    return tuple(each.derivation for each in run(parse(rule), examples, maximum=maximum, minimum=minimum))


def replaced_by(criteria_set: CriteriaSet) -> CriteriaSet | None:
    """For a replaced set the version in force: a later one, or, where an amendment was taken back, the one before."""
    if criteria_set.state != SetState.REPLACED:
        return None
    return sets_in_force(criteria_set.cycle).filter(kind=criteria_set.kind).first()


def public_sets(text: str = "") -> list[CriteriaSet]:
    """Every set that is or was in force, newest cycle first; ``text`` stands in the title, cycle, number or kind."""
    sets = CriteriaSet.objects.filter(state__in=FROZEN).select_related("cycle__authority")
    found = list(sets.order_by("-cycle__year", "cycle__name", "kind", "-version"))
    wanted = folded(text)
    return [each for each in found if wanted in folded(_words(each))]


def _words(criteria_set: CriteriaSet) -> str:
    kind = criteria_set.get_kind_display()
    return f"{criteria_set.title} | {criteria_set.cycle.name} | {criteria_set.number} | {kind}"
