"""Drafts into nodes: leaf or not, points, side, method, rule."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.imports import codes, steps
from criteria.imports.body import Body, Draft
from criteria.imports.heads import Column, Head
from criteria.imports.lines import Line
from criteria.imports.steps import Told
from criteria.imports.verdicts import RowKind, Unread
from criteria.scoring.notation import parse
from criteria.scoring.rules import BadRule, SurveyShare, SurveyWeights
from criteria.tree import annex as layout
from criteria.tree.nodes import APPRAISAL, BONUS, PENALTY, SCALE, SURVEY, ZERO, Node
from units.naming import folded

C = Column
LONGEST = {"name": 600, "evidence": 2000, "rule": 2000, "examples": 4000, "guidance": 4000, "legal_basis": 2000}
LONGEST |= {"facets": 2000, "note": 2000}
COLUMN = {"name": C.NAME, "evidence": C.EVIDENCE, "rule": C.NAME, "examples": C.EXAMPLES, "guidance": C.GUIDANCE}
COLUMN |= {"legal_basis": C.LEGAL_BASIS, "facets": C.FACETS, "note": C.NOTE}
LEAF_COLUMNS = (C.EVIDENCE, C.EXAMPLES, C.FACETS, C.RULE)
BY_SURVEY = re.compile(r"\b(?:dieu tra xa hoi hoc|dtxhh|dieu tra xhh)\b|^khao sat\b")
BONUS_WORDS = re.compile(r"\bdiem (?:thuong|cong)\b|\b(?:thuong|cong) diem\b")
PENALTY_WORDS = re.compile(r"\bdiem (?:phat|tru)\b|\b(?:phat|tru) diem\b")


def _known(*tables: Mapping[str, str]) -> dict[str, str]:
    """What words mean: ours, folded, and further ones that stand in annexes."""
    ours, further = tables
    return {**{folded(word): key for key, word in ours.items()}, **further}


METHODS = _known(
    layout.METHODS,
    {"dtxhh": SURVEY, "dieu tra xhh": SURVEY, "khao sat": SURVEY, "tham dinh tai lieu": APPRAISAL}
    | {"so lieu co quan khac": "outcome", "diem thuong, diem tru": "adjustment"},
)
ENTERED = _known(layout.ENTERED, {"don vi tu cham": "unit", "co quan tham dinh": "appraiser"})
SIDES = _known(layout.SIDES, {"diem cong": BONUS, "thuong": BONUS, "diem tru": PENALTY, "phat": PENALTY})


@dataclass
class Made:
    nodes: list[Node] = field(default_factory=list)
    unread: tuple[Unread, ...] = ()


def build(body: Body, head: Head, *, trusted: bool) -> Made:
    """The nodes of the drafts, in the order of the file. What is wrong with them is told at their rows."""
    return _Builder(body, head, trusted).build()


class _Builder:
    """``by_words``: whether side and method may be seen from words, where no column says them."""

    def __init__(self, body: Body, head: Head, trusted: bool) -> None:
        self.drafts = body.drafts
        self.tree = list(body.parents())
        self.inner = {parent for parent, _code in self.tree if parent is not None}
        self.sides_by_words = not trusted and C.SIDE not in head.columns
        self.methods_by_words = not trusted and C.METHOD not in head.columns
        self.nodes: list[Node] = []
        self.unread: list[Unread] = []
        self.seen: dict[str, Line] = {}

    def build(self) -> Made:
        for at, draft in enumerate(self.drafts):
            parent, code = self.tree[at]
            self._check_once(draft.line, code)
            self.nodes.append(self._node(at, draft, self.nodes[parent] if parent is not None else None, code))
        return Made(self.nodes, tuple(self.unread))

    def _check_once(self, line: Line, code: str) -> None:
        """Two codes that are typed differently may be stored alike: I.1 and 1 under I."""
        other = self.seen.setdefault(code, line)
        if other is not line and not line.verdict.problems:
            words = {"code": code, "cell": other.address(C.CODE)}
            line.refuse(C.CODE, _("the code %(code)s stands already in %(cell)s") % words)

    def _node(self, at: int, draft: Draft, parent: Node | None, code: str) -> Node:
        line, is_leaf = draft.line, at not in self.inner
        line.verdict.kind = RowKind.LEAF if is_leaf else RowKind.CRITERION if parent else RowKind.AREA
        if code != draft.code.shown:
            words = {"code": draft.code.shown, "full": code}
            line.verdict.remarks.append(_("%(code)s stands in several places; stored as %(full)s.") % words)
        side = self._side(line, parent)
        maximum, minimum = _points(line, side)
        told = self._told(draft, is_leaf, maximum, minimum)
        line.verdict.text = f"{code} {told.name}"
        if is_leaf and told.unread:
            self.unread.append(Unread(code, told.name, _first_below(draft), told.unread))
        node = Node(
            code=code,
            name=told.name,
            parent=parent.code if parent else "",
            maximum=maximum,
            minimum=minimum,
            side=side,
            method=self._method(at, draft, told.rule, is_leaf),
            rule=told.rule,
            note="\n".join(draft.note),
        )
        return _checked(line, self._with_texts(draft, node, is_leaf))

    def _with_texts(self, draft: Draft, node: Node, is_leaf: bool) -> Node:
        line = draft.line
        node = replace(
            node,
            entered_by=_choice(line, C.ENTERED_BY, ENTERED) or "unit",
            guidance=line.text(C.GUIDANCE),
            legal_basis=line.text(C.LEGAL_BASIS),
        )
        if not is_leaf:
            return node
        evidence = "\n".join(draft.evidence)
        return replace(node, evidence=evidence, examples=line.text(C.EXAMPLES), facets=line.text(C.FACETS))

    def _told(self, draft: Draft, is_leaf: bool, maximum: Decimal | None, minimum: Decimal) -> Told:
        own = draft.line.lines(C.NAME)
        if not own:
            draft.line.refuse(C.NAME, _("this code has no words; write what the criterion is"))
        if not is_leaf:
            _refuse_what_only_a_leaf_says(draft)
            return Told(" ".join(own), "")
        told = steps.tell(own, draft.below, steps.bounds(maximum, minimum))
        if told.is_wrapped:
            draft.line.verdict.remarks.append(_("Several lines of the cell were read as one name."))
        elif len(own) > 1:
            draft.line.verdict.remarks.append(_("The further lines of the cell were read as scoring steps."))
        return told

    # ---- side and method

    def _side(self, line: Line, parent: Node | None) -> str:
        said = _choice(line, C.SIDE, SIDES)
        if parent:
            if said and said != parent.side:
                line.refuse(C.SIDE, _("differs from the area; everything below an area is on its side"))
            return parent.side
        return said or (self._side_by_words(line) if self.sides_by_words else SCALE)

    def _side_by_words(self, line: Line) -> str:
        words = folded(line.text(C.NAME))
        is_bonus, is_penalty = BONUS_WORDS.search(words), PENALTY_WORDS.search(words)
        if is_bonus and is_penalty:
            line.refuse(C.NAME, _("bonus and penalty stand in one area; make one area of each"))
        if is_bonus:
            line.verdict.remarks.append(_("Read as bonus points, outside the scale, by its name."))
            return BONUS
        if is_penalty:
            line.verdict.remarks.append(_("Read as penalty points, outside the scale, by its name."))
            return PENALTY
        return SCALE

    def _method(self, at: int, draft: Draft, rule: str, is_leaf: bool) -> str:
        if not self.methods_by_words:
            return _choice(draft.line, C.METHOD, METHODS) or APPRAISAL
        if not is_leaf:
            return APPRAISAL
        source = self._survey_source(at, draft, rule)
        if source:
            draft.line.verdict.remarks.append(_("By sociological survey, as %(source)s says.") % {"source": source})
        return SURVEY if source else APPRAISAL

    def _survey_source(self, at: int, draft: Draft, rule: str) -> str:
        """Where the file says that a survey gives the points; "" where it does not."""
        if draft.code.is_survey:
            return draft.line.address(C.CODE)
        if _says_survey(draft.note):
            return draft.line.address(C.NOTE)
        if _says_survey(draft.below) or _is_survey(rule):
            return _first_below(draft)
        parent = self.tree[at][0]
        while parent is not None:
            above = self.drafts[parent]
            if above.code.is_survey or _says_survey(above.note):
                return above.line.address(C.NOTE)
            parent = self.tree[parent][0]
        return ""


def _first_below(draft: Draft) -> str:
    """Where the words of a rule begin: the first row below the leaf, or the leaf's own cell."""
    return (draft.rows_below[0] if draft.rows_below else draft.line).address(C.NAME)


