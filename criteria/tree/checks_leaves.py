"""What a leaf says beside its rule: worked examples, evidence, who enters it, parts with owners of their own."""

from collections.abc import Iterator
from decimal import Decimal

from criteria.scoring import examples
from criteria.scoring.examples import BadExample, Ran
from criteria.scoring.rules import Manual, Rule
from criteria.scoring.rules import gettext_noop as _
from criteria.tree import evidence, facets
from criteria.tree.facets import BadFacets, Facets
from criteria.tree.findings import ERROR, WARNING, Facts, Finding, error, points, warning
from criteria.tree.nodes import ADJUSTMENT, APPRAISAL, OUTCOME, SURVEY, Node, Outline
from criteria.tree.readings import Reading

METHODS = frozenset({APPRAISAL, SURVEY, OUTCOME, ADJUSTMENT})
ENTERED = frozenset({"unit", "appraiser", "standing_body", "import"})


def worked(found: Reading) -> Iterator[Finding]:
    """Each rule carries worked examples that hold: three at least, both ends among them."""
    leaf, rule = found.leaf, found.rule
    if rule is None or leaf.maximum is None or isinstance(rule, Manual):
        return
    if not leaf.examples.strip():
        message = _("The rule of %(code)s has no worked examples.")
        yield error("examples_missing", leaf.code, "examples", message, code=leaf.code)
        return
    try:
        ran = examples.run(rule, leaf.examples, maximum=leaf.maximum, minimum=leaf.minimum)
    except BadExample as bad:
        message = _("The worked examples of %(code)s cannot be read, line %(line)s: %(why)s")
        values = {"code": leaf.code, "line": str(bad.line)}
        yield Finding("example_unreadable", ERROR, leaf.code, "examples", message, values, bad.reason, bad.fields)
        return
    yield from (_failed(leaf, each) for each in ran if not each.ok)
    yield from _uncovered(leaf, rule, ran, leaf.maximum)


def _failed(leaf: Node, ran: Ran) -> Finding:
    values = {"code": leaf.code, "line": str(ran.line), "text": ran.text}
    if ran.problem:
        message = _("A worked example of %(code)s gives no points, line %(line)s: “%(text)s”. %(why)s")
        return Finding("example_fails", ERROR, leaf.code, "examples", message, values, ran.problem, ran.fields)
    message = _("A worked example of %(code)s fails, line %(line)s: “%(text)s”; the rule gives: %(derivation)s.")
    return error("example_fails", leaf.code, "examples", message, **values, derivation=ran.derivation)


def _uncovered(leaf: Node, rule: Rule, ran: tuple[Ran, ...], maximum: Decimal) -> Iterator[Finding]:
    for reason in examples.covers(rule, ran, maximum=maximum, minimum=leaf.minimum):
        message, values = _("Worked examples of %(code)s: %(why)s"), {"code": leaf.code}
        yield Finding("examples_few", ERROR, leaf.code, "examples", message, values, reason)


# ---- evidence


def asked(outline: Outline, facts: Facts) -> Iterator[Finding]:
    """Points that people judge rest on documents; a survey has its forms."""
    for leaf in outline.leaves:
        if leaf.evidence.strip() or leaf.method == SURVEY:
            continue
        severity = WARNING if leaf.method == OUTCOME else ERROR
        message = _("Criterion %(code)s asks for no evidence.")
        yield Finding("evidence_missing", severity, leaf.code, "evidence", message, {"code": leaf.code})


def periods(outline: Outline, facts: Facts) -> Iterator[Finding]:
    """A document of another year may be meant, to compare with; more often it is left over from the set before."""
    if facts.period is None:
        return
    first, last = facts.period
    for leaf in outline.leaves:
        for item in evidence.parse(leaf.evidence):
            days = evidence.span(item)
            if days and (days[1] < first or days[0] > last):
                message = _("Evidence of %(code)s lies outside the measured period: “%(item)s”.")
                text = evidence.write([item])
                yield warning("evidence_period", leaf.code, "evidence", message, code=leaf.code, item=text)


# ---- who


def method(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for leaf in outline.leaves:
        if leaf.method not in METHODS:
            message = _("Criterion %(code)s does not say how it is scored.")
            yield error("method_missing", leaf.code, "method", message, code=leaf.code)


def entered(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for leaf in outline.leaves:
        if leaf.entered_by not in ENTERED:
            message = _("Criterion %(code)s does not say who enters it.")
            yield error("entered_missing", leaf.code, "entered_by", message, code=leaf.code)
        elif leaf.method == SURVEY and leaf.entered_by == "unit":
            message = _("Criterion %(code)s is surveyed; the unit itself cannot enter it.")
            yield warning("survey_by_unit", leaf.code, "entered_by", message, code=leaf.code)


def appraisers(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for leaf in outline.leaves:
        if facts.unassigned and leaf.code in facts.unassigned:
            message = _("Criterion %(code)s has no appraiser.")
            yield error("appraiser_missing", leaf.code, "", message, code=leaf.code)


# ---- parts


def parts(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for leaf in outline.leaves:
        if not leaf.facets.strip():
            continue
        if leaf.method == SURVEY:
            message = _("Criterion %(code)s is surveyed; it cannot be scored in parts.")
            yield error("survey_facets", leaf.code, "facets", message, code=leaf.code)
        yield from _parts(leaf)


def _parts(leaf: Node) -> Iterator[Finding]:
    try:
        read = facets.parse(leaf.facets)
    except BadFacets as bad:
        message = _("The parts of %(code)s cannot be read, line %(line)s: %(why)s")
        values = {"code": leaf.code, "line": str(bad.line)}
        yield Finding("facets_unreadable", ERROR, leaf.code, "facets", message, values, bad.reason, bad.fields)
        return
    yield from _shares(leaf, read)
    for each in read.parts:
        if not each.owner:
            message = _("Part %(label)s) of %(code)s has no owner.")
            yield error("facet_owner", leaf.code, "facets", message, code=leaf.code, label=each.label)


def _shares(leaf: Node, read: Facets) -> Iterator[Finding]:
    if leaf.maximum is not None and (rest := facets.missing_points(read, leaf.maximum)):
        yield error(
            "facet_shares",
            leaf.code,
            "facets",
            _("The parts of %(code)s do not sum to its maximum of %(maximum)s (%(rest)s left)."),
            code=leaf.code,
            maximum=points(leaf.maximum),
            rest=points(rest),
        )


CHECKS = (method, entered, asked, periods, parts, appraisers)
OF_RULES = (worked,)
