"""Checks of what a bundle delegates: whose dossier, to whom, and whether the plan's words can be read. Plain Python."""

from collections.abc import Iterator

from assessments.delegating.expressions import BadExpression, read
from criteria.tree.nodes import Node, Outline
from results.bundle.lookup import Lookup
from results.bundle.rows import ZERO, DelegationRow, Problem, gettext_noop


def check_delegations(look: Lookup) -> Iterator[Problem]:
    """Gaps and overlaps are no problem here: they are settled on the page before anything is issued."""
    trees = {kind: _outline(look, kind) for kind in look.sets}
    for row in look.bundle.delegations:
        if row.unit_code not in look.units:
            text = gettext_noop("No unit stands under “%(code)s” at the end of the measured period.")
            yield Problem(*row.place.at("unit_code"), text, {"code": row.unit_code})
        if row.dossier not in look.assessed:
            text = gettext_noop("The cycle does not assess “%(code)s”.")
            yield Problem(*row.place.at("dossier"), text, {"code": row.dossier})
        elif (kind := look.units[row.dossier].kind) in trees:
            yield from _words(row, trees[kind])


def _words(row: DelegationRow, tree: Outline) -> Iterator[Problem]:
    try:
        read(row.text, tree, row.facet)
    except BadExpression as bad:
        yield Problem(*row.place.at("text"), bad.reason, bad.fields)


def _outline(look: Lookup, kind: str) -> Outline:
    """As much of the set as the words of a plan are read by."""
    nodes = tuple(
        Node(code=each.code, name=each.name, parent=each.parent_code, facets=each.facets)
        for each in look.bundle.criteria
        if each.kind == kind
    )
    return Outline(title="", scale=ZERO, survey_points=ZERO, nodes=nodes)
