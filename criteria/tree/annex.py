"""The official annex of a criteria set as rows and columns: what is written to a workbook and read back from it.

Vietnamese words only: the annex is an official paper. The order of columns and every word here is part of the format.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from criteria.scoring.lines import split
from criteria.scoring.rules import BadRule
from criteria.tree.nodes import BONUS, PENALTY, SCALE, ZERO, Node, Outline

CODE, NAME, MAXIMUM, EVIDENCE, NOTE = (
    "STT",
    "Lĩnh vực, tiêu chí, tiêu chí thành phần",
    "Điểm tối đa",
    "Tài liệu kiểm chứng",
    "Ghi chú",
)
METHOD, ENTERED_BY, MINIMUM, SIDE = "Hình thức chấm", "Người nhập điểm", "Điểm thấp nhất", "Nhóm điểm"
GUIDANCE, EXAMPLES, LEGAL_BASIS, FACETS = "Hướng dẫn", "Ví dụ tính điểm", "Căn cứ pháp lý", "Các phần"
PARENT = "Thuộc mục"
BASE = (CODE, NAME, MAXIMUM, EVIDENCE, NOTE)

METHODS: Mapping[str, str] = {
    "appraisal": "Thẩm định",
    "survey": "Điều tra xã hội học",
    "outcome": "Số liệu của cơ quan khác",
    "adjustment": "Điểm thưởng, điểm phạt",
}
ENTERED: Mapping[str, str] = {
    "unit": "Đơn vị",
    "appraiser": "Người thẩm định",
    "standing_body": "Cơ quan thường trực",
    "import": "Nhập số liệu",
}
SIDES: Mapping[str, str] = {SCALE: "Trong thang điểm", BONUS: "Điểm thưởng", PENALTY: "Điểm phạt"}
TOTAL = "Tổng cộng"
YES, NO = "Có", "Không"

SHEET, FACTS = "Bộ tiêu chí", "Thông tin"
TITLE, SCALE_WORD, SURVEY_WORD = "Tên bộ tiêu chí", "Thang điểm", "Điểm điều tra xã hội học"
BONUS_CAP, PENALTY_CAP, MAY_EXCEED = "Điểm thưởng tối đa", "Điểm phạt tối đa", "Điểm thưởng được vượt thang điểm"
SET_BASIS = "Căn cứ pháp lý"

PLAIN_AREA = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Row:
    """A row of the annex: a node, or one line of the rule of the leaf above it (``node`` is that leaf)."""

    node: Node
    level: int
    is_leaf: bool
    rule_line: str = ""


@dataclass(frozen=True)
class Extra:
    """A column that stands only in annexes that use it. ``value``: what a node's cell says, "" for nothing."""

    title: str
    width: int
    value: Callable[[Node, bool], str | Decimal]


def _leaf_only(value: Callable[[Node], str]) -> Callable[[Node, bool], str]:
    return lambda node, is_leaf: value(node) if is_leaf else ""


EXTRAS = (
    Extra(METHOD, 20, lambda node, _: "" if node.method == "appraisal" else METHODS[node.method]),
    Extra(ENTERED_BY, 18, lambda node, _: "" if node.entered_by == "unit" else ENTERED[node.entered_by]),
    Extra(MINIMUM, 10, lambda node, _: node.minimum or ""),
    Extra(SIDE, 14, lambda node, _: "" if node.side == SCALE else SIDES[node.side]),
    Extra(GUIDANCE, 50, lambda node, _: node.guidance),
    Extra(EXAMPLES, 40, _leaf_only(lambda node: node.examples)),
    Extra(LEGAL_BASIS, 34, lambda node, _: node.legal_basis),
    Extra(FACETS, 40, _leaf_only(lambda node: node.facets)),
)


def rows(outline: Outline, lines: Callable[[str], tuple[str, ...]] | None = None) -> tuple[Row, ...]:
    """Every node in printing order; the lines of a leaf's rule follow it, as typed or as ``lines`` parts them."""
    found: list[Row] = []
    for node in outline.nodes:
        level, is_leaf = outline.depth(node), outline.is_leaf(node)
        found.append(Row(node, level, is_leaf))
        if is_leaf:
            found += [Row(node, level, True, line) for line in (lines or rule_lines)(node.rule)]
    return tuple(found)


def rule_lines(rule: str) -> tuple[str, ...]:
    """The lines of a rule as they are printed, empty ones left out."""
    return tuple(line.strip() for line in rule.splitlines() if line.strip())


def parted(rule: str) -> tuple[str, ...]:
    """The lines of a rule for reading: a line that holds several, parted by ";", is taken apart."""
    try:
        return tuple(line.text for line in split(rule)) if rule.strip() else ()
    except BadRule:
        return rule_lines(rule)


def extras(outline: Outline) -> tuple[Extra, ...]:
    """The further columns that some node of the set fills, in their order."""
    found = [each for each in EXTRAS if any(each.value(node, outline.is_leaf(node)) for node in outline.nodes)]
    return (*found, *([Extra(PARENT, 10, lambda node, _: node.parent)] if not codes_tell(outline.nodes) else []))


def codes_tell(nodes: Sequence[Node]) -> bool:
    """Whether every node's parent is plain from its code: areas are whole numbers, "1.2" stands below "1"."""
    return all(
        node.code.startswith(f"{node.parent}.") and len(node.code) > len(node.parent) + 1
        if node.parent
        else PLAIN_AREA.fullmatch(node.code)
        for node in nodes
    ) and all("." not in node.code.removeprefix(f"{node.parent}.") for node in nodes if node.parent)


def total(outline: Outline) -> Decimal | None:
    """What the areas inside the scale add up to; None where a maximum is not known yet."""
    maxima = [area.maximum for area in outline.children() if area.side == SCALE]
    known = [each for each in maxima if each is not None]
    return sum(known, ZERO) if len(known) == len(maxima) else None


def facts(outline: Outline) -> tuple[tuple[str, str | Decimal], ...]:
    """What the set says besides its nodes. Values that say nothing are left out, but the first three never."""
    always: list[tuple[str, str | Decimal]] = [
        (TITLE, outline.title),
        (SCALE_WORD, outline.scale),
        (SURVEY_WORD, outline.survey_points),
    ]
    further: list[tuple[str, str | Decimal]] = [
        (BONUS_CAP, outline.bonus_cap),
        (PENALTY_CAP, outline.penalty_cap),
        (MAY_EXCEED, YES if outline.may_exceed else ""),
        (SET_BASIS, outline.legal_basis),
    ]
    return (*always, *((name, value) for name, value in further if value))
