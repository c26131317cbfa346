"""What stands around a set: the earlier set, the documents it rests on, the units that it measures."""

from collections.abc import Iterator, Sequence

from criteria.scoring.rules import gettext_noop as _
from criteria.tree import bases
from criteria.tree.findings import ERROR, LINEAGE, WARNING, Facts, Finding, error, warning
from criteria.tree.nodes import Outline

MOST_CODES = 3
"""So many leaves of a long list are named; a draft copied from last year would name all of its own."""


def lineage(outline: Outline, facts: Facts) -> Iterator[Finding]:
    """One finding for this set's leaves and one for the earlier set's: they are confirmed together, on one page."""
    if facts.traced is None:
        return
    open_ = [leaf.code for leaf in outline.leaves if leaf.code not in facts.traced]
    if open_:
        message = _("Nobody has confirmed where these criteria come from in the earlier set (%(count)s): %(codes)s.")
        if len(open_) > MOST_CODES:
            message = _(
                "Nobody has confirmed where these criteria come from in the earlier set (%(count)s): "
                "%(codes)s and %(rest)s more."
            )
        yield error("lineage_missing", "", LINEAGE, message, **_listed(open_))
    if facts.untold:
        message = _("Nobody has confirmed what became of these criteria of the earlier set (%(count)s): %(codes)s.")
        if len(facts.untold) > MOST_CODES:
            message = _(
                "Nobody has confirmed what became of these criteria of the earlier set (%(count)s): "
                "%(codes)s and %(rest)s more."
            )
        yield warning("lineage_untold", "", LINEAGE, message, **_listed(facts.untold))


def _listed(codes: Sequence[str]) -> dict[str, str]:
    named, rest = codes[:MOST_CODES], codes[MOST_CODES:]
    return {"count": str(len(codes)), "codes": ", ".join(named), "rest": str(len(rest))}


def grounds(outline: Outline, facts: Facts) -> Iterator[Finding]:
    """A set under a repealed document is not issued; a leaf may still name one, whose duties it measures."""
    if not outline.legal_basis.strip():
        yield warning("basis_missing", "", "legal_basis", _("The set names no legal basis."))
    yield from _of(facts, outline.legal_basis, "", ERROR)
    for node in outline.nodes:
        yield from _of(facts, node.legal_basis, node.code, WARNING)


def _of(facts: Facts, text: str, code: str, severity: str) -> Iterator[Finding]:
    if facts.known is None:
        return
    for each in bases.parse(text):
        key = bases.key(each.number)
        if each.number and key not in facts.known:
            message = _("Document %(number)s is not in the library.")
            yield warning("basis_unknown", code, "legal_basis", message, number=each.number)
        elif key in facts.repealed:
            yield _repealed(each.number, facts.repealed[key], code, severity)


def _repealed(number: str, replaced_by: str, code: str, severity: str) -> Finding:
    message = _("Document %(number)s is no longer in force.")
    if replaced_by:
        message = _("Document %(number)s is no longer in force; %(other)s took its place.")
    values = {"number": number, "other": replaced_by}
    return Finding("basis_repealed", severity, code, "legal_basis", message, values)


def group(outline: Outline, facts: Facts) -> Iterator[Finding]:
    if facts.has_group is False:
        message = _("No ranking group of the cycle has units of this kind: the set measures nobody.")
        yield warning("group_missing", "", "", message)


CHECKS = (group, lineage, grounds)
