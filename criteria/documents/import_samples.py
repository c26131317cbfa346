"""Workbooks that show how an annex is filled in: one with the head alone, one with a few criteria of each kind."""

from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook

from criteria.documents.annex_xlsx import annex
from criteria.tree import annex as layout
from criteria.tree.nodes import SURVEY, Node, Outline
from units.packing import packed

HEADING = ("PHỤ LỤC", "BỘ TIÊU CHÍ ĐÁNH GIÁ CẢI CÁCH HÀNH CHÍNH", "(Kèm theo Quyết định số … của …)")
AREAS = (
    Node("1", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", maximum=Decimal("6.5")),
    Node("1.1", "Kế hoạch cải cách hành chính", "1", Decimal("3.5")),
    Node(
        "1.1.1",
        "Ban hành kế hoạch",
        "1.1",
        Decimal("1.5"),
        evidence="Kế hoạch (kỳ: năm; cơ quan ban hành: thủ trưởng đơn vị)",
        rule="Ban hành kịp thời: 1,5\nBan hành không kịp thời: 0,75\nKhông ban hành: 0",
    ),
    Node(
        "1.1.2",
        "Mức độ hoàn thành kế hoạch",
        "1.1",
        Decimal(2),
        evidence="Báo cáo kết quả (kỳ: năm)",
        rule="a là số nhiệm vụ trong kế hoạch\nb là số nhiệm vụ hoàn thành\nTỷ lệ = b / a\n"
        "Đạt 100%: 2\nTừ 80% đến dưới 100%: tỷ lệ × điểm tối đa\nDưới 80%: 0\nKhi a = 0: không áp dụng",
    ),
    Node(
        "1.2",
        "Chế độ báo cáo",
        "1",
        Decimal(1),
        evidence="Báo cáo quý\nBáo cáo năm",
        rule="Bắt đầu từ 1\nTrừ 0,25 mỗi báo cáo trễ\nThấp nhất 0",
    ),
    Node("1.3", "Sáng kiến", "1", Decimal(2), evidence="Quyết định công nhận", rule="Cộng 1 mỗi sáng kiến\nCao nhất 2"),
    Node("2", "TÁC ĐỘNG CỦA CẢI CÁCH HÀNH CHÍNH", maximum=Decimal("3.5")),
    Node(
        "2.1",
        "Mức độ hài lòng của người dân, tổ chức",
        "2",
        Decimal("3.5"),
        method=SURVEY,
        rule="Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức",
        note="Điều tra xã hội học",
    ),
)


def template() -> bytes:
    """The head of the annex and nothing below it."""
    return _as_official(Outline("", Decimal(0), Decimal(0), ()))


def example() -> bytes:
    """A short annex that can be imported as it is: steps, a piecewise rule, deductions, points per case, a survey."""
    return _as_official(Outline("", Decimal(10), Decimal("3.5"), AREAS))


def _as_official(outline: Outline) -> bytes:
    """The sheet alone, as a province would have typed it."""
    book = load_workbook(BytesIO(annex(outline, heading=HEADING)))
    del book[layout.FACTS]
    if not outline.nodes:
        book[layout.SHEET].delete_rows(book[layout.SHEET].max_row)
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())