def _says_survey(rows: Sequence[str]) -> bool:
    return any(BY_SURVEY.search(folded(row)) for row in rows)


def _is_survey(rule: str) -> bool:
    try:
        return isinstance(parse(rule), SurveyShare | SurveyWeights)
    except BadRule:
        return False


def _choice(line: Line, key: Column, known: Mapping[str, str]) -> str:
    """What the word in the cell stands for; "" for an empty cell, and for a word that is refused."""
    word = line.text(key)
    if word and folded(word) not in known:
        line.refuse(key, _("“%(word)s” is not known here") % {"word": word[:60]})
    return known.get(folded(word), "")


# ---- points


def _points(line: Line, side: str) -> tuple[Decimal | None, Decimal]:
    """Maximum and minimum. On the penalty side the one number that an annex prints is the minimum."""
    value, least = line.number_in(C.MAXIMUM), line.number_in(C.MINIMUM)
    if value is None and not line.fills(C.MAXIMUM) and side != PENALTY:
        line.verdict.remarks.append(_("The maximum is not known."))
    if side == PENALTY:
        return _penalty(line, value, least)
    least = ZERO if least is None else least
    if value is not None and value <= 0:
        line.refuse(C.MAXIMUM, _("the maximum must be more than 0"))
    elif value is not None and least >= value:
        line.refuse(C.MINIMUM, _("the least points must be below the maximum"))
    return value, least


