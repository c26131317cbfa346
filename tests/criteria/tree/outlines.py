"""Outlines that a checker finds nothing wrong with: one by hand, and any number by chance."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from criteria.scoring import examples, notation
from criteria.tree.nodes import Node, Outline

FOUR_BANDS = "Từ 90% trở lên: {most}\nTừ 70% đến dưới 90%: {half}\nDưới 70%: 0"
RULES = (
    "Kịp thời: {most}\nChậm: {half}\nKhông: 0",
    "Có: {most}\nKhông: 0",
    FOUR_BANDS,
    "Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa\nDưới 80%: 0",
    "a là số nhiệm vụ được giao\nb là số nhiệm vụ hoàn thành\nTỷ lệ = b / a\nKhi a = 0: không áp dụng\n"
    "Điểm = tỷ lệ × điểm tối đa\nCao nhất {most}",
    "Bắt đầu từ {most}\nTrừ {half} mỗi báo cáo trễ\nThấp nhất 0",
    "Đúng hạn: {most}\nTrễ đến 5 ngày: {half}\nTrễ trên 5 ngày: 0",
)
SURVEYED = "Khảo sát: A = 100%, B = 50%, C = 0%\nKhi không có phiếu: không áp dụng"


def rule(text: str, maximum: Decimal) -> str:
    number = notation.number
    return text.format(most=number(Fraction(maximum)), half=number(Fraction(maximum) / 2))


def leaf(code: str, maximum: str | Decimal, parent: str = "", text: str = RULES[0], **fields: Any) -> Node:
    """A leaf with a rule and the worked examples that it computes."""
    most = Decimal(maximum)
    written = rule(text, most)
    node = Node(
        code=code,
        name=f"Tiêu chí {code}",
        parent=parent,
        maximum=most,
        rule=written,
        evidence="Báo cáo (kỳ: năm 2022; cơ quan ban hành: Sở Nội vụ)",
    )
    node = replace(node, **fields)
    proposed = examples.propose(notation.parse(node.rule), maximum=node.maximum or Decimal(0), minimum=node.minimum)
    return replace(node, examples=proposed)


def inner(code: str, maximum: str | Decimal, parent: str = "", **fields: Any) -> Node:
    return Node(code=code, name=f"Tiêu chí {code}", parent=parent, maximum=Decimal(maximum), **fields)


def good() -> Outline:
    """10 points, 2 of them by survey; at most 2 of 3 bonus points and 1 penalty point beside them."""
    outside: dict[str, Any] = {"method": "adjustment"}
    return Outline(
        title="Bộ tiêu chí",
        scale=Decimal(10),
        survey_points=Decimal(2),
        bonus_cap=Decimal(2),
        penalty_cap=Decimal(1),
        legal_basis="52/2019/QĐ-UBND, Điều 7",
        nodes=(
            inner("I", "8"),
            inner("1.1", "5", "I"),
            leaf("1.1.1", "2", "1.1", RULES[0]),
            leaf("1.1.2", "3", "1.1", RULES[3], facets="a) Ngân sách: 1 (Sở Tài chính)\nb) Đất đai: 2 (Sở X)"),
            leaf("1.2", "3", "I", RULES[2]),
            inner("II", "2"),
            leaf("a)", "1", "II", SURVEYED, method="survey", entered_by="import"),
            leaf("b)", "1", "II", SURVEYED, method="survey", entered_by="import", name="Khảo sát"),
            inner("III", "2", side="bonus"),
            leaf("3.1", "2", "III", "Cộng 1 mỗi sáng kiến\nCao nhất 2", side="bonus", **outside),
            leaf("3.2", "1", "III", "Có: {most}\nKhông: 0", side="bonus", **outside),
            Node("IV", "Điểm phạt", maximum=Decimal(0), minimum=Decimal(-1), side="penalty"),
            leaf(
                "4.1",
                "0",
                "IV",
                "Bắt đầu từ 0\nTrừ 0,5 mỗi lần vi phạm\nThấp nhất -1",
                minimum=Decimal(-1),
                side="penalty",
                **outside,
            ),
            leaf("4.2", "0", "IV", "Có: -1\nKhông: 0", minimum=Decimal(-1), side="penalty", **outside),
        ),
    )


def change(outline: Outline, code: str, **fields: Any) -> Outline:
    """The outline with one node changed."""
    nodes = tuple(replace(node, **fields) if node.code == code else node for node in outline.nodes)
    assert nodes != outline.nodes
    return replace(outline, nodes=nodes)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """A tree of any shape, up to four levels, with leaves at different depths side by side."""
    nodes: list[Node] = []
    for area in range(1, draw(st.integers(1, 4)) + 1):
        nodes += _below(draw, str(area), "", 0)
    scale = sum((node.maximum or Decimal(0) for node in nodes if not node.parent), Decimal(0))
    surveyed = sum((node.maximum or Decimal(0) for node in nodes if node.method == "survey"), Decimal(0))
    return Outline("Bộ tiêu chí", scale, surveyed, tuple(nodes), legal_basis="76/NQ-CP")


def _below(draw: st.DrawFn, code: str, parent: str, depth: int) -> Sequence[Node]:
    count = draw(st.integers(2, 4)) if depth < 3 and draw(st.booleans()) else 0
    if not count:
        return [_leaf(draw, code, parent)]
    below = [each for at in range(1, count + 1) for each in _below(draw, f"{code}.{at}", code, depth + 1)]
    total = sum((each.maximum or Decimal(0) for each in below if each.parent == code), Decimal(0))
    return [inner(code, total, parent), *below]


def _leaf(draw: st.DrawFn, code: str, parent: str) -> Node:
    maximum = Decimal(draw(st.integers(1, 40))) / 4
    if draw(st.integers(0, 5)) == 0:
        return leaf(code, maximum, parent, SURVEYED, method="survey", entered_by="import")
    return leaf(code, maximum, parent, draw(st.sampled_from(RULES)))
