"""Fragments of real annexes (Cà Mau 2013, Tiền Giang 2022, Hà Nam 2023): through the workbook and back, and scored.

Points and codes as the sources print them (found partially; Hà Nam's figures verbatim), rules in our notation.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from criteria.documents.annex_xlsx import annex
from criteria.imports.annex import read
from criteria.scoring.evaluation import evaluate
from criteria.scoring.notation import kind, parse
from criteria.tree.checks import checks
from criteria.tree.nodes import Node, Outline, digest

D = Decimal
CA_MAU = Outline(
    "Bộ tiêu chí của tỉnh Cà Mau năm 2013 (trích)",
    D(20),
    D(0),
    (
        Node("1", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CCHC", maximum=D(20)),
        Node("1.1", "Kế hoạch CCHC năm", "1", D(5)),
        Node(
            "1.1.1",
            "Ban hành kế hoạch CCHC năm",
            "1.1",
            D(1),
            evidence="Kế hoạch",
            rule="Kịp thời: 1\nKhông kịp thời: 0,5\nKhông ban hành: 0",
        ),
        Node("1.1.2", "Xác định đầy đủ nhiệm vụ", "1.1", D(1), evidence="Kế hoạch", rule="Đạt: 1\nKhông đạt: 0"),
        Node("1.1.3", "Kết quả phải đạt rõ ràng", "1.1", D(1), evidence="Kế hoạch", rule="Đạt: 1\nKhông đạt: 0"),
        Node(
            "1.1.4",
            "Mức độ thực hiện kế hoạch CCHC",
            "1.1",
            D(2),
            evidence="Báo cáo",
            rule="Trên 90%: 2\nTừ 70% đến 90%: 1\nDưới 70%: 0",
        ),
        Node("1.2", "Báo cáo CCHC", "1", D(2)),
        Node("1.2.1", "Đủ số lượng báo cáo, đúng thời gian", "1.2", D(1), rule="Đạt: 1\nKhông đạt: 0"),
        Node("1.2.2", "Báo cáo đầy đủ nội dung", "1.2", D(1), rule="Đạt: 1\nKhông đạt: 0"),
        Node("1.3", "Kiểm tra công tác CCHC", "1", D(3)),
    ),
)
TIEN_GIANG = Outline(
    "Bảng chấm điểm của một bệnh viện tỉnh Tiền Giang năm 2022 (trích)",
    D("6.5"),
    D(0),
    (
        Node(
            "TG-KH",
            "Kế hoạch CCHC năm",
            maximum=D(1),
            minimum=D(-1),
            rule="Đúng thời gian: 1\nTrễ: 0\nKhông ban hành: -1",
        ),
        Node(
            "TG-KH-HT",
            "Mức độ hoàn thành kế hoạch CCHC",
            maximum=D(2),
            rule="Từ 80% đến 100%: tỷ lệ × điểm tối đa\nDưới 80%: 0",
        ),
        Node(
            "TG-BC",
            "Báo cáo CCHC đầy đủ",
            maximum=D(2),
            rule="Bắt đầu từ 2\nTrừ 0,25 mỗi báo cáo trễ\nTrừ 0,5 mỗi báo cáo quý hoặc sáu tháng không gửi\n"
            "Trừ 1 mỗi báo cáo năm không gửi\nThấp nhất 0",
        ),
        Node("TG-BC-TC", "Báo cáo tự chấm điểm đúng hạn", maximum=D("0.5"), rule="Đạt: 0,5\nKhông: 0"),
        Node(
            "1.4.2",
            "Xử lý các vấn đề phát hiện qua kiểm tra",
            maximum=D(1),
            rule="Điểm = (b / a) × 1 + (c / a) × 0,5\na là số vấn đề phát hiện\nb là số vấn đề đã xử lý xong\n"
            "c là số vấn đề đã xử lý nhưng chưa hoàn thành\nKhi a = 0: không áp dụng",
        ),
    ),
)
HA_NAM = Outline(
    "Bộ tiêu chí của tỉnh Hà Nam năm 2023 (trích)",
    D(100),
    D(0),
    (
        Node("3", "Cải cách thủ tục hành chính", maximum=D(20), note="Không chấm đơn vị không có TTHC"),
        Node("7", "Hiện đại hóa hành chính"),
        Node("7.3", "Phát triển các ứng dụng, dịch vụ", "7", D(7), note="Không chấm đơn vị không có TTHC"),
        Node("7.5", "Áp dụng Hệ thống quản lý chất lượng", "7", note="Không chấm đơn vị không có TTHC"),
    ),
)


@pytest.mark.parametrize("fragment", [CA_MAU, TIEN_GIANG, HA_NAM], ids=["Cà Mau", "Tiền Giang", "Hà Nam"])
def test_fragment_comes_back_from_its_workbook_as_it_was(fragment: Outline) -> None:
    again = read(annex(fragment, heading=("Phụ lục", fragment.title.upper()))).outline

    assert again is not None
    # A leaf whose rule the fragment lacks is scored by hand within its points; the import says so.
    by_hand = tuple(_by_hand(node, fragment) for node in fragment.nodes)
    assert digest(again) == digest(replace(fragment, nodes=by_hand))


def _by_hand(node: Node, fragment: Outline) -> Node:
    if node.rule or node.maximum is None or not fragment.is_leaf(node):
        return node
    return replace(node, rule=f"Chấm từ 0 đến {node.maximum} điểm")


@pytest.mark.parametrize(
    ("code", "figures", "points"),
    [
        ("1.1.1", {"mức": "Không kịp thời"}, "0.5"),
        ("1.1.4", {"tỷ lệ": Fraction(91, 100)}, "2"),
        ("1.1.4", {"tỷ lệ": Fraction(9, 10)}, "1"),
        ("1.1.4", {"tỷ lệ": Fraction(7, 10)}, "1"),
        ("1.1.4", {"tỷ lệ": Fraction(6999, 10000)}, "0"),
        ("TG-KH", {"mức": "Không ban hành"}, "-1"),
        ("TG-KH-HT", {"tỷ lệ": Fraction(9, 10)}, "1.8"),
        ("TG-KH-HT", {"tỷ lệ": Fraction(79, 100)}, "0"),
        ("1.4.2", {"a": 4, "b": 2, "c": 1}, "0.625"),
    ],
)
def test_rules_of_the_fragments_give_what_their_sources_say(code: str, figures: dict[str, object], points: str) -> None:
    nodes = {**CA_MAU.by_code, **TIEN_GIANG.by_code}
    leaf = nodes[code]
    assert leaf.maximum is not None

    got = evaluate(parse(leaf.rule), figures, maximum=leaf.maximum, minimum=leaf.minimum)  # type: ignore[arg-type]

    assert got.points == Fraction(points)


def test_kinds_of_the_fragments() -> None:
    found = {node.code: str(kind(parse(node.rule))) for node in (*CA_MAU.nodes, *TIEN_GIANG.nodes) if node.rule}

    assert {code: found[code] for code in ("1.1.1", "1.1.2", "1.1.4", "TG-KH-HT", "TG-BC", "1.4.2")} == {
        "1.1.1": "steps",
        "1.1.2": "yes_no",
        "1.1.4": "bands",
        "TG-KH-HT": "piecewise",
        "TG-BC": "deduction",
        "1.4.2": "formula",
    }


def test_checker_tells_that_a_fragment_is_not_the_whole() -> None:
    found = {(each.check, each.node) for each in checks(CA_MAU)}

    # 1.1 to 1.3 are 10 of the 20 points of area 1; 1.3 is a criterion whose parts are not known.
    assert {("children_sum", "1"), ("rule_missing", "1.3")} <= found