def _penalty(line: Line, value: Decimal | None, least: Decimal | None) -> tuple[Decimal | None, Decimal]:
    if value is not None and value > 0 and least is None:
        line.verdict.remarks.append(_("Read as points taken off, at most so many."))
    if value and least is not None and least != -abs(value):
        line.refuse(C.MINIMUM, _("differs from the points column; correct one of them"))
    lowest = least if least is not None else -abs(value or ZERO)
    if lowest > 0:
        line.refuse(C.MINIMUM, _("a penalty takes points off; write it below 0"))
    if lowest == 0:
        line.verdict.remarks.append(_("The maximum is not known."))
    return (None if lowest == 0 else ZERO), lowest


# ---- what may not stand


def _refuse_what_only_a_leaf_says(draft: Draft) -> None:
    for key in LEAF_COLUMNS:
        if draft.line.fills(key):
            draft.line.refuse(key, _("this belongs to a criterion without others below it; move it to those"))
    for row in draft.rows_below:
        if row.verdict.kind is not RowKind.NOTE:
            words = {"code": draft.code.shown}
            key = C.NAME if row.fills(C.NAME) else C.EVIDENCE
            row.refuse(key, _("stands under %(code)s, which has criteria below it; move it under one of them") % words)


def _checked(line: Line, node: Node) -> Node:
    """The node, its texts no longer than what is stored."""
    for name, most in LONGEST.items():
        if len(getattr(node, name)) > most:
            line.refuse(COLUMN[name], _("is longer than %(most)s characters") % {"most": most})
    if len(node.code) > codes.LONGEST:
        line.refuse(C.CODE, _("a code has at most %(most)s characters") % {"most": codes.LONGEST})
    line.verdict.node = node
    return node
