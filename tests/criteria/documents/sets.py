"""Criteria sets as plain data, for the tests of documents."""

from decimal import Decimal

from criteria.tree.nodes import Node, Outline

FULL = Outline(
    title="Bộ tiêu chí xác định Chỉ số cải cách hành chính của UBND cấp huyện",
    scale=Decimal(10),
    survey_points=Decimal(4),
    bonus_cap=Decimal(1),
    penalty_cap=Decimal(2),
    may_exceed=True,
    legal_basis="52/2019/QĐ-UBND, Điều 7",
    nodes=(
        Node("1", "Chỉ đạo, điều hành", maximum=Decimal(6), note="Lĩnh vực đầu"),
        Node("1.1", "Kế hoạch", "1", Decimal("3.5")),
        Node(
            "1.1.1",
            "Ban hành kế hoạch",
            "1.1",
            Decimal("1.25"),
            minimum=Decimal(-1),
            rule="Kịp thời: 1,25\nKhông kịp thời: 0,5\nKhông ban hành: -1",
            examples="mức = Kịp thời → 1,25\nmức = Không ban hành → -1",
            evidence="Kế hoạch (kỳ: năm; cơ quan ban hành: UBND huyện)\nBáo cáo năm",
            guidance="Kịp thời: trước ngày 31/12 của năm trước.",
            legal_basis="52/2019/QĐ-UBND, Điều 5",
        ),
        Node("1.1.2", "=1+1", "1.1", Decimal("2.25"), entered_by="appraiser", rule="+ có: 2,25\n-không: 0"),
        Node("1.2", "Phân cấp", "1", Decimal("2.5"), facets="a) Ngân sách: 1,5 (Sở Tài chính)\nb) Đất đai: 1"),
        Node("2", "Đánh giá của người dân", maximum=Decimal(4), method="survey"),
        Node("2.1", "Hài lòng", "2", Decimal(4), method="survey", entered_by="import"),
        Node("3", "Điểm thưởng", maximum=Decimal(1), side="bonus", method="adjustment"),
        Node("3.1", "Sáng kiến", "3", Decimal(1), side="bonus", method="adjustment"),
        Node("4", "Điểm phạt", maximum=Decimal(0), minimum=Decimal(-2), side="penalty", method="adjustment"),
        Node("4.1", "Kỷ luật", "4", Decimal(0), minimum=Decimal(-2), side="penalty", method="adjustment"),
    ),
)
PLAIN = Outline(
    "Bộ tối thiểu", Decimal(1), Decimal(0), (Node("1", "Lĩnh vực"), Node("1.1", "Tiêu chí", "1", Decimal(1)))
)
ROMAN = Outline(
    "Bộ có số La Mã",
    Decimal(1),
    Decimal(0),
    (Node("I", "Lĩnh vực", maximum=Decimal(1)), Node("1", "Tiêu chí", "I", Decimal(1))),
)
